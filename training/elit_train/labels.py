"""Labels of two parts, a subject and a style, as one class number, and the embedding that learns the parts.

A row of the label table is `subject row · (styles + 1) + style`. Subject rows are the concepts, then their
categories ("some fruit"), then "any"; the last style is "any". (any, any) is the last class: the null of guidance.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Self

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
    def from_manifest(cls, manifest: dict) -> Self:
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
    def from_json(cls, values: dict) -> Self:
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

    def row_of(self, subject: str) -> int:
        """The row of a concept's, category's or "any" name; a concept wins over a category."""
        if subject not in self._rows:
            raise TrainingError(f"there is no subject {subject!r}; model.json lists them all")
        return self._rows[subject]

    def style_of(self, style: str) -> int:
        """The number of a style; "any" is the last."""
        if style != "any" and style not in self.styles:
            raise TrainingError(f"there is no style {style!r}; the styles are {', '.join(self.styles)} and any")
        return len(self.styles) if style == "any" else self.styles.index(style)

    def class_of(self, subject: str, style: str) -> int:
        """The class of a subject row's name and a style's."""
        return self.row_of(subject) * self.style_rows + self.style_of(style)

    def labels(self, pairs: Iterable[tuple[str, str]]) -> Tensor:
        """What the label embedder takes for (subject, style) pairs: class numbers [N]."""
        return torch.tensor([self.class_of(*pair) for pair in pairs], dtype=torch.long)

    def nulls(self, count: int) -> Tensor:
        """The same for guidance's null, `count` times."""
        return self.labels([("any", "any")] * count)

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
        row_share, style_share = shares(table, source)
        for index, name in enumerate((*self.vocabulary.styles, "any")):
            self.styles.weight[index] = style_share[source.style_of(name)]
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


def shares(table: Tensor, source: Vocabulary) -> tuple[Tensor, Tensor]:
    """A written-out table [classes + 1, D] as rows [R, D] and styles [S, D] that sum to it; the styles' mean is 0."""
    cells = table.unflatten(0, (source.subject_rows, source.style_rows)).float()  # [R, S, D]
    rows = cells.mean(dim=1)
    return rows, cells.mean(dim=0) - rows.mean(dim=0)


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


class ClassDraw:
    """The labels that training draws for its samples, whose class numbers are `classes` [N]; see `flow.Draw`."""

    def __init__(self, classes: Tensor, vocabulary: Vocabulary, dropout: Dropout) -> None:
        self._classes, self._vocabulary, self._dropout = classes, vocabulary, dropout

    def __call__(self, indices: Tensor, random: torch.Generator) -> Tensor:
        """Sample numbers [B] -> class numbers [B], some with parts dropped."""
        return self._dropout.apply(self._classes[indices], self._vocabulary, random)
