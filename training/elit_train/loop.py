"""The training loop that the autoencoder and the network share: order, precision, averages, checkpoints, progress."""

import json
import math
import signal
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.utils.tensorboard import SummaryWriter

from elit_train import checkpoint
from elit_train.averages import Averages
from elit_train.errors import TrainingError
from elit_train.optimizers import OPTIMIZERS, make_optimizers
from elit_train.order import batch_indices, generator
from elit_train.processes import Processes, load_training_state, shard, training_state, whole

Loss = Callable[[Tensor, torch.Generator, slice], tuple[Tensor, dict[str, float]]]
"""(sample numbers [B], the step's generator, this process's share) -> the share's loss and figures to log beside it.

Random numbers are drawn for the whole batch before the share is taken, so that they do not depend on how many share.
"""


@dataclass(frozen=True)
class LoopConfig:
    """How long and how fast; `cooldown` is the number of last steps over which the rate falls linearly to nothing."""

    steps: int
    batch: int
    learning_rate: float
    warmup: int = 100
    cooldown: int = 0
    weight_decay: float = 0.0
    clip: float = 1.0
    accumulate: int = 1
    averages: tuple[float, ...] = (0.999,)
    optimizer: str = OPTIMIZERS[0]
    bfloat16: bool = False
    seed: int = 0
    save_minutes: float = 5.0
    log_every: int = 50

    def rate_at(self, step: int) -> float:
        """The learning rate of a step."""
        up = min(1.0, (step + 1) / max(1, self.warmup))
        down = min(1.0, (self.steps - step) / max(1, self.cooldown))
        return self.learning_rate * up * down


class Trainer:
    """Trains `model` on `loss`; everything it needs to go on exactly is in `folder/last.pt`.

    `kind` names what is trained, so that no command takes another's checkpoint; `about` is kept in the checkpoint
    for whoever loads it (the configuration of the model). `samples_before` were seen by what the run began from.
    `after_save` is called by the first process when a checkpoint has been written; `name_of` says in words which
    sample a number is. `autoencoder` is the hash of the one whose latents are the samples, where that is known: a run
    does not go on with those of another.
    """

    def __init__(
        self,
        model: nn.Module,
        loss: Loss,
        samples: int,
        config: LoopConfig,
        folder: Path,
        kind: str,
        about: dict,
        processes: Processes = Processes(),
        samples_before: int = 0,
        after_save: Callable[["Trainer"], None] | None = None,
        name_of: Callable[[int], str] = str,
        autoencoder: str | None = None,
    ) -> None:
        if samples == 0:
            raise TrainingError("there are no training samples; check the data folder and its splits")
        self.model, self.loss, self.samples, self.config = model, loss, samples, config
        self.folder, self.kind, self.about, self.autoencoder = folder, kind, about, autoencoder
        self.step, self.samples_before = 0, samples_before
        self.processes, self.share = processes, processes.share(config.batch)
        shard(model, processes)
        self.trainable = [weight for weight in model.parameters() if weight.requires_grad]
        self.device = self.trainable[0].device
        self.optimizers = make_optimizers(config.optimizer, model, config.learning_rate, config.weight_decay, processes)
        self.averages = Averages(model, config.averages)
        self._after_save, self._name_of = after_save, name_of
        self._asked, self._stopped = False, False

    def state(self) -> dict:
        """All that a resumed run needs, and what it was."""
        return {
            "kind": self.kind,
            "about": self.about,
            "autoencoder": self.autoencoder,
            "samples": self.samples,
            "loop": asdict(self.config),
            "step": self.step,
            "samples_before": self.samples_before,
            "samples_seen": self.samples_before + self.step * self.config.batch * self.config.accumulate,
            **training_state(self.model, self.optimizers),
            "averages": self.averages.state_dict(),
            "averages_age": self.averages.age,
        }

    def resume(self) -> bool:
        """Goes on from `last.pt` if it is there; raises when that was a different model or batch."""
        path = self.folder / "last.pt"
        if not path.exists():
            return False
        state = checkpoint.load(path, self.kind)
        before = {"optimizer": OPTIMIZERS[0], **state["loop"]}
        for key in ("batch", "accumulate", "seed", "averages", "optimizer"):
            if before[key] != asdict(self.config)[key]:
                raise TrainingError(f"{path} was trained with {key}={before[key]}; resume with the same value")
        if state["about"] != self.about:
            raise TrainingError(f"{path} holds a model of another configuration; use another folder")
        if state.get("samples", self.samples) != self.samples:
            raise TrainingError(f"{path} was trained on {state['samples']} samples, not {self.samples}; use that data")
        self.config = replace(self.config, bfloat16=before["bfloat16"])  # not what a timing of today says
        known = state.get("autoencoder")  # unknown in older checkpoints, and of older latents
        if None not in (known, self.autoencoder) and known != self.autoencoder:
            raise TrainingError(
                f"{path} learned another autoencoder's latents; encode with that one, or use another folder"
            )
        self.autoencoder = known or self.autoencoder
        load_training_state(self.model, self.optimizers, state)
        self.averages.load_state_dict(state["averages"])
        self.averages.age = state.get("averages_age", 0)
        self.step, self.samples_before = state["step"], state["samples_before"]
        return True

    def save(self) -> None:
        """Writes `last.pt`, the first process for all."""
        state = self.state()
        if self.processes.rank == 0:
            checkpoint.save(self.folder / "last.pt", state)
            if self._after_save:
                self._after_save(self)

    def train_step(self) -> tuple[float, dict[str, float]]:
        """One optimizer step; returns its loss and figures. Leaves the weights alone when the loss is not finite."""
        config = self.config
        total, figures = 0.0, {}
        for optimizer in self.optimizers:
            optimizer.zero_grad(set_to_none=True)
        for part in range(config.accumulate):
            place = self.step * config.accumulate + part
            indices = batch_indices(place, config.batch, self.samples, config.seed)
            with torch.autocast(self.device.type, torch.bfloat16, enabled=config.bfloat16):
                loss, figures = self.loss(indices, generator(place, config.seed), self.share)
            if not math.isfinite(loss.item()):
                self._refuse(f"the loss became {loss.item()}")
            (loss / config.accumulate).backward()
            total += loss.item() / config.accumulate
        norm = whole(nn.utils.clip_grad_norm_(self.trainable, config.clip)).item()
        if not math.isfinite(norm):
            self._refuse(f"the gradient became {norm}")
        for optimizer in self.optimizers:
            for group in optimizer.param_groups:
                group["lr"] = config.rate_at(self.step)
            optimizer.step()
        self.averages.update(self.step)
        self.step += 1
        return total, {**figures, "gradient": norm}

    def run(self) -> None:
        """Trains to the last step, saving as it goes, at the end, and when it is asked to stop (SIGTERM, SIGINT)."""
        handlers = {kind: signal.signal(kind, self._ask_to_stop) for kind in (signal.SIGTERM, signal.SIGINT)}
        self.folder.mkdir(parents=True, exist_ok=True)
        progress = Progress(self.folder / "log.jsonl", self.config, self.step) if self.processes.rank == 0 else None
        saved = time.monotonic()
        try:
            self.model.train()
            while self.step < self.config.steps and not self._stops():
                loss, figures = self.train_step()
                if progress:
                    progress.add(self.step, loss, figures)
                if time.monotonic() - saved > 60 * self.config.save_minutes:
                    self.save()
                    saved = time.monotonic()
            self.save()
        finally:
            for kind, handler in handlers.items():
                signal.signal(kind, handler)
        if self._stopped:
            print(f"stopped at step {self.step}; the same command goes on from there", file=sys.stderr)

    def _stops(self) -> bool:
        """A signal reaches each process at another step, even as they answer: all stop, and save at the same one."""
        self._stopped = self.processes.any(self._asked)
        return self._stopped

    def _ask_to_stop(self, _signal: int, _frame: object) -> None:
        self._asked = True

    def _refuse(self, what: str) -> None:
        whole_batch = self.config.batch * self.config.accumulate
        indices = batch_indices(self.step, whole_batch, self.samples, self.config.seed).tolist()
        raise TrainingError(
            f"{what} at step {self.step} with the samples {', '.join(map(self._name_of, indices))}; "
            f"{self.folder / 'last.pt'}, if it was written, is from before. Lower the learning rate, or mend the data"
        )


