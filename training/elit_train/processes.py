"""Several processes training one model (`torchrun --nproc-per-node N -m elit_train.train ...`), with FSDP.

Every process draws the same order and random numbers, takes its share of each batch, and holds a share of the
weights, the optimizer and the averages. Checkpoints hold whole tensors, so any number of processes can go on from
them.
"""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.distributed import ReduceOp, all_reduce, barrier, destroy_process_group, init_process_group
from torch.distributed.checkpoint.state_dict import (
    StateDictOptions,
    get_model_state_dict,
    get_optimizer_state_dict,
    set_model_state_dict,
    set_optimizer_state_dict,
)
from torch.distributed.fsdp import fully_shard
from torch.distributed.tensor import DTensor, distribute_tensor

from elit_train.errors import TrainingError

WHOLE = StateDictOptions(full_state_dict=True, cpu_offload=True)


@dataclass(frozen=True)
class Processes:
    """This process's number and how many there are."""

    rank: int = 0
    count: int = 1

    def share(self, batch: int) -> slice:
        """This process's part of a batch; all parts are the same size, so that means of means are means."""
        if batch % self.count:
            raise TrainingError(f"a batch of {batch} does not divide among {self.count} processes")
        size = batch // self.count
        return slice(self.rank * size, (self.rank + 1) * size)

    def any(self, yes: bool) -> bool:
        """Whether one of the processes says yes; every process must ask, and all get the same answer."""
        if self.count == 1:
            return yes
        answer = torch.tensor(float(yes), device=training_device())
        all_reduce(answer, ReduceOp.MAX)
        return bool(answer)


@contextmanager
def joined_processes() -> Iterator[Processes]:
    """The group that torchrun's environment describes; a process alone joins nothing.

    Processes leave together: the threads of a group that nobody took down abort the interpreter as it ends.
    """
    count = int(os.environ.get("WORLD_SIZE", "1"))
    if count == 1:
        yield Processes()
        return
    if torch.cuda.is_available():
        torch.cuda.set_device(int(os.environ["LOCAL_RANK"]))
        init_process_group("nccl")
    else:
        init_process_group("gloo")
    try:
        yield Processes(int(os.environ["RANK"]), count)
        barrier()
    finally:
        destroy_process_group()


def training_device() -> torch.device:
    """This process's GPU where PyTorch finds one, else the CPU."""
    return torch.device("cuda", torch.cuda.current_device()) if torch.cuda.is_available() else torch.device("cpu")


def shard(model: nn.Module, processes: Processes) -> None:
    """Spreads the weights over the processes, block by block, in place; nothing for one process."""
    if processes.count > 1:
        for block in getattr(model, "blocks", ()):
            fully_shard(block)
        fully_shard(model)


def whole(tensor: Tensor) -> Tensor:
    """The whole tensor of a sharded one, on the CPU."""
    return (tensor.full_tensor() if isinstance(tensor, DTensor) else tensor).cpu()


def like(tensor: Tensor, sharded: Tensor) -> Tensor:
    """A whole tensor, spread as another one is."""
    if isinstance(sharded, DTensor):
        return distribute_tensor(tensor, sharded.device_mesh, sharded.placements)
    return tensor


def training_state(model: nn.Module, optimizers: Sequence[torch.optim.Optimizer]) -> dict:
    """Whole weights and optimizer state by name. Every process must call it; only the first gets the tensors."""
    return {
        "model": get_model_state_dict(model, options=WHOLE),
        "optimizer": get_optimizer_state_dict(model, optimizers, options=WHOLE),
    }


def load_training_state(model: nn.Module, optimizers: Sequence[torch.optim.Optimizer], state: dict) -> None:
    """The inverse of `training_state`, for any number of processes that all read the same checkpoint."""
    options = StateDictOptions(full_state_dict=True)
    set_model_state_dict(model, state["model"], options=options)
    set_optimizer_state_dict(model, optimizers, state["optimizer"], options=options)
