"""--compile: the same weights and numbers, exact resume, and what is said without a compiler."""

import copy
from pathlib import Path

import pytest
import torch
from made_pictures import make_data
from torch import Tensor
from torch._dynamo.utils import counters

from elit_train import checkpoint, compiled, latents, train, train_autoencoder
from elit_train.errors import TrainingError
from elit_train.model.elit import Network

needs_compiler = pytest.mark.skipif(
    compiled.compiler() is None, reason="NOT TESTED: torch.compile needs a C++ compiler (g++ or clang++)"
)
CPU = torch.device("cpu")


def network() -> Network:
    """Tiny, with no weight at the zero it starts from."""
    torch.manual_seed(0)
    model = Network(train.shape("tiny", torch.zeros(1, 8, 16, 16), 5, plain=False))
    for weight in model.parameters():
        torch.nn.init.normal_(weight, std=0.1)
    return model


def step(model: Network, budget: int) -> tuple[Tensor, list[Tensor]]:
    random = torch.Generator().manual_seed(budget)
    x, t = torch.randn(2, 8, 16, 16, generator=random), torch.rand(2, generator=random)
    model.zero_grad()
    velocity = model(x, t, torch.tensor([0, 5]), budget)
    (velocity - x).square().mean().backward()
    gradients = [weight.grad for weight in model.parameters() if weight.grad is not None]
    return velocity, gradients


@needs_compiler
def test_compiled_and_eager_agree_forward_and_backward_and_in_their_names() -> None:
    eager = network()
    fast = copy.deepcopy(eager)
    torch._dynamo.reset()
    counters.clear()
    compiled.compile_blocks(fast, CPU)
    assert list(fast.state_dict()) == list(eager.state_dict())
    for budget in (16, 2):
        (velocity, gradients), (want, wanted) = step(fast, budget), step(eager, budget)
        torch.testing.assert_close(velocity, want, atol=1e-5, rtol=1e-4)
        for found, right in zip(gradients, wanted, strict=True):
            assert (found - right).norm() <= 1e-5 * right.norm()
    assert counters["stats"]["unique_graphs"] == 2  # all blocks share a budget's code


@needs_compiler
def test_a_compiled_run_resumes_bit_for_bit_and_loads_like_any_other(tmp_path: Path) -> None:
    data = make_data(tmp_path / "data")
    common = ["--data", str(data), "--threads", "1"]
    small = ["--widths", "8", "16", "16", "--batch", "4", "--steps", "1", "--float32"]
    train_autoencoder.main([*common, *small, "--out", str(tmp_path / "autoencoder")])
    latents.main([*common, "--autoencoder", str(tmp_path / "autoencoder" / "autoencoder.pt")])
    options = [*common, "--shape", "tiny", "--batch", "4", "--warmup", "1", "--cooldown", "0", "--float32"]
    options += ["--budgets", "1", "2", "--compile"]  # two budgets: each costs some seconds of compiling

    def run(name: str, steps: int) -> None:
        torch._dynamo.reset()  # as in a process of its own: the budgets meet the compiler in another order
        train.main([*options, "--out", str(tmp_path / name), "--steps", str(steps)])

    run("unbroken", 6)
    run("resumed", 3)
    run("resumed", 6)
    unbroken, resumed = (checkpoint.load(tmp_path / name / "last.pt", "network") for name in ("unbroken", "resumed"))
    assert unbroken["model"].keys() == resumed["model"].keys()
    for name, weight in unbroken["model"].items():
        assert torch.equal(weight, resumed["model"][name]), name
    loaded, _, _ = train.load(tmp_path / "resumed" / "last.pt", data)
    assert unbroken["model"].keys() == loaded.state_dict().keys()


def test_without_a_compiler_it_is_said_before_training(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compiled.shutil, "which", lambda _name: None)
    with pytest.raises(TrainingError, match=r"--compile needs a C\+\+ compiler"):
        compiled.compile_blocks(network(), CPU)