class Progress:
    """Means over `log_every` steps: a line to read, a JSON line to plot, and TensorBoard's files beside it."""

    def __init__(self, path: Path, config: LoopConfig, step: int) -> None:
        self._path, self._config = path, config
        self._board: SummaryWriter | None = None
        self._forget_after(step)
        self._start(step)

    def _forget_after(self, step: int) -> None:
        """A run that goes on from an earlier checkpoint logs the steps since then once more."""
        if not self._path.exists():
            return
        lines = self._path.read_text(encoding="utf-8").splitlines(keepends=True)
        kept = [line for line in lines if _step_of(line) <= step]
        if len(kept) < len(lines):
            self._path.write_text("".join(kept), encoding="utf-8")

    def _start(self, step: int) -> None:
        self._since, self._step, self._sums = time.monotonic(), step, {}

    def add(self, step: int, loss: float, figures: dict[str, float]) -> None:
        """Takes the figures of a step; prints when it is time."""
        for name, value in {"loss": loss, **figures}.items():
            self._sums.setdefault(name, []).append(value)
        if step % self._config.log_every and step != self._config.steps:
            return
        took = time.monotonic() - self._since
        steps = step - self._step
        speed = steps * self._config.batch * self._config.accumulate / took
        left = (self._config.steps - step) * took / steps
        means = {name: sum(values) / len(values) for name, values in self._sums.items()}
        with self._path.open("a", encoding="utf-8") as file:
            file.write(json.dumps({"step": step, "samples_per_second": speed, "seconds": time.time(), **means}) + "\n")
        self._to_board(step, {**means, "samples_per_second": speed, "learning_rate": self._config.rate_at(step - 1)})
        shown = " ".join(f"{name} {value:.4g}" for name, value in means.items())
        print(f"step {step}/{self._config.steps} {shown} | {speed:.1f} samples/s, {clock(left)} left", file=sys.stderr)
        self._start(step)

    def _to_board(self, step: int, figures: dict[str, float]) -> None:
        if self._board is None:  # made by the process that logs; steps after a checkpoint are written anew
            self._board = SummaryWriter(str(self._path.parent / "tensorboard"), purge_step=step)
        for name, value in figures.items():
            self._board.add_scalar(name, value, step)
        self._board.flush()


def _step_of(line: str) -> float:
    """The step of a line of the log; that of half a line is beyond all others."""
    try:
        return json.loads(line)["step"]
    except ValueError:
        return math.inf


def clock(seconds: float) -> str:
    """`2:03:04`."""
    whole = int(seconds)
    return f"{whole // 3600}:{whole // 60 % 60:02}:{whole % 60:02}"
