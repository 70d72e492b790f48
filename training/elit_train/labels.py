"""Labels of two parts, a subject and a style, as one class number, and the embedding that learns the parts.

A row of the label table is `subject row · (styles + 1) + style`. Subject rows are the concepts, then their
categories ("some fruit"), then "any"; the last style is "any". (any, any) is the last class: the null of guidance.
"""

from dataclasses import dataclass
from functools import cached_property

import torch
from torch import Tensor, nn

from elit_train.errors import TrainingError


@dataclass(frozen=True)
class Vocabulary:
    """Concepts, the category of each, and styles (without "any", which every list has)."""

    subjects: tuple[str, ...]
    categories: tuple[str, ...]
    category_of: tuple[int, ...]
    styles: tuple[str, ...]

    @classmethod
    def from_manifest(cls, manifest: dict) -> "Vocabulary":
        """The vocabulary of a data folder's manifest."""
        subjects = manifest["subjects"]
        categories = sorted({subject["category"] for subject in subjects})
        number = {name: index for index, name in enumerate(categories)}
        return cls(
            tuple(subject["name"] for subject in subjects),
            tuple(categories),
            tuple(number[subject["category"]] for subject in subjects),
            tuple(manifest["styles"]),
        )

    @classmethod
    def from_json(cls, values: dict) -> "Vocabulary":
        """From the `labels` of a checkpoint."""
        return cls(**{key: tuple(value) for key, value in values.items()})

    @property
    def style_rows(self) -> int:
        """Styles and "any"."""
        return len(self.styles) + 1

    @property
    def subject_rows(self) -> int:
        """Concepts, categories and "any"."""
        return len(self.subjects) + len(self.categories) + 1

    @property
    def null(self) -> int:
        """The class (any, any); also the number of classes beside it."""
        return self.subject_rows * self.style_rows - 1

    @cached_property
    def _rows(self) -> dict[str, int]:
        categories = {name: len(self.subjects) + index for index, name in enumerate(self.categories)}
        return {**categories, "any": self.subject_rows - 1, **{name: i for i, name in enumerate(self.subjects)}}

    def class_of(self, subject: str, style: str) -> int:
        """The class of a concept's, category's or "any" name and a style's or "any"; a concept wins over a category."""
        if subject not in self._rows:
            raise TrainingError(f"there is no subject {subject!r}; model.json lists them all")
        if style != "any" and style not in self.styles:
            raise TrainingError(f"there is no style {style!r}; the styles are {', '.join(self.styles)} and any")
        style_row = len(self.styles) if style == "any" else self.styles.index(style)
        return self._rows[subject] * self.style_rows + style_row

    def subjects_json(self) -> list[dict[str, str]]:
        """The `subjects` of a model.json: one entry a subject row, in order."""
        concepts = [
            {"name": name, "kind": "concept", "category": self.categories[category]}
            for name, category in zip(self.subjects, self.category_of, strict=True)
        ]
        categories = [{"name": name, "kind": "category", "category": name} for name in self.categories]
        return [*concepts, *categories, {"name": "any", "kind": "any"}]


class FactoredLabels(nn.Module):
    """label(subject, style) = concept + category + style, each learned; a dropped part leaves its share out."""

    category_of: Tensor

    def __init__(self, vocabulary: Vocabulary, width: int) -> None:
        super().__init__()
        self.vocabulary = vocabulary
        self.concepts = nn.Embedding(len(vocabulary.subjects), width)
        self.categories = nn.Embedding(len(vocabulary.categories) + 1, width)  # the last is "any"
        self.styles = nn.Embedding(vocabulary.style_rows, width)  # the last is "any"
        for table in (self.concepts, self.categories, self.styles):
            nn.init.normal_(table.weight, std=0.02)
        self.register_buffer("category_of", torch.tensor(vocabulary.category_of), persistent=False)

    def forward(self, y: Tensor) -> Tensor:
        """Class numbers [B] -> [B, D]."""
        row, style = y // self.vocabulary.style_rows, y % self.vocabulary.style_rows
        concepts = len(self.vocabulary.subjects)
        is_concept = row < concepts
        inside = row.clamp_max(concepts - 1)
        category = torch.where(is_concept, self.category_of[inside], row - concepts)
        concept = self.concepts(inside) * is_concept[:, None]
        return concept + self.categories(category) + self.styles(style)

    @torch.no_grad()
    def table(self) -> Tensor:
        """All classes written out, [classes + 1, D]: what published models and the page have."""
        return self(torch.arange(self.vocabulary.null + 1))

    @torch.no_grad()
    def take(self, table: Tensor, source: Vocabulary, aliases: dict[str, str]) -> int:
        """Starts from another model's written-out table; returns how many concepts were found in it.

        `aliases` maps this vocabulary's concepts to the names the other has. Sums of learned parts have a share
        that can sit in either part: here a style's share has mean zero. A concept that the other model lacks
        starts as its category does.
        """
        cells = table.unflatten(0, (source.subject_rows, source.style_rows)).float()  # [rows, styles, D]
        row_share = cells.mean(dim=1)
        style_share = cells.mean(dim=0) - row_share.mean(dim=0)
        for index, name in enumerate((*self.vocabulary.styles, "any")):
            self.styles.weight[index] = style_share[source.class_of("any", name) % source.style_rows]
        any_row = source.subject_rows - 1
        for index, name in enumerate((*self.vocabulary.categories, "any")):
            known = name in source.categories
            row = len(source.subjects) + source.categories.index(name) if known else any_row
            self.categories.weight[index] = row_share[row]
        rows = {name: index for index, name in enumerate(source.subjects)}
        found = 0
        for index, name in enumerate(self.vocabulary.subjects):
            row = rows.get(aliases.get(name, name))
            category = self.categories.weight[self.vocabulary.category_of[index]]
            self.concepts.weight[index] = 0 if row is None else row_share[row] - category
            found += row is not None
        return found


@dataclass(frozen=True)
class Dropout:
    """Shares of a batch that lose a part of their label, so that guidance and "any" have been trained."""

    everything: float = 0.1
    concept: float = 0.1  # the category stays
    category: float = 0.05  # and with it the concept
    style: float = 0.1

    def apply(self, y: Tensor, vocabulary: Vocabulary, random: torch.Generator) -> Tensor:
        """Class numbers [B] of concepts -> class numbers with parts replaced by their category or "any"."""
        row, style = y // vocabulary.style_rows, y % vocabulary.style_rows
        concepts = len(vocabulary.subjects)
        category_row = concepts + torch.tensor(vocabulary.category_of)[row]
        part, other = torch.rand(len(y), generator=random), torch.rand(len(y), generator=random)
        any_row, any_style = vocabulary.subject_rows - 1, vocabulary.style_rows - 1
        row = torch.where(part < self.concept, category_row, row)
        row = torch.where((part >= self.concept) & (part < self.concept + self.category), any_row, row)
        style = torch.where(other < self.style, any_style, style)
        nothing = (other >= self.style) & (other < self.style + self.everything)
        mixed = row * vocabulary.style_rows + style
        return torch.where(nothing, vocabulary.null, mixed)
