"""The shape of a network, as `model.json` writes it."""

from dataclasses import asdict, dataclass

from elit_train.errors import TrainingError

LATENT_PLACES = 4096  # rows of the table of latent positions in every published model


@dataclass(frozen=True)
class NetworkConfig:
    """Width, heads and blocks; `group` is the window's side w (n = w² latents a group), 0 for plain SiT.

    `num_classes` is 0 for a network that is conditioned on text and has no label table.
    """

    hidden: int
    heads: int
    depth: int
    grid: int
    patch: int
    in_channels: int
    num_classes: int = 0
    head_blocks: int = 0
    core_blocks: int = 0
    tail_blocks: int = 0
    group: int = 0
    time_scale: float = 1.0

    def __post_init__(self) -> None:
        if self.hidden % self.heads or self.hidden % 4:
            raise TrainingError(f"hidden {self.hidden} must be a multiple of heads {self.heads} and of 4")
        if self.group and self.grid % self.group:
            raise TrainingError(f"a grid of {self.grid} tokens does not divide into windows of {self.group}")
        if self.group and self.head_blocks + self.core_blocks + self.tail_blocks != self.depth:
            raise TrainingError("head, core and tail blocks must add up to depth")

    @property
    def tokens(self) -> int:
        """T, spatial tokens of an image."""
        return self.grid**2

    @property
    def latents(self) -> int:
        """n, latents of a group; 0 for plain SiT."""
        return self.group**2

    @property
    def budgets(self) -> int:
        """How many budgets there are, which is also the full one: n, or 1 for plain SiT, which has no choice."""
        return self.latents or 1

    @property
    def groups(self) -> int:
        """G, groups of an image."""
        return (self.grid // self.group) ** 2

    @property
    def side(self) -> int:
        """Rows (and columns) of the network's input."""
        return self.grid * self.patch

    @classmethod
    def from_json(cls, values: dict) -> "NetworkConfig":
        """From the `config` of a model.json; keys that are no part of the shape are left alone."""
        known = {key: value for key, value in values.items() if key in cls.__dataclass_fields__}
        try:
            return cls(**known)
        except TypeError as cause:
            raise TrainingError(f"the configuration is incomplete: {cause}") from None

    def to_json(self) -> dict:
        """For `model.json`: without the keys that this network has no use for."""
        values = asdict(self)
        if not self.group:
            values = {key: values[key] for key in values if not key.endswith("_blocks") and key != "group"}
        if self.time_scale == 1:
            del values["time_scale"]
        if not self.num_classes:
            del values["num_classes"]
        return values
