"""Class numbers, the factored embedding, and taking over another model's table."""

import pytest
import torch

from elit_train.errors import TrainingError
from elit_train.labels import Dropout, FactoredLabels, Vocabulary
from elit_train.published import vocabulary_of
from elit_train.text_labels import TextVocabulary

FRUIT = Vocabulary(("apple", "bear", "lemon"), ("animal", "fruit"), (1, 0, 1), ("flat", "soft"))


def test_classes_are_subject_rows_times_styles_and_end_with_the_null() -> None:
    assert FRUIT.class_of("apple", "flat") == 0
    assert FRUIT.class_of("bear", "any") == 1 * 3 + 2
    assert FRUIT.class_of("fruit", "soft") == 4 * 3 + 1
    assert FRUIT.class_of("any", "any") == FRUIT.null == 6 * 3 - 1


def test_no_pairs_are_no_labels_of_the_usual_kind() -> None:
    text = TextVocabulary(FRUIT.subjects, FRUIT.categories, FRUIT.category_of, FRUIT.styles)
    for vocabulary, shape in ((FRUIT, (0,)), (text, (0, 2))):
        none = vocabulary.labels([])
        assert (none.shape, none.dtype) == (shape, torch.long)


def test_unknown_names_are_refused_with_what_there_is() -> None:
    with pytest.raises(TrainingError, match="no subject 'pear'"):
        FRUIT.class_of("pear", "flat")
    with pytest.raises(TrainingError, match="styles are flat, soft and any"):
        FRUIT.class_of("apple", "oil")


def test_the_model_json_lists_subject_rows_in_order_and_reads_back() -> None:
    subjects = FRUIT.subjects_json()
    assert [subject["name"] for subject in subjects] == ["apple", "bear", "lemon", "animal", "fruit", "any"]
    assert vocabulary_of({"subjects": subjects, "styles": ["flat", "soft", "any"]}) == FRUIT


def test_a_label_is_the_sum_of_its_parts_and_the_table_writes_all_of_them_out() -> None:
    labels = FactoredLabels(FRUIT, 4)
    table = labels.table()
    assert table.shape == (18, 4)
    fruit, flat, any_style = labels.categories.weight[1], labels.styles.weight[0], labels.styles.weight[2]
    assert torch.equal(table[FRUIT.class_of("lemon", "flat")], labels.concepts.weight[2] + fruit + flat)
    assert torch.equal(table[FRUIT.class_of("fruit", "flat")], fruit + flat)
    assert torch.equal(table[FRUIT.null], labels.categories.weight[2] + any_style)


def test_a_written_out_table_is_taken_over_whole_whatever_the_order_of_names() -> None:
    source = FactoredLabels(FRUIT, 4)
    mine = Vocabulary(("Lemon!", "fig", "apple"), ("fruit", "vehicle"), (0, 0, 0), ("soft", "flat"))
    labels = FactoredLabels(mine, 4)
    assert labels.take(source.table(), FRUIT, {"Lemon!": "lemon"}) == 2
    table, wanted = labels.table(), source.table()
    pairs = [(("Lemon!", "soft"), ("lemon", "soft")), (("apple", "any"), ("apple", "any")), (("any", "flat"),) * 2]
    for names, theirs in [*pairs, (("fruit", "flat"),) * 2, (("fig", "soft"), ("fruit", "soft"))]:
        torch.testing.assert_close(table[mine.class_of(*names)], wanted[FRUIT.class_of(*theirs)])


def test_every_part_is_dropped_about_as_often_as_asked() -> None:
    y = torch.full((20_000,), FRUIT.class_of("lemon", "soft"))
    dropped = Dropout().apply(y, FRUIT, torch.Generator().manual_seed(0))
    shares = {name: (dropped == FRUIT.class_of(*name)).float().mean().item() for name in set_of_names()}
    assert sum(shares.values()) == pytest.approx(1)
    assert shares["any", "any"] == pytest.approx(0.1 + 0.1 * 0.05, abs=0.01)
    assert shares["fruit", "soft"] == pytest.approx(0.8 * 0.1, abs=0.01)
    assert shares["lemon", "any"] == pytest.approx(0.1 * 0.85, abs=0.01)
    assert shares["lemon", "soft"] == pytest.approx(0.8 * 0.85, abs=0.015)


def set_of_names() -> list[tuple[str, str]]:
    return [(subject, style) for subject in ("lemon", "fruit", "any") for style in ("soft", "any")]
