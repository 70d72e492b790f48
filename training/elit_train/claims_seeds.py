"""Trains what the claims are about, and measures each: `python -m elit_train.claims --seeds 0 1`.

A cell is one kind of network with one seed, all with the same data, steps, batch and rate: ELIT with every budget
(`multi`), ELIT with the full budget only (`single`), and plain SiT (`sit`). Every cell goes on where it was stopped
and is measured once; its folder holds what was measured: tensors [N], a figure a held-out pair, so that
two settings can be compared picture by picture.
"""

import json
import sys
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor
from torch.utils.flop_counter import FlopCounterMode

from elit_train import features, train, train_autoencoder
from elit_train.claims_orders import ORDERS, latents_in_order
from elit_train.core_cache import cached_core
from elit_train.data import sha256
from elit_train.errors import TrainingError
from elit_train.features import Classifier, features_of
from elit_train.files import read_json, write_whole
from elit_train.flow import validation_losses
from elit_train.labels import Vocabulary
from elit_train.latents import FILE, autoencoder_of, load_latents, refuse_other_autoencoder
from elit_train.model.elit import Network
from elit_train.pictures import Pictures
from elit_train.sampling import Guidance, sample, start_noise
from elit_train.set_metrics import kernel_distance
from elit_train.splits import PAIR

KINDS = {"multi": [], "single": ["--budgets", "16", "16"], "sit": ["--plain"]}
BUDGETS = (1, 2, 4, 8, 12, 16)
DRAWN_BUDGETS = (1, 4)  # beside the full one
KEPT = 4
SCALE = 2.5
THRESHOLDS = (0.1, 0.2)
MEASURED, FACTS = "measured.safetensors", "measured.json"


@dataclass(frozen=True)
class Plan:
    """What every cell has in common. `draws` pictures are drawn in `sampling_steps`, by CFG at full budget."""

    data: Path
    autoencoder: Path
    features: Path
    out: Path
    shape: str = "claims"
    steps: int = 12_000
    batch: int = 32
    learning_rate: float = 6e-4
    samples: int = 512
    draws: int = 256
    sampling_steps: int = 20
    threads: int = 2

    def facts(self) -> dict:
        """The settings, as the results say them."""
        return {key: value for key, value in asdict(self).items() if not isinstance(value, Path) and key != "threads"}

    @cached_property
    def files(self) -> dict[str, str]:
        """SHA-256 of what every cell is measured with; reads all, so that what is missing is said before training."""
        train_autoencoder.load(self.autoencoder)
        refuse_other_autoencoder(autoencoder_of(self.data), self.data, self.autoencoder)
        features.load(self.features)
        images = self.data / "images.npy"
        return {path.name: sha256(path) for path in (images, self.data / FILE, self.autoencoder, self.features)}


