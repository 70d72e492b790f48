"""Text in place of labels: c = t_embedder(t) + text_proj(e) + style_table[s], e the sentence embedding of a prompt.

What the embedder takes is a pair a picture, (row of `phrases`, style). The first rows are the model's known names,
concepts then categories; the row after them is the null, for which a learned vector stands in place of text_proj(e);
further rows are phrasings, or prompts that somebody typed. Guidance's null call is (null, "any").

A known name has a learned vector in the place of its sentence embedding, which it begins as (textual inversion): a
projection of 384 numbers cannot tell two thousand embeddings apart as a label table can, vectors of their own can.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from elit_train.errors import TrainingError
from elit_train.labels import Vocabulary, shares

TEXT_WIDTH = 384
RIDGE = 0.3  # of the fit that turns a label table into a projection: names with close embeddings share a label


class TextVocabulary(Vocabulary):
    """The names of a text model: the same rows, but a label is (subject row, style)."""

    def labels(self, pairs: Iterable[tuple[str, str]]) -> Tensor:
        """What the text embedder takes for (subject, style) pairs: [N, 2]."""
        rows = [(self.row_of(subject), self.style_of(style)) for subject, style in pairs]
        return torch.tensor(rows, dtype=torch.long).reshape(-1, 2)


class TextLabels(nn.Module):
    """text_proj(vector of a name, or embedding of a phrase) + style; `phrases` [P, 384] is not part of the weights."""

    phrases: Tensor

    def __init__(self, vocabulary: TextVocabulary, phrases: Tensor, width: int) -> None:
        super().__init__()
        self.vocabulary = vocabulary
        self.null = vocabulary.subject_rows - 1
        if len(phrases) <= self.null:
            raise TrainingError(f"{len(phrases)} phrases for {self.null} names and the null; make the prompts again")
        self.register_buffer("phrases", phrases.float(), persistent=False)
        self.names = nn.Parameter(self.phrases[: self.null].clone())
        self.text_proj = nn.Linear(TEXT_WIDTH, width)
        self.style_table = nn.Embedding(vocabulary.style_rows, width)  # the last is "any"
        self.null_text = nn.Parameter(0.02 * torch.randn(width))
        nn.init.normal_(self.text_proj.weight, std=0.02)
        nn.init.zeros_(self.text_proj.bias)
        nn.init.normal_(self.style_table.weight, std=0.02)

    def forward(self, y: Tensor) -> Tensor:
        """Phrase rows and styles [B, 2] -> [B, D]."""
        row, style = y.unbind(dim=-1)
        names = self.names[row.clamp_max(self.null - 1)]
        vectors = torch.where((row < self.null)[:, None], names, self.phrases[row])
        text = torch.where((row == self.null)[:, None], self.null_text, self.text_proj(vectors))
        return text + self.style_table(style)

    def add_prompts(self, embeddings: Tensor) -> range:
        """Appends embeddings [N, 384] to the phrases; returns their rows."""
        first = len(self.phrases)
        self.phrases = torch.cat([self.phrases, embeddings.to(self.phrases)])
        return range(first, len(self.phrases))

    @torch.no_grad()
    def take(self, table: Tensor, source: Vocabulary, aliases: dict[str, str]) -> int:
        """Starts from a label model's written-out table: the projection that best gives its rows (ridge regression).

        `aliases` maps this vocabulary's concepts to the names the other has. Returns how many were found there. Their
        vectors are moved by the least that gives their rows exactly; what the projection cannot tell apart in other
        phrasings is for training to find again.
        """
        rows, styles = shares(table, source)
        mine, theirs = self._rows_in(source, aliases)
        inputs, outputs = self.phrases[mine].double(), rows[theirs].double()
        center, mean = inputs.mean(dim=0), outputs.mean(dim=0)
        inputs, outputs = inputs - center, outputs - mean
        square = inputs.T @ inputs + RIDGE * torch.eye(TEXT_WIDTH, dtype=torch.float64)
        weight = torch.linalg.solve(square, inputs.T @ outputs).T  # [D, 384]
        self.text_proj.weight.copy_(weight)
        self.text_proj.bias.copy_(mean - weight @ center)
        moved = (outputs - inputs @ weight.T) @ torch.linalg.pinv(weight).T
        self.names[mine] = self.phrases[mine] + moved.float()
        self.null_text.copy_(rows[-1])
        for index, name in enumerate((*self.vocabulary.styles, "any")):
            self.style_table.weight[index] = styles[source.style_of(name)]
        return sum(row < len(self.vocabulary.subjects) for row in mine)

    @torch.no_grad()
    def take_names(self, vectors: Tensor, source: Vocabulary) -> int:
        """Takes over another text model's vectors [names, 384]; returns how many concepts were found there."""
        mine, theirs = self._rows_in(source, {})
        self.names[mine] = vectors[theirs]
        return sum(row < len(self.vocabulary.subjects) for row in mine)

    def _rows_in(self, source: Vocabulary, aliases: dict[str, str]) -> tuple[list[int], list[int]]:
        """The rows of the names that another vocabulary has, and their rows there; a concept is no category."""
        concepts = {name: row for row, name in enumerate(source.subjects)}
        categories = {name: row for row, name in enumerate(source.categories, start=len(concepts))}
        theirs = [
            *(concepts.get(aliases.get(name, name)) for name in self.vocabulary.subjects),
            *(categories.get(name) for name in self.vocabulary.categories),
        ]
        found = [(row, other) for row, other in enumerate(theirs) if other is not None]
        return [row for row, _ in found], [other for _, other in found]


@dataclass(frozen=True)
class TextDropout:
    """Shares of a batch that lose a part of their label."""

    everything: float = 0.1
    text: float = 0.05
    style: float = 0.1
    category: float = 0.05  # the category in place of the subject
    phrasing: float = 0.5  # other words in place of the name


class PhraseDraw:
    """The labels that training draws: the subject's name or a random phrasing, and the style; see `flow.Draw`.

    `subjects` and `styles` [N] are those of the samples, `subject_of` [P] the subject row of every phrase.
    """

    def __init__(
        self, subjects: Tensor, styles: Tensor, subject_of: Tensor, vocabulary: TextVocabulary, dropout: TextDropout
    ) -> None:
        self._subjects, self._styles, self._dropout = subjects, styles, dropout
        self._null, self._any_style = vocabulary.subject_rows - 1, vocabulary.style_rows - 1
        self._category_of = len(vocabulary.subjects) + torch.tensor(vocabulary.category_of)
        self._order = torch.argsort(subject_of, stable=True)
        self._count = torch.bincount(subject_of, minlength=vocabulary.subject_rows)
        self._first = self._count.cumsum(0) - self._count

    def __call__(self, indices: Tensor, random: torch.Generator) -> Tensor:
        """Sample numbers [B] -> phrase rows and styles [B, 2]."""
        part, other, which, wording = torch.rand(4, len(indices), generator=random)
        subject, style = self._subjects[indices], self._styles[indices]
        off = self._dropout
        subject = torch.where(part < off.category, self._category_of[subject], subject)
        phrase = self._order[self._first[subject] + (which * self._count[subject]).long()]
        row = torch.where(wording < off.phrasing, phrase, subject)
        dropped = (part >= off.category) & (part < off.category + off.text)
        style = torch.where(other < off.style, self._any_style, style)
        nothing = (other >= off.style) & (other < off.style + off.everything)
        row = torch.where(dropped | nothing, self._null, row)
        return torch.stack([row, torch.where(nothing, self._any_style, style)], dim=-1)
