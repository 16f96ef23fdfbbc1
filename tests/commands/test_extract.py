import json

import h5py
import numpy as np
import pytest
from safetensors.torch import save_file
from support.helpers import FRAMES, vcop

from vcop.config.fields import flags, identity
from vcop.config.options import ComputeOptions, InputOptions, NetworkOptions
from vcop.datasets.splits import TEST
from vcop.storage.feature_store import FeatureStore
from vcop.storage.sealing import WEIGHTS, seal
from vcop.storage.weights import read_weights, save_weights

NARROW = NetworkOptions(multiplier=0.0625)
INPUT = InputOptions(crop=16, frame_stride=1, input_mean=0.45, input_gain=4.0)
SETTING = flags(FRAMES, InputOptions(crop=16, frame_stride=2), NARROW, ComputeOptions()).split()


@pytest.fixture(scope="module")
def weights(tmp_path_factory):
    path = tmp_path_factory.mktemp("weights") / "w.safetensors"
    assert vcop("initialise", "--network", "r3d", "--seed", 0, "--out", path, *flags(NARROW).split()) == 0
    return path


def extract(store_path, weights, out, *more, network="r3d"):
    return vcop("extract", "--frames", store_path, "--network", network, "--weights", weights, *SETTING, "--out", out, *more)


def test_one_line_says_what_was_written(store_path, weights, tmp_path, capsys):
    assert extract(store_path, weights, tmp_path / "f.h5", "--layers", "conv5", "conv1", "--pooling", "mean") == 0
    assert "f.h5: 80 videos, conv1 4 values, conv5 32 values" in capsys.readouterr().out
    features = FeatureStore(tmp_path / "f.h5", "conv5", TEST)
    assert (features.clips, features.values, features.about["pooling"]) == (10, 32, "mean")


def test_weights_of_another_network_are_refused(store_path, weights, tmp_path, capsys):
    assert extract(store_path, weights, tmp_path / "f.h5", network="c3d") == 1
    assert "w.safetensors: these weights were made with network r3d, but --network is c3d: give r3d" in capsys.readouterr().err
    assert not (tmp_path / "f.h5").exists()


@pytest.fixture(scope="module")
def trained(weights, tmp_path_factory):
    """The same weights, as if they were trained on other input than the papers'."""
    path = tmp_path_factory.mktemp("trained") / "w.safetensors"
    use = identity(INPUT, NARROW, network="r3d", clip_length=8, height=20, width=27)
    save_weights(path, read_weights(weights), **use)
    return path


def test_a_bare_call_takes_from_the_file_what_its_weights_were_trained_with(store_path, weights, trained, tmp_path, capsys):
    files = ("--frames", store_path, "--test-clips", 2)
    assert vcop("extract", *files, "--weights", trained, "--out", tmp_path / "bare.h5") == 0
    assert "these weights" not in capsys.readouterr().out
    asked = (*flags(FRAMES, INPUT, NARROW).split(), "--network", "r3d", "--clip-length", 8)
    assert vcop("extract", *files, "--weights", weights, *asked, "--out", tmp_path / "asked.h5") == 0
    bare, asked = (FeatureStore(tmp_path / name, "conv5", TEST) for name in ("bare.h5", "asked.h5"))
    assert np.array_equal(bare.read(0, len(bare)), asked.read(0, len(asked)))
    assert {key: bare.about[key] for key in ("crop", "frame_stride", "input_mean", "input_gain", "clip_length")} == {
        **identity(INPUT),
        "clip_length": 8,
    }


@pytest.mark.parametrize(
    ("flag", "value", "message"),
    [
        (
            "--input-mean",
            0.0,
            "input_mean 0.45, but --input-mean (input.input_mean in config.yaml) is 0.0: give 0.45 or leave",
        ),
        (
            "--input-gain",
            1,
            "input_gain 4.0, but --input-gain (input.input_gain in config.yaml) is 1.0: give 4.0 or leave the",
        ),
        ("--crop", 20, "crop 16, but --crop (input.crop in config.yaml) is 20: give 16 or leave the flag out, or use other w"),
        ("--frame-stride", 2, "frame_stride 1, but --frame-stride (input.frame_stride in config.yaml) is 2: give 1 or leave"),
        ("--multiplier", 1, "multiplier 0.0625, but --multiplier (network.multiplier in config.yaml) is 1.0: give 0.0625 or"),
        (
            "--batchnorm-scale",
            "uniform",
            "batchnorm_scale ones, but --batchnorm-scale (network.batchnorm_scale in config.yaml)",
        ),
    ],
)
def test_a_flag_that_contradicts_the_file_is_one_line(store_path, trained, tmp_path, capsys, flag, value, message):
    words = ("--frames", store_path, "--weights", trained, "--out", tmp_path / "f.h5", flag, value)
    assert vcop("extract", *words) == 1
    error = capsys.readouterr().err
    assert error.startswith(f"vcop extract: {trained}: these weights were made with {message}")
    assert error.count("\n") == 1
    assert not (tmp_path / "f.h5").exists()


def test_frames_of_another_size_than_those_trained_on_are_refused(store_path, weights, tmp_path, capsys):
    save_weights(tmp_path / "w.safetensors", read_weights(weights), **identity(INPUT, NARROW, network="r3d", height=28))
    words = ("--frames", store_path, "--weights", tmp_path / "w.safetensors", "--out", tmp_path / "f.h5")
    assert vcop("extract", *words) == 1
    error = capsys.readouterr().err
    assert (
        "made with height 28, but --height (frames.height in config.yaml) of the frame store is 20: use frames with" in error
    )


def test_clips_of_another_length_are_a_note(store_path, trained, tmp_path, capsys):
    words = ("--frames", store_path, "--weights", trained, "--out", tmp_path / "f.h5", "--test-clips", 1)
    assert vcop("extract", *words, "--clip-length", 16) == 0
    said = capsys.readouterr().out
    assert f"{trained}: these weights were made with clip_length 8; here it is 16, --clip-length (task in config.yaml)" in said
    assert FeatureStore(tmp_path / "f.h5", "conv5", TEST).about["clip_length"] == 16


def test_a_file_of_an_older_version_is_used_as_the_flags_say_with_a_note(store_path, weights, tmp_path, capsys):
    old = tmp_path / "w.safetensors"
    save_file(read_weights(weights), old, metadata={"about": json.dumps({"file": WEIGHTS.line().decode(), "network": "r3d"})})
    seal(old)
    assert extract(store_path, old, tmp_path / "old.h5", "--test-clips", 1) == 0
    assert f"{old}: does not say what it was trained on (written by vcop 0.2.0 or older)" in capsys.readouterr().out
    # Beside its provenance it is as good as a new one.
    (tmp_path / "provenance.json").write_text(json.dumps({"identity": identity(INPUT, NARROW, network="r3d")}))
    assert extract(store_path, old, tmp_path / "f.h5") == 1
    assert "made with frame_stride 1, but" in capsys.readouterr().err


def test_half_precision_is_half_the_size(store_path, weights, tmp_path):
    assert extract(store_path, weights, tmp_path / "f.h5") == 0
    assert extract(store_path, weights, tmp_path / "h.h5", "--half") == 0
    with h5py.File(tmp_path / "h.h5") as half, h5py.File(tmp_path / "f.h5") as whole:
        assert half["conv5"].dtype == np.float16
        assert np.allclose(half["conv5"][()], whole["conv5"][()], rtol=2e-3, atol=1e-3)