def run_cell(plan: Plan, kind: str, seed: int) -> Path:
    """Trains and measures one cell as far as that is still to be done; returns its folder."""
    folder = plan.out / f"{kind}-{seed}"
    about = {"plan": plan.facts(), "files": plan.files}
    if measured_with(folder, about):
        return folder
    common = ["--data", str(plan.data), "--out", str(folder), "--shape", plan.shape, "--seed", str(seed)]
    length = ["--steps", str(plan.steps), "--warmup", str(plan.steps // 50), "--cooldown", str(plan.steps // 4)]
    rate = ["--batch", str(plan.batch), "--learning-rate", str(plan.learning_rate), "--threads", str(plan.threads)]
    train.main([*common, *length, *rate, "--averages", "0.999", "--float32", *KINDS[kind]])
    network, vocabulary, state = train.load(folder / "last.pt", plan.data)
    if state["step"] < plan.steps:
        raise TrainingError(f"{folder} was stopped at step {state['step']}; give the command again to go on")
    tensors, facts = measure(plan, network, vocabulary, seed)
    save_file({name: values.float().clone() for name, values in tensors.items()}, folder / MEASURED)
    write_whole(folder / FACTS, json.dumps({**about, **facts}, indent=1) + "\n")
    return folder


def measured_with(folder: Path, about: dict) -> bool:
    """Whether the cell is finished with these settings and files; a cell of others is refused."""
    if not (folder / FACTS).exists():
        return False
    facts = read_json(folder / FACTS)
    if {name: facts.get(name) for name in about} != about:
        raise TrainingError(f"{folder} was measured with other settings or files; use another --runs folder")
    return True


@torch.no_grad()
def measure(plan: Plan, network: Network, vocabulary: Vocabulary, seed: int) -> tuple[dict[str, Tensor], dict]:
    """Figures a picture, and facts of the whole cell (cost, kernel distance, share of cores skipped)."""
    pictures = Pictures(plan.data)
    latents = load_latents(plan.data, len(pictures))
    rows = pictures.rows(PAIR)[: plan.samples]
    entries = [pictures.pictures[row] for row in rows.tolist()]
    labels = vocabulary.labels((entry["subject"], entry["style"]) for entry in entries)
    tensors = losses(network, latents[rows], labels)
    drawn, facts = drawings(plan, network, vocabulary, labels[: plan.draws], pictures, rows[: plan.draws], seed)
    return {**tensors, **drawn}, facts


def losses(network: Network, latents: Tensor, labels: Tensor) -> dict[str, Tensor]:
    """The flow loss at every budget, and with other latents than the first kept."""
    if not network.config.group:
        return {"loss.full": validation_losses(network, latents, labels, None)}
    full = network.config.latents
    found = {f"loss.{k}": validation_losses(network, latents, labels, k) for k in BUDGETS if k <= full}
    for name, order in ORDERS.items():
        with latents_in_order(network, order(full)):
            found[f"kept.{name}"] = validation_losses(network, latents, labels, KEPT)
    return {"loss.full": found[f"loss.{full}"], **found}


def cost(network: Network, vocabulary: Vocabulary, budget: int | None) -> int:
    """Floating point operations of one call for one picture."""
    with torch.enable_grad(), FlopCounterMode(display=False) as counter:  # it follows gradients to name modules
        network(start_noise(0, network), torch.ones(1), vocabulary.nulls(1), budget)
    return counter.get_total_flops()


def drawings(
    plan: Plan,
    network: Network,
    vocabulary: Vocabulary,
    labels: Tensor,
    pictures: Pictures,
    rows: Tensor,
    seed: int,
) -> tuple[dict[str, Tensor], dict]:
    """How far each drawing is, in the classifier's features, from the picture that was held out, by way of drawing."""
    classifier, decoder = features.load(plan.features)[0], train_autoencoder.load(plan.autoencoder)
    true, real = features_of(classifier, pictures, rows), features_of(classifier, pictures, pictures.rows())
    noise = torch.cat([start_noise(seed * len(rows) + row, network) for row in range(len(rows))])
    tensors, facts = {}, {}

    def draw(name: str, steps: int, guidance: Guidance, budget: int | None = None) -> None:
        nulls = vocabulary.nulls(len(rows))
        latents = sample(network, noise, labels, nulls, steps=steps, guidance=guidance, budget=budget)
        found = seen(classifier, decoder.decode(latents.float()))
        tensors[f"drawn.{name}"] = (found - true).norm(dim=1)
        facts[name] = {"steps": steps, "kid": kernel_distance(found, real)}

    plain = Guidance("cfg", SCALE)
    draw("cfg", plan.sampling_steps, plain)
    for k in DRAWN_BUDGETS if network.config.group else ():
        draw(f"budget.{k}", plan.sampling_steps, plain, k)
    facts["gigaflop_a_call"] = cost(network, vocabulary, None) / 1e9
    if not network.config.group:
        return tensors, facts
    dear, cheap = cost(network, vocabulary, None), cost(network, vocabulary, 1)
    draw("ccfg", round(plan.sampling_steps * 2 * dear / (dear + cheap)), Guidance("ccfg", SCALE, budget=1))
    facts["ccfg"]["cost_of_a_step"] = (dear + cheap) / (2 * dear)
    for threshold in THRESHOLDS:
        with cached_core(network, threshold, calls=2) as cache:
            draw(f"cached.{threshold}", plan.sampling_steps, plain)
        facts[f"cached.{threshold}"]["cores_skipped"] = cache.skipped / cache.asked
    return tensors, facts


def seen(classifier: Classifier, images: Tensor) -> Tensor:
    """Features [N, F] of drawn pictures."""
    return torch.cat([classifier(part) for part in images.split(64)])


def run_cells(plan: Plan, seeds: list[int]) -> dict[str, list[dict]]:
    """All cells, a seed at a time, so that an unfinished set of runs has whole seeds; by kind, in order of seeds."""
    cells: dict[str, list[dict]] = {kind: [] for kind in KINDS}
    for seed in seeds:
        for kind in KINDS:
            print(f"cell {kind}, seed {seed}", file=sys.stderr)
            folder = run_cell(plan, kind, seed)
            facts = json.loads((folder / FACTS).read_text())
            cells[kind].append({"figures": load_file(folder / MEASURED), "facts": facts})
    return cells
