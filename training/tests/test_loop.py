"""The training loop: exact resume, stopping, refusing bad numbers, checkpoints that stay whole."""

import io
import json
import os
import re
import signal
import subprocess
import sys
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from safetensors.torch import save
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from torch import Tensor, nn

from elit_train import checkpoint
from elit_train.errors import TrainingError
from elit_train.loop import LoopConfig, Trainer
from elit_train.optimizers import make_optimizers
from elit_train.order import batch_indices, generator
from elit_train.processes import Processes

CONFIG = LoopConfig(steps=8, batch=4, learning_rate=0.05, warmup=2, cooldown=3, averages=(0.5, 0.9), accumulate=2)
INPUTS = torch.randn(10, 3, generator=torch.Generator().manual_seed(1))


class Fit(nn.Module):
    """Two layers that learn a noisy sum."""

    def __init__(self) -> None:
        super().__init__()
        torch.manual_seed(0)
        self.blocks = nn.Sequential(nn.Linear(3, 8), nn.SiLU(), nn.Linear(8, 1))

    def loss(self, indices: Tensor, random: torch.Generator, share: slice) -> tuple[Tensor, dict[str, float]]:
        noise = 0.1 * torch.randn(len(indices), generator=random)
        x = INPUTS[indices]
        return (self.blocks(x[share])[:, 0] - x.sum(dim=1)[share] - noise[share]).square().mean(), {}


def zipped() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as file:
        file.writestr("data.txt", "no weights")
    return buffer.getvalue()


OTHERS = {
    "nothing": b"",
    "text": b"not a checkpoint",
    "json": b'{"kind": "fit"}',
    "zip": zipped(),
    "png": b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(range(256)),
    "safetensors": save({"a": torch.zeros(3)}),
}


def trainer(folder: Path, config: LoopConfig = CONFIG, kind: str = "fit") -> Trainer:
    model = Fit()
    return Trainer(model, model.loss, len(INPUTS), config, folder, kind, {"width": 8})


def everything(state: dict) -> list[Tensor]:
    averages = [weight for rate in state["averages"].values() for weight in rate.values()]
    moments = [value for entry in state["optimizer"]["state"].values() for value in entry.values()]
    return [*state["model"].values(), *averages, *moments]


@pytest.mark.parametrize("optimizer", ["adamw", "muon"])
def test_a_resumed_run_ends_bit_for_bit_where_an_unbroken_one_does(tmp_path: Path, optimizer: str) -> None:
    config = replace(CONFIG, optimizer=optimizer)
    unbroken = trainer(tmp_path / "a", config)
    unbroken.run()
    first = trainer(tmp_path / "b", config)
    for _ in range(3):
        first.train_step()
    first.save()
    second = trainer(tmp_path / "b", config)
    assert second.resume()
    assert second.step == 3
    second.run()
    a, b = (checkpoint.load(tmp_path / name / "last.pt", "fit") for name in "ab")
    assert a["samples_seen"] == b["samples_seen"] == 8 * 4 * 2
    pairs = list(zip(everything(a), everything(b), strict=True))
    assert len(pairs) > 12
    assert all(torch.equal(x, y) for x, y in pairs)


def test_training_learns_and_says_how_it_goes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run = trainer(tmp_path, replace(CONFIG, steps=60, log_every=20))
    run.run()
    lines = [json.loads(line) for line in (tmp_path / "log.jsonl").read_text().splitlines()]
    assert [line["step"] for line in lines] == [20, 40, 60]
    assert lines[-1]["loss"] < 0.5 * lines[0]["loss"]
    assert "samples/s, 0:00:00 left" in capsys.readouterr().err
    board = EventAccumulator(str(tmp_path / "tensorboard")).Reload()
    assert [event.step for event in board.Scalars("loss")] == [20, 40, 60]


def test_the_rate_warms_up_and_falls_to_nothing() -> None:
    rates = [CONFIG.rate_at(step) for step in range(8)]
    assert rates == pytest.approx([0.025, 0.05, 0.05, 0.05, 0.05, 0.05, 0.05 * 2 / 3, 0.05 / 3])


def test_sigterm_saves_and_stops(tmp_path: Path) -> None:
    run = trainer(tmp_path, replace(CONFIG, steps=10_000))
    plain = run.loss

    def loss_that_is_interrupted(indices: Tensor, random: torch.Generator, share: slice):
        if run.step == 5:
            os.kill(os.getpid(), signal.SIGTERM)
        return plain(indices, random, share)

    run.loss = loss_that_is_interrupted
    before = signal.getsignal(signal.SIGTERM)
    run.run()
    assert checkpoint.load(tmp_path / "last.pt", "fit")["step"] == 6
    assert signal.getsignal(signal.SIGTERM) is before


class SignalledWhileAsked(Processes):
    """The signal comes when this process has said that it goes on, before it knows what the others said."""

    asked = 0

    def any(self, yes: bool) -> bool:
        type(self).asked += 1
        if self.asked == 5:
            os.kill(os.getpid(), signal.SIGTERM)
        return yes


def test_a_signal_that_comes_while_processes_agree_is_not_lost(tmp_path: Path) -> None:
    run = trainer(tmp_path, replace(CONFIG, steps=40))
    run.processes = SignalledWhileAsked()
    run.run()
    assert checkpoint.load(tmp_path / "last.pt", "fit")["step"] == 5


