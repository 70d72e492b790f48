"""The long run, from artwork to a scored model folder that reads text: `python -m elit_train.recipe`.

Every stage is one of the other commands, with the settings that are stated here. It runs at idle priority, can be
stopped at any moment (SIGTERM, Ctrl-C, power), and goes on with the same command: finished stages are not repeated,
and training goes on from its last checkpoint, at most five minutes back. Longer networks: raise `--steps`. The
autoencoder is one that is there, the page's: `elit_train.train_autoencoder` makes others.
"""

import argparse
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from elit_train import (
    checkpoint,
    data,
    evaluate,
    export,
    features,
    latents,
    prompts,
    train,
    warm_start,
)
from elit_train.errors import TrainingError, run_command

Command = Callable[[list[str] | None], None]
TINY = ["--batch", "4", "--float32"]  # for a rehearsal on small pictures


@dataclass(frozen=True)
class Stage:
    """One command; `made` is what it leaves, `steps` and `kind` the training checkpoint beside that, if it trains."""

    name: str
    command: Command
    arguments: list[str]
    made: Path
    steps: int = 0
    kind: str = ""

    def finished(self) -> bool:
        """Whether it has nothing left to do."""
        if not self.made.exists():
            return False
        return not self.steps or checkpoint.load(self.made.parent / "last.pt", self.kind)["step"] >= self.steps


def stages(options: argparse.Namespace) -> list[Stage]:
    """All stages in order."""
    folder, runs, out, tiny = options.data, options.runs, options.out, options.tiny
    network, judge = runs / "network", runs / "features"
    pictures, threads = ["--data", str(folder)], ["--threads", str(options.threads)]
    common, small = [*pictures, *threads], TINY if tiny else []
    network_steps, judge_steps = (4, 2) if tiny else (options.steps, 3_000)
    reader = ["--text-encoder", str(options.text_encoder)] if options.text_encoder else []
    autoencoder = ["--autoencoder", str(options.autoencoder)]
    shape = ["--text", "--shape", "tiny" if tiny else "emoji-128", "--warm-start", str(options.warm_start)]
    learn = [
        *(*common, *small),
        *("--steps", str(network_steps), "--cooldown", str(network_steps // 3)),
        *shape,
        *("--out", str(network), "--learning-rate", "6e-4", "--largest-share", "0.5"),
        *("--sheets", str(options.autoencoder)),
    ]
    weights = network / "last.pt"
    judging = ["--steps", str(judge_steps), *(["--batch", "8"] if tiny else [])]
    folder_made = ["--network", str(weights), *autoencoder, *reader, "--out", str(out)]
    scored = ["--model", str(out), "--features", str(judge / features.FILE)]
    short = ["--samples", "8", "--steps", "1"] if tiny else ["--samples", "1000", "--every"]
    kept = ["--run", str(weights), "--out", str(runs / "warm-start.safetensors")]
    return [
        Stage("data", data.main, ["--out", str(folder)], folder / "manifest.json"),
        Stage("prompts", prompts.main, [*common, *reader], folder / prompts.FILE),
        Stage("latents", latents.main, [*common, *autoencoder], folder / latents.FILE),
        Stage("network", train.main, learn, weights, network_steps, train.KIND),
        Stage("features", features.main, [*common, *judging, "--out", str(judge)], judge / features.FILE),
        Stage("export", export.main, [*pictures, *folder_made], out / export.GOLDEN),
        Stage("evaluate", evaluate.main, [*common, *scored, *short], out / "metrics.json"),
        Stage("warm start", warm_start.main, kept, runs / "warm-start.safetensors"),
    ]


def main(arguments: list[str] | None = None) -> None:
    """The command."""
    parser = argparse.ArgumentParser(prog="elit_train.recipe", description="From artwork to a scored text model.")
    parser.add_argument("--data", type=Path, default=Path("training/data/emoji-128"))
    parser.add_argument("--runs", type=Path, default=Path("training/runs/recipe"))
    parser.add_argument("--out", type=Path, default=Path("training/runs/recipe/emoji-128-text"), help="model folder")
    parser.add_argument("--warm-start", type=Path, default=Path("public/models/emoji-128"), help="model to begin from")
    parser.add_argument(
        "--autoencoder", type=Path, default=Path("training/start/autoencoder.pt"), help="of its latents"
    )
    parser.add_argument("--text-encoder", type=Path, help="another BERT folder than the installed package's")
    parser.add_argument("--steps", type=int, default=60_000, help="of the network")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--tiny", action="store_true", help="a rehearsal: a few steps of tiny networks")
    parser.add_argument("--list", action="store_true", help="print the commands and do nothing")
    options = parser.parse_args(arguments)
    chain = stages(options)
    if options.list:
        for stage in chain:
            print(f"python -m {stage.command.__module__} {' '.join(stage.arguments)}")
        return
    if hasattr(os, "SCHED_IDLE"):
        os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))
    for stage in chain:
        if stage.finished():
            print(f"{stage.name}: done before", file=sys.stderr)
            continue
        print(f"{stage.name}: begins", file=sys.stderr)
        stage.command(stage.arguments)
        if not stage.finished():
            raise TrainingError(f"{stage.name} was stopped; give the command again to go on")
    print(f"{options.out} is complete")


if __name__ == "__main__":
    run_command("elit_train.recipe", main)
