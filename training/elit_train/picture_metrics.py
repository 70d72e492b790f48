"""How close one picture is to another: PSNR, SSIM, edges, and alpha by itself."""

import torch
from torch import Tensor
from torch.nn.functional import conv2d

WINDOW, SIGMA = 11, 1.5  # Wang et al. 2004, "Image quality assessment", section III.C
C1, C2 = 0.01**2, 0.03**2


def psnr(made: Tensor, wanted: Tensor) -> Tensor:
    """Peak signal-to-noise ratio in dB a picture, [B], at most 100; inputs [B, C, H, W] in 0..1."""
    return -10 * (made - wanted).square().mean(dim=(1, 2, 3)).clamp_min(1e-10).log10()


def ssim(made: Tensor, wanted: Tensor) -> Tensor:
    """Structural similarity a picture, [B], with the Gaussian window of the paper, no padding."""
    offsets = torch.arange(WINDOW) - WINDOW // 2
    line = torch.exp(-offsets.square() / (2 * SIGMA**2))
    line = line / line.sum()
    kernel = (line[:, None] * line).expand(made.shape[1], 1, WINDOW, WINDOW)

    def blur(x: Tensor) -> Tensor:
        return conv2d(x, kernel, groups=x.shape[1])

    mean_a, mean_b = blur(made), blur(wanted)
    variance_a = blur(made.square()) - mean_a.square()
    variance_b = blur(wanted.square()) - mean_b.square()
    covariance = blur(made * wanted) - mean_a * mean_b
    luminance = (2 * mean_a * mean_b + C1) / (mean_a.square() + mean_b.square() + C1)
    structure = (2 * covariance + C2) / (variance_a + variance_b + C2)
    return (luminance * structure).mean(dim=(1, 2, 3))


def edge_error(made: Tensor, wanted: Tensor) -> Tensor:
    """Mean absolute difference of neighbouring-pixel differences, relative to those of the wanted picture, [B]."""

    def differences(x: Tensor) -> Tensor:
        return torch.cat([x.diff(dim=-1).flatten(1), x.diff(dim=-2).flatten(1)], dim=1)

    a, b = differences(made), differences(wanted)
    return (a - b).abs().mean(dim=1) / b.abs().mean(dim=1).clamp_min(1e-6)


def picture_metrics(made: Tensor, wanted: Tensor) -> dict[str, Tensor]:
    """All of them for premultiplied RGBA [B, 4, H, W] in 0..1, one value a picture each."""
    return {
        "psnr_rgba": psnr(made, wanted),
        "psnr_alpha": psnr(made[:, 3:], wanted[:, 3:]),
        "ssim": ssim(made, wanted),
        "edge_error": edge_error(made, wanted),
    }


def summary(parts: list[dict[str, Tensor]]) -> dict[str, dict[str, float] | int]:
    """Median, mean and worst tenth of every metric over the pictures of several batches."""
    report: dict[str, dict[str, float] | int] = {"pictures": sum(len(part["ssim"]) for part in parts)}
    for name in parts[0]:
        values = torch.cat([part[name] for part in parts])
        worst = 0.9 if name == "edge_error" else 0.1
        report[name] = {
            "median": round(values.median().item(), 4),
            "mean": round(values.mean().item(), 4),
            "worst_tenth": round(values.quantile(worst).item(), 4),
        }
    return report