def test_a_loss_that_is_not_finite_stops_with_the_step_and_the_samples(tmp_path: Path) -> None:
    run = trainer(tmp_path)
    run.train_step()
    run.save()
    weights = [weight.clone() for weight in run.model.parameters()]
    run.loss = lambda indices, random, share: (run.model.blocks[0].weight.sum() * float("nan"), {})
    with pytest.raises(TrainingError, match=r"nan at step 1 with the samples \d"):
        run.run()
    assert all(torch.equal(a, b) for a, b in zip(weights, run.model.parameters(), strict=True))
    assert checkpoint.load(tmp_path / "last.pt", "fit")["step"] == 1


@pytest.mark.parametrize(
    "change", [{"batch": 2}, {"seed": 1}, {"averages": (0.5,)}, {"accumulate": 1}, {"optimizer": "muon"}]
)
def test_resuming_with_another_order_or_average_is_refused(tmp_path: Path, change: dict) -> None:
    trainer(tmp_path).save()
    with pytest.raises(TrainingError, match=f"{next(iter(change))}="):
        trainer(tmp_path, replace(CONFIG, **change)).resume()


def test_a_checkpoint_of_something_else_is_refused(tmp_path: Path) -> None:
    trainer(tmp_path).save()
    with pytest.raises(TrainingError, match="holds 'fit', not 'network'"):
        trainer(tmp_path, kind="network").resume()
    other = trainer(tmp_path)
    other.about = {"width": 16}
    with pytest.raises(TrainingError, match="another configuration"):
        other.resume()
    other = trainer(tmp_path)
    other.samples = 9
    with pytest.raises(TrainingError, match="10 samples, not 9"):
        other.resume()


def test_precision_is_that_of_the_run_and_not_of_the_moment(tmp_path: Path) -> None:
    trainer(tmp_path, replace(CONFIG, bfloat16=True)).save()
    again = trainer(tmp_path)
    assert again.resume()
    assert again.config == replace(CONFIG, bfloat16=True)


def test_the_log_has_every_step_once_when_a_run_goes_on_from_an_earlier_checkpoint(tmp_path: Path) -> None:
    config = replace(CONFIG, log_every=2, steps=4)
    first = trainer(tmp_path, config)
    first.run()
    early = first.state() | {"step": 2}
    checkpoint.save(tmp_path / "last.pt", early)
    with (tmp_path / "log.jsonl").open("a") as log:
        log.write('{"step": 5, "lo')
    second = trainer(tmp_path, config)
    assert second.resume()
    second.run()
    steps = [json.loads(line)["step"] for line in (tmp_path / "log.jsonl").read_text().splitlines()]
    assert steps == [2, 4]


def test_a_file_that_is_no_checkpoint_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match="there is no checkpoint"):
        checkpoint.load(tmp_path / "last.pt", "fit")


@pytest.mark.parametrize("name", OTHERS)
def test_files_of_other_kinds_are_refused_in_a_line(tmp_path: Path, name: str) -> None:
    path = tmp_path / "last.pt"
    path.write_bytes(OTHERS[name])
    with pytest.raises(TrainingError, match=r"^\S+last\.pt is no checkpoint of this package, or a torn one \(\w+\)$"):
        checkpoint.load(path, "fit")


FULL_DISK = """
import resource, signal, sys
from pathlib import Path
import torch
from elit_train import checkpoint
from elit_train.errors import TrainingError

signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, 50_000))
try:
    checkpoint.save(Path(sys.argv[1]), {"kind": "fit", "step": 2, "weights": torch.zeros(int(sys.argv[2]))})
except TrainingError as error:
    print(error)
"""


@pytest.mark.parametrize("weights", [12_600, 100_000])
def test_a_full_disk_leaves_the_old_checkpoint_and_is_said(tmp_path: Path, weights: int) -> None:
    path = tmp_path / "last.pt"
    checkpoint.save(path, {"kind": "fit", "step": 1})
    command = [sys.executable, "-c", FULL_DISK, str(path), str(weights)]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert re.search(r"last\.pt \((the disk may be full: \d+ MB are free|.*File too large)", said)
    assert said.count("\n") == 1
    assert checkpoint.load(path, "fit")["step"] == 1
    assert [file.name for file in tmp_path.iterdir()] == ["last.pt"]


def test_no_samples_is_said_before_training(tmp_path: Path) -> None:
    model = Fit()
    with pytest.raises(TrainingError, match="no training samples"):
        Trainer(model, model.loss, 0, CONFIG, tmp_path, "fit", {})


def test_every_epoch_sees_every_sample_once_and_steps_draw_alike_only_with_the_same_seed() -> None:
    order = torch.cat([batch_indices(step, 4, 10, seed=3) for step in range(5)])
    assert sorted(order[:10].tolist()) == sorted(order[10:].tolist()) == list(range(10))
    assert order[:10].tolist() != order[10:].tolist()
    first, again, other = (torch.rand(3, generator=generator(7, seed)) for seed in (1, 1, 2))
    assert torch.equal(first, again)
    assert not torch.equal(first, other)


def test_muon_takes_the_matrices_of_the_blocks_and_refuses_what_it_cannot_do() -> None:
    matrices, others = make_optimizers("muon", Fit(), 0.1, 0, Processes())
    shapes = [[weight.shape for group in one.param_groups for weight in group["params"]] for one in (matrices, others)]
    assert shapes == [[(8, 3), (1, 8)], [(8,), (1,)]]
    with pytest.raises(TrainingError, match="cannot be sharded"):
        make_optimizers("muon", Fit(), 0.1, 0, Processes(0, 2))
    with pytest.raises(TrainingError, match="no blocks"):
        make_optimizers("muon", nn.Linear(2, 2), 0.1, 0, Processes())
    with pytest.raises(TrainingError, match="none of adamw, muon"):
        make_optimizers("sgd", Fit(), 0.1, 0, Processes())
