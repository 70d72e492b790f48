"""What a long run is begun again from: `python -m elit_train.warm_start --run RUN/last.pt --out warm.safetensors`.

Weights and one moving average of them in bfloat16, a fifth of a checkpoint: small enough to be kept for good. The
optimizer warms up anew. `python -m elit_train.train --warm-start warm.safetensors` goes on with it.
"""

import argparse
import json
from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor

from elit_train import checkpoint
from elit_train.errors import TrainingError, run_command
from elit_train.files import written_whole

NETWORK = "network"  # the kind of checkpoint that it is made of
LIVE, AVERAGE = "live.", "average."
LEFT_OUT = ("pos_embed",)  # computed, not learned


@dataclass(frozen=True)
class WarmStart:
    """Weights by name, their average, the configuration of the network, and how many samples it had seen.

    `autoencoder` is the hash of the one whose latents it learned, where the run said it.
    """

    live: dict[str, Tensor]
    average: dict[str, Tensor]
    about: dict
    samples: int
    autoencoder: str | None


def save_warm_start(run: Path, out: Path) -> int:
    """Writes the file with the slowest average of a checkpoint; returns its size in bytes."""
    state = checkpoint.load(run, NETWORK)
    slowest = state["averages"][max(state["averages"], key=float)]
    live = {name: state["model"][name] for name in slowest if name not in LEFT_OUT}
    tensors = {LIVE + name: tensor.bfloat16() for name, tensor in live.items()}
    tensors |= {AVERAGE + name: slowest[name].bfloat16() for name in live}
    facts = {"about": json.dumps(state["about"]), "samples": str(state["samples_seen"])}
    if state.get("autoencoder"):
        facts["autoencoder"] = state["autoencoder"]
    with written_whole(out) as beside:
        save_file(tensors, beside, facts)
        again = load_warm_start(beside)
        if not all(torch.equal(again.live[name], tensor.bfloat16().float()) for name, tensor in live.items()):
            raise TrainingError(f"{out} does not read back as it was written")
    return out.stat().st_size


def load_warm_start(path: Path) -> WarmStart:
    """Reads the file; tensors in float32."""
    try:
        with safe_open(path, "pt") as file:
            tensors = {name: file.get_tensor(name).float() for name in file.keys()}  # noqa: SIM118 (not a dictionary)
            facts = file.metadata()
            about, samples = json.loads(facts["about"]), int(facts["samples"])
    except FileNotFoundError:
        raise TrainingError(f"{path} is missing") from None
    except (SafetensorError, KeyError, TypeError, ValueError) as cause:
        raise TrainingError(f"{path} is not a warm start that this package wrote ({cause!r})") from None

    def part(prefix: str) -> dict[str, Tensor]:
        return {name.removeprefix(prefix): tensor for name, tensor in tensors.items() if name.startswith(prefix)}

    return WarmStart(part(LIVE), part(AVERAGE), about, samples, facts.get("autoencoder"))


def main(arguments: list[str] | None = None) -> None:
    """The command."""
    parser = argparse.ArgumentParser(prog="elit_train.warm_start", description="Write a small file to go on from.")
    parser.add_argument("--run", type=Path, default=Path("training/runs/network/last.pt"))
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args(arguments)
    print(f"wrote {options.out}, {save_warm_start(options.run, options.out) / 1e6:.1f} MB")


if __name__ == "__main__":
    run_command("elit_train.warm_start", main)
