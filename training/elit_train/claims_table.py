"""The claims as one table, from what `claims_seeds` measured: differences picture by picture, for every seed."""

import itertools
import shlex
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor

from elit_train.claims_seeds import BUDGETS, DRAWN_BUDGETS, KEPT, THRESHOLDS, Plan
from elit_train.errors import TrainingError
from elit_train.files import write_whole

BEGIN, END = "<!-- claims over seeds: begin -->", "<!-- claims over seeds: end -->"
Cells = dict[str, list[dict]]


@dataclass(frozen=True)
class Claim:
    """`text` holds when `more` minus `less` (kind of network, figure) is above 0."""

    text: str
    more: tuple[str, str]
    less: tuple[str, str]


CLAIMS = [
    Claim("ELIT predicts better than SiT at equal training (loss)", ("sit", "loss.full"), ("multi", "loss.full")),
    Claim("ELIT draws nearer to the truth than SiT, CFG (features)", ("sit", "drawn.cfg"), ("multi", "drawn.cfg")),
    Claim("All budgets in one network are no loss at the full one", ("single", "loss.full"), ("multi", "loss.full")),
    *(
        Claim(f"Budget {k}: trained beats untrained", ("single", f"loss.{k}"), ("multi", f"loss.{k}"))
        for k in BUDGETS[:-1]
    ),
    *(
        Claim(
            f"Quality falls with the budget: {k} is worse than {more}",
            ("multi", f"loss.{k}"),
            ("multi", f"loss.{more}"),
        )
        for k, more in itertools.pairwise(BUDGETS)
    ),
    *(
        Claim(
            f"Quality falls with the budget: {k} draws further from the truth than the full one (features)",
            ("multi", f"drawn.budget.{k}"),
            ("multi", "drawn.cfg"),
        )
        for k in DRAWN_BUDGETS
    ),
    Claim(f"Of {KEPT} latents, the last are worse than the first", ("multi", "kept.last"), ("multi", "kept.first")),
    Claim(
        f"Of {KEPT} latents, random ones are worse than the first", ("multi", "kept.random"), ("multi", "kept.first")
    ),
    Claim(
        "The same in a network of one budget (no order is trained)", ("single", "kept.last"), ("single", "kept.first")
    ),
    Claim("CCFG draws nearer to the truth than CFG at equal cost", ("multi", "drawn.cfg"), ("multi", "drawn.ccfg")),
    *(
        Claim(f"Core caching (threshold {one}) costs quality", ("multi", f"drawn.cached.{one}"), ("multi", "drawn.cfg"))
        for one in THRESHOLDS
    ),
]


def interval_of_mean(values: Tensor) -> tuple[float, float, float]:
    """Mean of [N] with its 95 % interval over pictures (normal approximation)."""
    half = 1.96 * values.std().item() / len(values) ** 0.5
    return values.mean().item(), values.mean().item() - half, values.mean().item() + half


def row_of(claim: Claim, cells: Cells) -> str:
    """A row: each seed's difference with its interval over pictures, and what all seeds together say."""
    shown, low, high = [], [], []
    for more, less in zip(cells[claim.more[0]], cells[claim.less[0]], strict=True):
        a, b = more["figures"][claim.more[1]], less["figures"][claim.less[1]]
        mean, below, above = interval_of_mean(a - b)
        shown.append(f"{mean:+.4f} [{below:+.4f}, {above:+.4f}]")
        low.append(below)
        high.append(above)
    verdict = "yes" if min(low) > 0 else "the opposite" if max(high) < 0 else "not shown"
    return f"| {claim.text} | {' | '.join(shown)} | {verdict} |"


def facts_rows(cells: Cells) -> list[str]:
    """What the ways of drawing cost, and the kernel distance of what they drew, for every seed."""
    rows = []
    names = [
        "cfg",
        *(f"budget.{k}" for k in DRAWN_BUDGETS),
        "ccfg",
        *(f"cached.{one}" for one in THRESHOLDS),
    ]
    for kind, name in [("sit", "cfg"), ("single", "cfg"), *(("multi", name) for name in names)]:
        all_facts = [cell["facts"][name] for cell in cells[kind]]
        skipped = torch.tensor([facts.get("cores_skipped", 0.0) for facts in all_facts]).mean().item()
        distances = " | ".join(f"{facts['kid']:.4f}" for facts in all_facts)
        rows.append(f"| {kind}, {name} | {all_facts[0]['steps']} | {skipped:.0%} | {distances} |")
    return rows


def results(plan: Plan, seeds: list[int], cells: Cells) -> str:
    """The section of docs/results.md between the two marks."""
    heads = " | ".join(f"seed {seed}" for seed in seeds)
    lines = "|".join([" --- "] * (len(seeds) + 2))
    facts = plan.facts()
    cheap = cells["multi"][0]["facts"]["ccfg"]["cost_of_a_step"]
    calls = ", ".join(f"{kind} {cells[kind][0]['facts']['gigaflop_a_call']:.3f}" for kind in cells)
    command = (
        f"python -m elit_train.claims --seeds {shlex.join(map(str, seeds))} --steps {plan.steps}"
        f" --autoencoder {shlex.quote(plan.autoencoder.as_posix())}"
    )
    return "\n".join(
        [
            "```sh",
            command,
            "```",
            "",
            f"Shape `{plan.shape}`, {plan.steps} steps of {plan.batch} pictures for every network, averaged weights "
            f"(0.999). Differences on {facts['samples']} held-out (subject, style) pairs at most, {facts['draws']} of "
            f"them drawn in {plan.sampling_steps} Euler steps; in brackets the 95 % interval over pictures. Features: "
            "distance to the held-out picture in the classifier's features. A claim counts as shown when every seed's "
            "interval lies above 0.",
            "",
            f"| claim | {heads} | shown |",
            f"|{lines}|",
            *(row_of(claim, cells) for claim in CLAIMS),
            "",
            f"Cost of a call at full budget, GFLOP: {calls}. A step with CCFG costs {cheap:.2f} of one with CFG, so it "
            "gets more steps. Kernel distance (KID) of the drawings to the training pictures:",
            "",
            f"| network, drawing | steps | cores skipped | {heads} |",
            f"|{'|'.join([' --- '] * (len(seeds) + 3))}|",
            *facts_rows(cells),
        ]
    )


def write_results(path: Path, plan: Plan, seeds: list[int], cells: Cells) -> None:
    """Puts the section between its marks in that file."""
    text = path.read_text(encoding="utf-8")
    if text.count(BEGIN) != 1 or text.count(END) != 1:
        raise TrainingError(f"{path} must have the lines {BEGIN} and {END} once; the table goes between them")
    before, rest = text.split(BEGIN)
    after = rest.split(END)[1]
    write_whole(path, f"{before}{BEGIN}\n\n{results(plan, seeds, cells)}\n\n{END}{after}")
