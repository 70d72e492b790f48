"""The autoencoder: shapes, what its loss asks for, and the decoder as an ONNX file and back."""

import json
from pathlib import Path

import numpy as np
import onnxruntime
import pytest
import torch
from made_pictures import make_data
from safetensors.torch import save_file
from torch.nn.functional import avg_pool2d

from elit_train import encoder_onnx, latents, train_autoencoder
from elit_train.autoencoder import Autoencoder, AutoencoderConfig
from elit_train.decoder_onnx import load_decoder, save_decoder
from elit_train.errors import TrainingError
from elit_train.picture_metrics import edge_error, psnr, ssim
from elit_train.pictures import Pictures
from elit_train.train_autoencoder import adopt_encoder, gaussian_divergence, measure_latents, reconstruction_loss

NARROW = ["--widths", "8", "16", "16", "--threads", "1", "--float32"]
SMALL = AutoencoderConfig(channels=4, widths=(8, 16, 16))


def test_it_takes_any_size_that_eight_divides() -> None:
    model = Autoencoder(SMALL)
    for rows, columns in ((64, 64), (16, 40)):
        encoded = model.encode(torch.rand(2, 4, rows, columns))
        assert encoded.shape == (2, 4, rows // 8, columns // 8)
        decoded = model.decode(encoded)
        assert decoded.shape == (2, 4, rows, columns)
        assert 0 <= decoded.min() <= decoded.max() <= 1


def test_the_decoder_survives_onnx_and_runs_there_to_the_same_image(tmp_path: Path) -> None:
    torch.manual_seed(0)
    model = Autoencoder(SMALL)
    model.latent_mean.normal_()
    model.latent_std.uniform_(0.5, 2)
    for weight in model.decoder.parameters():
        weight.data.normal_(std=0.2)
    save_decoder(model, 5, tmp_path / "decoder.onnx")
    noise = torch.randn(2, 4, 5, 5)
    with torch.no_grad():
        want = model.decode(noise)
        again = load_decoder(tmp_path / "decoder.onnx").decode(noise)
    assert torch.equal(again, want)
    session = onnxruntime.InferenceSession(tmp_path / "decoder.onnx", providers=["CPUExecutionProvider"])
    got = np.asarray(session.run(None, {"latents": noise.numpy()})[0])
    np.testing.assert_allclose(got, want.numpy(), atol=2e-5)


def test_the_encoder_survives_onnx_normalised_and_with_half_the_bytes(tmp_path: Path) -> None:
    torch.manual_seed(0)
    model = Autoencoder(SMALL)
    model.latent_mean.normal_()
    model.latent_std.uniform_(0.5, 2)
    path = tmp_path / encoder_onnx.FILE
    encoder_onnx.save_encoder(model, 5, path)
    images = torch.rand(2, 4, 40, 40)
    assert encoder_onnx.compare_encoder(path, model, images) < 2e-3
    assert path.stat().st_size < 2.5 * sum(weight.numel() for weight in model.encoder.parameters()) + 8000
    model.latent_mean += 1
    with pytest.raises(TrainingError, match="more than"):
        encoder_onnx.compare_encoder(path, model, images)


def test_an_adopted_encoder_gives_the_same_normalised_latents(tmp_path: Path) -> None:
    torch.manual_seed(0)
    other, model = Autoencoder(SMALL), Autoencoder(SMALL)
    other.latent_std.uniform_(0.5, 2)
    model.latent_mean.normal_()
    images = torch.rand(1, 4, 40, 40)
    adopt_encoder(model, other)
    torch.testing.assert_close(model.encode(images), other.encode(images), atol=1e-4, rtol=1e-4)
    with pytest.raises(TrainingError, match="the encoder is of"):
        adopt_encoder(Autoencoder(AutoencoderConfig(channels=4, widths=(8, 16, 24))), other)


def test_the_page_s_decoder_can_be_loaded() -> None:
    folder = Path(__file__).resolve().parents[2] / "public" / "models" / "emoji-128"
    model = load_decoder(folder / "decoder.onnx")
    assert model.config == AutoencoderConfig(8, (40, 80, 160))


def test_another_onnx_file_is_refused(tmp_path: Path) -> None:
    import onnx

    graph = onnx.helper.make_graph([], "empty", [], [])
    onnx.save(onnx.helper.make_model(graph), tmp_path / "other.onnx")
    with pytest.raises(TrainingError, match="expected a decoder"):
        load_decoder(tmp_path / "other.onnx")


@pytest.mark.parametrize("content", [b"", b"no decoder", b"\x89PNG\r\n\x1a\n", b"PK\x03\x04", b"torn"])
def test_a_decoder_that_is_torn_or_of_another_kind_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "decoder.onnx"
    if content == b"torn":
        save_decoder(Autoencoder(SMALL), 5, path)
        content = path.read_bytes()[:-1_000]
    path.write_bytes(content)
    with pytest.raises(TrainingError, match=r"decoder\.onnx (is torn or no decoder|has no tensor)"):
        load_decoder(path)


def test_the_loss_counts_edges_and_the_divergence_is_of_a_gaussian() -> None:
    flat = torch.zeros(1, 4, 8, 8)
    shifted, line = flat + 0.1, flat.clone()
    line[..., 4] = 0.8
    assert reconstruction_loss(shifted, flat).item() == pytest.approx(0.1)
    assert reconstruction_loss(line, flat).item() > 2 * 0.1
    assert gaussian_divergence(torch.zeros(3), torch.zeros(3)).item() == 0
    assert gaussian_divergence(torch.tensor([2.0]), torch.zeros(1)).item() == pytest.approx(2)


def test_picture_metrics_know_equal_from_different() -> None:
    picture = torch.rand(2, 4, 32, 32, generator=torch.Generator().manual_seed(0))
    worse = (picture + 0.1 * torch.randn(picture.shape, generator=torch.Generator().manual_seed(1))).clamp(0, 1)
    assert psnr(picture, picture).tolist() == [100, 100]
    torch.testing.assert_close(ssim(picture, picture), torch.ones(2))
    assert edge_error(picture, picture).max() == 0
    assert psnr(picture, (picture - 0.1)).tolist() == pytest.approx([20, 20], abs=1e-3)
    assert (ssim(picture, worse) < 0.99).all()
    assert (edge_error(picture, worse) > 0.1).all()


def test_training_lowers_the_loss_and_latents_come_out_normalised(tmp_path: Path) -> None:
    data, run = make_data(tmp_path / "data"), tmp_path / "run"
    steps = ["--steps", "100", "--cooldown", "0", "--batch", "4"]
    train_autoencoder.main(["--data", str(data), "--out", str(run), *NARROW, *steps])
    model = train_autoencoder.load(run / "autoencoder.pt")
    pictures = Pictures(data)
    rows = pictures.rows()
    encoded = model.encode(pictures.batch(rows)).transpose(0, 1).flatten(1)
    assert encoded.mean(dim=1).abs().max() < 1e-3
    torch.testing.assert_close(encoded.std(dim=1), torch.ones(8), atol=1e-2, rtol=0)
    before = model.latent_std.clone()
    measure_latents(model, pictures, rows)
    torch.testing.assert_close(model.latent_std, before)
    untrained = Autoencoder(model.config)
    images = pictures.batch(rows)
    with torch.no_grad():
        after, start = (reconstruction_loss(m.decode(m.encode(images)), images).item() for m in (model, untrained))
    assert after < 0.8 * start
    latents.main(["--data", str(data), "--autoencoder", str(run / "autoencoder.pt"), "--threads", "1"])
    assert latents.load_latents(data).shape == (24, 8, 8, 8)
    report = json.loads((data / "quality.json").read_text())
    assert report["train"]["pictures"] == len(rows)
    assert not (run / "quality.json").exists()
    with torch.no_grad():
        raw = model.encoder(images)[0]
        small = model.decoder(avg_pool2d(raw, 2)).clamp(0, 1)
    wanted = psnr(small, avg_pool2d(images, 2)).median().item()
    assert report["train"]["psnr_half"]["median"] == pytest.approx(wanted, abs=0.05)  # of latents in float16


def test_an_encoder_fitted_to_a_decoder_leaves_the_decoder_alone(tmp_path: Path) -> None:
    torch.manual_seed(0)
    save_decoder(Autoencoder(SMALL), 8, tmp_path / "decoder.onnx")
    data, run = make_data(tmp_path / "data"), tmp_path / "run"
    options = ["--data", str(data), "--out", str(run), "--decoder", str(tmp_path / "decoder.onnx"), "--batch", "4"]
    train_autoencoder.main([*options, "--steps", "3", "--threads", "1", "--float32"])
    fixed, fitted = load_decoder(tmp_path / "decoder.onnx"), train_autoencoder.load(run / "autoencoder.pt")
    for name, weight in fixed.decoder.state_dict().items():
        assert torch.equal(weight, fitted.decoder.state_dict()[name])
    assert torch.equal(fixed.latent_std, fitted.latent_std)


def test_latents_that_are_missing_or_broken_are_refused(tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match="missing; run"):
        latents.load_latents(tmp_path)
    (tmp_path / latents.FILE).write_bytes(b"{}")
    with pytest.raises(TrainingError, match="not a latents file"):
        latents.load_latents(tmp_path)


def test_latents_of_other_pictures_are_refused(tmp_path: Path) -> None:
    save_file({"latents": torch.zeros(3, 8, 2, 2)}, tmp_path / latents.FILE)
    assert latents.load_latents(tmp_path, 3).shape == (3, 8, 2, 2)
    with pytest.raises(TrainingError, match="has 3 latents for 4 pictures; run"):
        latents.load_latents(tmp_path, 4)
