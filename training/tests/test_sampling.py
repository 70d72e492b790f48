"""Whole sampling runs against the recorded ones, and settings that make no run."""

import pytest
import torch
from recorded import assert_close, golden, network, samplers

from elit_train.errors import TrainingError
from elit_train.sampling import Guidance, sample

RUNS = [(name, run) for name in ("elit-sit-a", "elit-sit-b", "elit-sit-e", "sit-a") for run in samplers(name)]


def guidance_of(settings: dict, latents: int) -> Guidance:
    """The recorded settings in the package's words."""
    if "cfg_scale" not in settings:
        return Guidance()
    cheap = settings.get("unconditional_inference_budget")
    kind = "autoguidance" if settings.get("autoguidance") else "ccfg" if cheap else "cfg"
    interval = (settings.get("guidance_low", 0.0), settings.get("guidance_high", 1.0))
    return Guidance(kind, settings["cfg_scale"], kept(cheap or 1.0, latents), interval)


def kept(budget: float, latents: int) -> int:
    """Latents a group of a budget that is written as a fraction."""
    return max(1, int(latents * budget + 1e-9))


@pytest.mark.parametrize(("name", "run"), RUNS)
def test_a_run_ends_where_the_recorded_one_did(name: str, run: str) -> None:
    model, want, settings = network(name), golden(name), samplers(name)[run]
    latents = model.config.latents
    solver = "sde" if "maruyama" in settings["sampler"] else "heun" if settings.get("heun") else "euler"
    noise = want["sample.noise"]
    labels = torch.full((len(noise),), settings["class"])
    got = sample(
        model,
        noise,
        labels,
        torch.full_like(labels, model.config.num_classes),
        steps=settings["num_steps"],
        solver=solver,
        budget=kept(settings.get("inference_budget", 1.0), latents) if latents else None,
        guidance=guidance_of(settings, latents),
        step_noise=want[f"sample.{run}.step_noise"] if solver == "sde" else (),
    )
    assert_close(got, want[f"sample.{run}"], tolerance=1e-4)  # eight guided steps multiply float32 rounding


def test_settings_that_make_no_run_are_refused() -> None:
    model, noise = network("sit-a"), golden("sit-a")["sample.noise"]
    y = torch.zeros(len(noise), dtype=torch.long)
    with pytest.raises(TrainingError, match="at least 1"):
        sample(model, noise, y, y, steps=0)
    with pytest.raises(TrainingError, match="none of euler"):
        sample(model, noise, y, y, solver="rk4")
    with pytest.raises(TrainingError, match="draws 3 times, but 0"):
        sample(model, noise, y, y, steps=4, solver="sde")
    with pytest.raises(TrainingError, match="none of none, cfg"):
        Guidance("free")
