"""The network and its parts against the recorded values, at every budget."""

import pytest
import torch
from recorded import assert_close, golden, network
from torch import Tensor

from elit_train.errors import TrainingError
from elit_train.model.config import NetworkConfig
from elit_train.model.elit import Network, group, ungroup

ELIT = ("elit-sit-a", "elit-sit-b", "elit-sit-e")
BUDGETS = (1, 2, 4, 8, 16)


def outputs_of(modules: dict[str, torch.nn.Module]) -> dict[str, Tensor]:
    """A dictionary that fills with the modules' outputs as they run."""
    seen = {}
    for name, module in modules.items():
        module.register_forward_hook(lambda _module, _inputs, output, name=name: seen.__setitem__(name, output))
    return seen


@pytest.mark.parametrize("budget", BUDGETS)
@pytest.mark.parametrize("name", ELIT)
@torch.no_grad()
def test_elit_agrees_with_the_recorded_values_at_every_stage(name: str, budget: int) -> None:
    model, want = network(name), golden(name)
    config = model.config
    core_end = config.head_blocks + config.core_blocks
    seen = outputs_of(
        {
            "patch_embed_without_pos": model.x_embedder,
            "t_embed": model.t_embedder,
            "y_embed": model.y_embedder,
            "block0": model.blocks[0],
            "head_out": model.blocks[config.head_blocks - 1],
            "read": model.input_token_editor,
            "write_out": model.output_token_editor,
            "core": model.blocks[core_end - 1],
            "tail_out": model.blocks[-1],
        }
    )
    seen["velocity"] = model(want["x"], want["t"], want["y"], budget)
    latents = seen.pop("read")[0]
    seen["read_out_all_raster"] = ungroup(latents, config)
    core = seen.pop("core").unflatten(1, (config.groups, budget))
    kept = torch.arange(config.tokens).reshape(1, -1, 1)
    kept = torch.argsort(group(kept, config)[0, :, :budget, 0].flatten())
    seen["core_in"] = latents[:, :, :budget].flatten(1, 2)[:, kept]
    seen["core_out"] = core.flatten(1, 2)[:, kept]
    for stage, got in seen.items():
        assert_close(got, want[f"budget_{budget}_of_16.{stage}"])


@torch.no_grad()
def test_plain_sit_agrees_with_the_recorded_values() -> None:
    model, want = network("sit-a"), golden("sit-a")
    seen = outputs_of({"head_out": model.blocks[1], "tail_out": model.blocks[-1]})
    assert_close(model(want["x"], want["t"], want["y"]), want["velocity"])
    for stage, got in seen.items():
        assert_close(got, want[stage])


def small(**changes: int) -> NetworkConfig:
    shape = {"hidden": 32, "heads": 2, "depth": 3, "grid": 4, "patch": 2, "in_channels": 3, "num_classes": 5}
    return NetworkConfig(**{**shape, "head_blocks": 1, "core_blocks": 1, "tail_blocks": 1, "group": 2, **changes})


def test_grouping_cuts_windows_in_raster_order_and_is_undone() -> None:
    config = small()
    raster = torch.arange(16.0).reshape(1, 16, 1)
    windows = group(raster, config)
    assert windows[0, 1, :, 0].tolist() == [2, 3, 6, 7]
    assert torch.equal(ungroup(windows, config), raster)


def test_a_new_network_predicts_nothing_and_its_write_passes_patches_through() -> None:
    model = Network(small())
    x, t, y = torch.randn(2, 3, 8, 8), torch.tensor([0.2, 0.9]), torch.tensor([0, 5])
    assert model(x, t, y, 1).abs().max() == 0
    patches, latents = torch.randn(2, 4, 4, 32), torch.randn(2, 4, 4, 32)
    write = model.output_token_editor.adapters[0]
    assert torch.equal(write(patches, latents), ungroup(patches + write.pos_embed, model.config))


@pytest.mark.parametrize("budget", [0, 5])
def test_a_budget_outside_the_group_is_refused(budget: int) -> None:
    with pytest.raises(TrainingError, match="1 to 4"):
        Network(small())(torch.zeros(1, 3, 8, 8), torch.zeros(1), torch.zeros(1, dtype=torch.long), budget)


@pytest.mark.parametrize(
    ("changes", "message"), [({"heads": 3}, "multiple"), ({"group": 3}, "windows"), ({"depth": 4}, "add up")]
)
def test_a_shape_that_cannot_be_is_refused(changes: dict[str, int], message: str) -> None:
    with pytest.raises(TrainingError, match=message):
        small(**changes)


def test_the_configuration_survives_json() -> None:
    for config in (small(), small(group=0, head_blocks=0, core_blocks=0, tail_blocks=0), small(time_scale=1000)):
        assert NetworkConfig.from_json(config.to_json()) == config
