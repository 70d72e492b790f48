"""The optimizers: AdamW, or Muon for the matrices of the blocks and AdamW for all else.

Muon (Jordan et al. 2024) makes every update of a matrix orthogonal. With the step scaled to AdamW's (Liu et al.,
arXiv 2502.16982) both take one learning rate.
"""

import torch
from torch import nn

from elit_train.errors import TrainingError
from elit_train.processes import Processes

OPTIMIZERS = ("adamw", "muon")
BETAS = (0.9, 0.99)


def make_optimizers(
    name: str, model: nn.Module, rate: float, weight_decay: float, processes: Processes
) -> tuple[torch.optim.Optimizer, ...]:
    """One or two optimizers that together have every trainable weight."""
    trainable = [(key, weight) for key, weight in model.named_parameters() if weight.requires_grad]
    if name == "adamw":
        weights = [weight for _, weight in trainable]
        return (torch.optim.AdamW(weights, rate, betas=BETAS, weight_decay=weight_decay),)
    if name != "muon":
        raise TrainingError(f"the optimizer {name!r} is none of {', '.join(OPTIMIZERS)}")
    if processes.count > 1:
        raise TrainingError("muon needs whole matrices and cannot be sharded; use adamw with several processes")
    inside = [(key.startswith("blocks.") and weight.ndim == 2, weight) for key, weight in trainable]
    matrices, others = ([weight for is_matrix, weight in inside if is_matrix == wanted] for wanted in (True, False))
    if not matrices:
        raise TrainingError("there are no blocks with matrices for muon; use adamw")
    return (
        torch.optim.Muon(matrices, rate, weight_decay=weight_decay, adjust_lr_fn="match_rms_adamw"),
        torch.optim.AdamW(others, rate, betas=BETAS, weight_decay=weight_decay),
    )
