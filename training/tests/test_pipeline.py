"""The whole way in small: pictures, autoencoder, latents, network, export; and two processes in place of one."""

import json
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from made_pictures import make_data
from safetensors import safe_open
from safetensors.torch import load_file, save_file

from elit_train import checkpoint, claims, export, latents, sheet, train, train_autoencoder
from elit_train.claims_seeds import Plan
from elit_train.data import sha256
from elit_train.errors import TrainingError
from elit_train.loop import Trainer
from elit_train.pictures import Pictures
from elit_train.published import load_published
from elit_train.warm_start import load_warm_start, save_warm_start

TRAIN = ["--shape", "tiny", "--batch", "4", "--warmup", "1", "--cooldown", "0", "--threads", "1", "--float32"]
TWO_PROCESSES = [
    *(sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2"),
    *("-m", "elit_train.train"),
]


@pytest.fixture(scope="module")
def encoded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with latents, and the autoencoder's run beside it."""
    root = tmp_path_factory.mktemp("pipeline")
    data = make_data(root / "data")
    common = ["--data", str(data), "--threads", "1"]
    small = ["--widths", "8", "16", "16", "--batch", "4", "--steps", "4", "--float32"]
    train_autoencoder.main([*common, *small, "--out", str(root / "autoencoder")])
    latents.main([*common, "--autoencoder", str(root / "autoencoder" / "autoencoder.pt")])
    return data


def train_network(data: Path, run: Path, *more: str) -> None:
    train.main(["--data", str(data), "--out", str(run), *TRAIN, *more])


def test_from_pictures_to_a_model_folder_that_another_network_can_start_from(encoded: Path, tmp_path: Path) -> None:
    train_network(encoded, tmp_path / "run", "--steps", "6")
    out = tmp_path / "made-up"
    paths = [
        "--network",
        str(tmp_path / "run/last.pt"),
        "--autoencoder",
        str(encoded.parent / "autoencoder/autoencoder.pt"),
    ]
    told = ["--record", "red square", "soft", "--hardware", "two cores", "--note", "It is made up."]
    export.main(["--data", str(encoded), *paths, "--out", str(out), *told])

    facts = json.loads((out / "model.json").read_text())
    assert facts["training"] == {"images": 17, "subjects": 6, "samples": 24, "hardware": "two cores"}
    assert facts["config"]["num_classes"] == facts["null_class"] == (8 + 2 + 1) * (3 + 1) - 1
    assert facts["latent"] == {"channels": 8, "height": 8, "width": 8}
    assert facts["licences"][0]["url"] == "https://example.org"
    golden = load_file(out / "samples.golden.safetensors")
    assert golden["0.budget_16.image"].shape == (1, 4, 64, 64)
    assert not torch.equal(golden["0.budget_16.latents"], golden["0.budget_1.latents"])
    with safe_open(out / "samples.golden.safetensors", "pt") as file:
        (run,) = json.loads(file.metadata()["runs"])
    assert (run["subject"], run["style"], run["quick"]["budgets"]) == ("red square", "soft", [1, 4, 16])
    assert {f"0.quick_budget_{k}.{what}" for k in (1, 4, 16) for what in ("latents", "image")} < golden.keys()

    autoencoder = train_autoencoder.load(encoded.parent / "autoencoder" / "autoencoder.pt")
    picture = load_file(out / "encoder.golden.safetensors")
    assert picture["pixels"].shape == (64, 64, 4)
    assert picture["latents"].shape == (1, 8, 8, 8)
    with torch.no_grad():
        torch.testing.assert_close(autoencoder.decode(picture["latents"]), picture["image"])
    assert "encoder.onnx" in facts["files"]

    card = (out / "README.md").read_text()
    assert all(words in card for words in ("8 subjects of 2 categories, 3 styles", "two cores", "It is made up."))
    assert all(
        f"| [{one['work']}]({one['url']}) | {one['by']} | {one['licence']} |" in card for one in facts["licences"]
    )
    assert "Trained by `elit_train` on 17 pictures of 6 subjects" in card
    assert "held-out subjects" in card  # of the quality.json in the data folder
    with pytest.raises(TrainingError, match="no subject 'dragonfruit'"):
        export.main(
            ["--data", str(encoded), *paths, "--out", str(tmp_path / "none"), "--record", "dragonfruit", "soft"]
        )
    assert not (tmp_path / "none").exists()

    train_network(encoded, tmp_path / "further", "--steps", "1", "--learning-rate", "0", "--warm-start", str(out))
    model, vocabulary, _ = train.load(tmp_path / "further" / "last.pt", encoded)
    published = load_published(out)
    assert vocabulary == published.vocabulary
    x, t = golden["0.noise"], torch.tensor([0.7])
    y = torch.tensor([vocabulary.class_of("red square", "soft")])
    with torch.no_grad():
        torch.testing.assert_close(model(x, t, y, 3), published.network()(x, t, y, 3), atol=1e-3, rtol=1e-3)


def test_data_without_held_out_pictures_are_trained_on_and_data_without_others_refused(tmp_path: Path) -> None:
    data, run = make_data(tmp_path / "data", split="train"), tmp_path / "autoencoder"
    small = ["--widths", "8", "16", "16", "--batch", "4", "--steps", "1", "--float32"]
    train_autoencoder.main(["--data", str(data), "--threads", "1", *small, "--out", str(run)])
    latents.main(["--data", str(data), "--threads", "1", "--autoencoder", str(run / "autoencoder.pt")])
    assert json.loads((data / "quality.json").read_text())["held-out-pair"] is None
    train_network(data, tmp_path / "run", "--steps", "1")
    assert (tmp_path / "run" / "last.pt").exists()
    nothing = make_data(tmp_path / "nothing", split="held-out-pair")
    with pytest.raises(TrainingError, match="no pictures to train on"):
        train_network(nothing, tmp_path / "none", "--steps", "1")
    with pytest.raises(TrainingError, match="no training samples"):
        train_autoencoder.main(["--data", str(nothing), "--threads", "1", *small, "--out", str(tmp_path / "none")])


def test_a_folder_that_lacks_weights_is_not_begun_from(encoded: Path, tmp_path: Path) -> None:
    train_network(encoded, tmp_path / "run", "--steps", "1")
    paths = ["--network", str(tmp_path / "run/last.pt")]
    paths += ["--autoencoder", str(encoded.parent / "autoencoder/autoencoder.pt")]
    export.main(["--data", str(encoded), *paths, "--out", str(tmp_path / "model")])
    assert "styles.png" not in (tmp_path / "model/README.md").read_text()
    weights = load_file(tmp_path / "model/elit.safetensors")
    del weights["final_layer.linear.bias"]
    save_file(weights, tmp_path / "model/elit.safetensors")
    with pytest.raises(TrainingError, match=r"not those of its model\.json .*final_layer\.linear\.bias"):
        train_network(encoded, tmp_path / "further", "--steps", "1", "--warm-start", str(tmp_path / "model"))


def test_an_exported_file_that_changes_is_noticed(encoded: Path, tmp_path: Path) -> None:
    train_network(encoded, tmp_path / "run", "--steps", "1")
    model, vocabulary, state = train.load(tmp_path / "run" / "last.pt", encoded)
    decoder = train_autoencoder.load(encoded.parent / "autoencoder" / "autoencoder.pt")
    manifest = json.loads((encoded / "manifest.json").read_text())
    out = tmp_path / "out"
    export.export(out, export.Words("made up"), model, vocabulary, state, decoder, manifest)
    weights = out / "elit.safetensors"
    content = bytearray(weights.read_bytes())
    content[-1] ^= 1
    weights.write_bytes(content)
    with pytest.raises(TrainingError, match=r"elit\.safetensors on disk is not"):
        export.check(out, model, decoder)


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_an_export_that_fails_leaves_the_folder_that_was_there(
    encoded: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    train_network(encoded, tmp_path / "run", "--steps", "1")
    model, vocabulary, state = train.load(tmp_path / "run" / "last.pt", encoded)
    decoder = train_autoencoder.load(encoded.parent / "autoencoder" / "autoencoder.pt")
    manifest = json.loads((encoded / "manifest.json").read_text())
    out = tmp_path / "models" / "made-up"

    def make() -> None:
        export.export(out, export.Words("made up"), model, vocabulary, state, decoder, manifest)

    def full_disk(*_: object) -> None:
        raise OSError(28, "No space left on device")

    make()
    (out / "styles.png").write_bytes(b"styles")
    (out / "tokenizer.json").write_bytes(b"of a model before")
    before = contents(out)
    for failing, replaced in (("compare_network", lambda *_: 1.0), ("save_card", full_disk)):
        with monkeypatch.context() as patch:
            patch.setattr(export, failing, replaced)
            with pytest.raises((TrainingError, OSError), match=r"nothing is exported|No space"):
                make()
        assert contents(out) == before
        assert [path.name for path in out.parent.iterdir()] == ["made-up"]

    make()
    assert contents(out).keys() == before.keys() - {"tokenizer.json"}
    assert json.loads((out / "model.json").read_text())["style_pictures"] == "styles.png"
    assert [path.name for path in out.parent.iterdir()] == ["made-up"]

    (out.parent / "made-up.replaced").mkdir()
    with pytest.raises(TrainingError, match="left of an export that was cut off"):
        make()


def test_a_network_draws_with_the_autoencoder_whose_latents_it_learned_only(encoded: Path, tmp_path: Path) -> None:
    first, data, run = encoded.parent / "autoencoder/autoencoder.pt", tmp_path / "data", tmp_path / "run"
    shutil.copytree(encoded, data)
    small = ["--begin", str(first), "--batch", "4", "--steps", "1", "--float32", "--threads", "1"]
    train_autoencoder.main(["--data", str(data), *small, "--out", str(tmp_path / "other")])
    other = tmp_path / "other/autoencoder.pt"
    train_network(data, run, "--steps", "1")
    paths = ["--data", str(data), "--autoencoder", str(other)]
    commands = {
        export.main: [*paths, "--network", str(run / "last.pt"), "--out", str(tmp_path / "out")],
        sheet.main: [*paths, "--run", str(run / "last.pt"), "--out", str(tmp_path / "sheet.png")],
        train.main: ["--data", str(data), *TRAIN, "--sheets", str(other), "--out", str(tmp_path / "drawn")],
    }
    for command, arguments in commands.items():
        with pytest.raises(TrainingError, match="are of two autoencoders") as raised:
            command(arguments)
        assert str(other) in str(raised.value)
    with pytest.raises(TrainingError, match="are of two autoencoders"):
        _ = Plan(data, other, tmp_path / "features.pt", tmp_path / "claims").files
    assert sorted(path.name for path in tmp_path.iterdir()) == ["data", "other", "run"]

    save_warm_start(run / "last.pt", tmp_path / "warm.safetensors")
    assert load_warm_start(tmp_path / "warm.safetensors").autoencoder == sha256(first)
    state = checkpoint.load(run / "last.pt", "network")
    assert (state["autoencoder"], state["samples"]) == (sha256(first), 17)

    latents.main([*paths, "--threads", "1"])
    with pytest.raises(TrainingError, match="learned another autoencoder's latents"):
        train_network(data, run, "--steps", "2")
    with pytest.raises(TrainingError, match="are of two autoencoders"):
        claims.main(["--data", str(data), "--split", "train", "--run", str(run / "last.pt")])
    assert latents.quality_of(data, first) is None
    assert latents.quality_of(data, other) is not None

    save_file(load_file(data / latents.FILE), data / latents.FILE)  # as latents were before they had a hash
    train_network(data, run, "--steps", "2")
    assert checkpoint.load(run / "last.pt", "network")["autoencoder"] == sha256(first)
    del state["autoencoder"], state["samples"]
    checkpoint.save(run / "last.pt", state)
    latents.main([*paths, "--threads", "1"])
    train_network(data, run, "--steps", "2", "--all-pictures")
    state = checkpoint.load(run / "last.pt", "network")
    assert state["autoencoder"] == sha256(other)
    assert len(export.trained_on(state, Pictures(data).manifest)) == 24


def test_weights_that_float16_cannot_hold_are_not_exported(encoded: Path, tmp_path: Path) -> None:
    train_network(encoded, tmp_path / "run", "--steps", "1")
    model, vocabulary, _ = train.load(tmp_path / "run" / "last.pt", encoded)
    model.final_layer.linear.bias.data[0] = 1e6
    with pytest.raises(TrainingError, match=r"final_layer\.linear\.bias holds values"):
        export.weights_of(model, vocabulary)


def test_plain_sit_and_single_budgets_train_and_resume(encoded: Path, tmp_path: Path) -> None:
    train_network(encoded, tmp_path / "plain", "--plain", "--steps", "2")
    plain = tmp_path / "plain" / "last.pt"
    assert train.load(plain, encoded)[0].config.group == 0
    paths = ["--network", str(plain), "--autoencoder", str(encoded.parent / "autoencoder/autoencoder.pt")]
    export.main(["--data", str(encoded), *paths, "--out", str(tmp_path / "sit")])
    facts = json.loads((tmp_path / "sit" / "model.json").read_text())
    assert (facts["architecture"], facts["defaults"]["budget"]) == ("sit", 1)
    train_network(encoded, tmp_path / "single", "--budgets", "16", "16", "--steps", "2")
    train_network(encoded, tmp_path / "single", "--budgets", "16", "16", "--steps", "3")
    assert checkpoint.load(tmp_path / "single" / "last.pt", "network")["step"] == 3
    with pytest.raises(TrainingError, match="another configuration"):
        train_network(encoded, tmp_path / "single", "--plain", "--steps", "3")
    with pytest.raises(TrainingError, match="no range"):
        train_network(encoded, tmp_path / "other", "--budgets", "4", "2", "--steps", "1")
    with pytest.raises(TrainingError, match="a group has 16 latents"):
        train_network(encoded, tmp_path / "other", "--budgets", "1", "32", "--steps", "1")


def test_a_network_that_was_stopped_ends_bit_for_bit_where_an_unbroken_one_does(
    encoded: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    train_network(encoded, tmp_path / "unbroken", "--steps", "4")
    with monkeypatch.context() as early:
        early.setattr(Trainer, "_stops", lambda trainer: trainer.step == 2)
        train_network(encoded, tmp_path / "stopped", "--steps", "4")
    assert checkpoint.load(tmp_path / "stopped/last.pt", "network")["step"] == 2
    train_network(encoded, tmp_path / "stopped", "--steps", "4")
    one, other = (checkpoint.load(tmp_path / name / "last.pt", "network") for name in ("unbroken", "stopped"))
    assert one["step"] == other["step"] == 4
    for name, weight in one["model"].items():
        assert torch.equal(weight, other["model"][name]), name
    for rate, weights in one["averages"].items():
        assert all(torch.equal(weight, other["averages"][rate][name]) for name, weight in weights.items())


def test_two_processes_train_to_the_same_weights_as_one(encoded: Path, tmp_path: Path) -> None:
    options = ["--data", str(encoded), *TRAIN, "--averages", "0.9"]
    for steps in ("2", "3"):  # the second call resumes: checkpoints hold whole tensors
        command = [*TWO_PROCESSES, *options, "--out", str(tmp_path / "two"), "--steps", steps]
        done = subprocess.run(command, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
    train.main([*options, "--out", str(tmp_path / "one"), "--steps", "3"])
    one, two = (checkpoint.load(tmp_path / name / "last.pt", "network") for name in ("one", "two"))
    for kind in ("model", "averages"):
        left, right = (state[kind] if kind == "model" else state[kind]["0.9"] for state in (one, two))
        assert left.keys() == right.keys()
        for name, weight in left.items():
            torch.testing.assert_close(right[name], weight, atol=2e-6, rtol=1e-4, msg=lambda m, n=name: f"{n}: {m}")


def test_two_processes_that_are_told_to_stop_save_the_same_step(encoded: Path, tmp_path: Path) -> None:
    command = [*TWO_PROCESSES, "--data", str(encoded), *TRAIN, "--out", str(tmp_path), "--steps", "100000"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as run:
        assert run.stderr is not None
        for line in run.stderr:
            if line.startswith("step "):
                run.send_signal(signal.SIGTERM)
                break
        rest = run.stderr.read()
    assert (tmp_path / "last.pt").exists(), rest
    step = checkpoint.load(tmp_path / "last.pt", "network")["step"]
    assert rest.count(f"stopped at step {step};") == 2, rest
