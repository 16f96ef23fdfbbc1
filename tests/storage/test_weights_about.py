import json
import struct

import pytest
import torch
from safetensors.torch import save_file

from vcop.storage import sealing, weights, weights_about
from vcop.storage.sealing import WEIGHTS

TRAINED = {"network": "r3d", "multiplier": 0.125, "crop": 24, "frame_stride": 2, "input_mean": 0.45, "height": 28}


def sealed(path, about):
    """Write a file as somebody else could: with any header, and the right seal."""
    about = about if isinstance(about, str) else json.dumps({"file": WEIGHTS.line().decode()} | about)
    save_file({"x": torch.zeros(2)}, path, metadata={"about": about})
    sealing.seal(path)
    return path


def old(folder, identity=None, **about):
    """A file of vcop 0.2.0, and provenance.json beside it."""
    if identity is not None:
        (folder / "provenance.json").write_text(json.dumps({"identity": identity}))
    return sealed(folder / "w.safetensors", {"network": "r3d", "seed": "0", "weights": "random"} | about)


@pytest.mark.parametrize(
    ("about", "message"),
    [
        (
            {"network": "mynet"},
            "is of a network 'mynet', and here c3d, r3d, r21d, .* are known only; .*networks/NAME.py has to be in the working",
        ),
        ({"network": 3}, "network is 3"),
        ({"multiplier": "1"}, "multiplier is '1'"),
        ({"multiplier": 1e9}, "multiplier: 1000000000.0 is above 4"),
        ({"multiplier": float("nan")}, "multiplier: nan is not a finite number"),
        ({"multiplier": 10**400}, "multiplier is 1000"),
        ({"batchnorm_scale": "huge"}, "batchnorm_scale: 'huge' is not one of ones, uniform"),
        ({"crop": True}, "crop is True"),
        ({"crop": 16.0}, "crop is 16.0"),
        ({"crop": -1}, "crop: -1 is below 8"),
        ({"height": 2**70}, "height: a whole number beyond 64 bits"),
        ({"clip_length": 0}, "clip_length: 0 is below 1"),
        ({"task": "16-8-99"}, "a tuple has 2 to 5 clips"),
        ({"head_batchnorm": 1}, "head_batchnorm is 1"),
        ({"classes": [1, 2]}, r"classes is \[1, 2\]"),
        ({"seed": None}, "seed is None"),
    ],
)
def test_what_cannot_be_is_one_line(tmp_path, about, message):
    path = sealed(tmp_path / "w.safetensors", {"vcop": "0.3.0"} | about)
    for read in (weights.read_about, weights.weights_digest):
        with pytest.raises(ValueError, match=message) as caught:
            read(path)
        assert str(caught.value).startswith(str(path))
        assert "\n" not in str(caught.value)
        assert len(str(caught.value)) < len(str(path)) + 300


@pytest.mark.parametrize(
    "text", [WEIGHTS.line().decode(), f'["{WEIGHTS.line().decode()}"]', f'{{"a": "{WEIGHTS.line().decode()}"' + "[" * 50_000]
)
def test_a_header_of_another_form_is_one_line(tmp_path, text):
    with pytest.raises(ValueError, match=r"w\.safetensors: not a whole weights file: its header cannot be read"):
        weights.read_about(sealed(tmp_path / "w.safetensors", text))


@pytest.mark.parametrize("size", [2**22 + 1, 2**62, 9999])
def test_a_header_that_is_too_large_is_not_read(tmp_path, size):
    (tmp_path / "w.safetensors").write_bytes(struct.pack("<Q", size) + b"{" + WEIGHTS.line() + b"}")
    sealing.seal(tmp_path / "w.safetensors")
    with pytest.raises(ValueError, match="its header cannot be read"):
        weights.read_about(tmp_path / "w.safetensors")


def test_keys_that_a_later_version_adds_are_kept(tmp_path):
    path = sealed(tmp_path / "w.safetensors", {"vcop": "9.0.0", "colours": [1], "crop": 24})
    assert weights.read_about(path) == {"vcop": "9.0.0", "colours": [1], "crop": 24}


def test_an_old_file_is_described_by_the_provenance_beside_it(tmp_path):
    identity = TRAINED | {"task": "8-8-3", "seed": 2, "start": "0" * 64, "epochs": 3}
    assert weights.read_about(old(tmp_path)) == {"network": "r3d"}
    said = weights.read_about(old(tmp_path, identity))
    assert said == TRAINED | {"task": "8-8-3", "clip_length": 8, "seed": 2}
    # The digest is of the file alone: it stays the same where the file is moved.
    digest = weights.weights_digest(tmp_path / "w.safetensors")
    (tmp_path / "provenance.json").unlink()
    assert weights.weights_digest(tmp_path / "w.safetensors") == digest


def test_a_new_file_says_all_itself(tmp_path):
    (tmp_path / "provenance.json").write_text("rubbish")
    weights.save_weights(tmp_path / "w.safetensors", {}, **TRAINED)
    assert weights.read_about(tmp_path / "w.safetensors")["crop"] == 24


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "not a provenance file of a run"),
        ("[" * 99_999, "not a provenance file of a run"),
        (json.dumps({"identity": {"network": "My net"}}), "not a provenance file of a run: it names no network"),
        (json.dumps({"identity": TRAINED | {"crop": "24"}}), "crop is '24'"),
    ],
)
def test_a_damaged_provenance_is_one_line(tmp_path, text, message):
    path = old(tmp_path)
    (tmp_path / "provenance.json").write_text(text)
    with pytest.raises(ValueError, match=message) as caught:
        weights.read_about(path)
    assert str(caught.value).startswith(str(tmp_path / "provenance.json"))


def test_a_difference_names_flag_key_file_and_values(tmp_path):
    path, used = tmp_path / "w.safetensors", TRAINED | {"width": 37, "clip_length": 16}
    assert weights_about.compare(path, TRAINED, used) == []
    assert weights_about.compare(path, {"network": "r3d"}, used) == []
    for key, value, message in (
        (
            "input_mean",
            0.0,
            "input_mean 0.45, but --input-mean (input.input_mean in config.yaml) is 0.0: give 0.45 or leave the",
        ),
        ("network", "c3d", "network r3d, but --network is c3d: give r3d or leave the flag out, or use other weights"),
        (
            "multiplier",
            1.0,
            "multiplier 0.125, but --multiplier (network.multiplier in config.yaml) is 1.0: give 0.125 or leave",
        ),
        (
            "height",
            56,
            "height 28, but --height (frames.height in config.yaml) of the frame store is 56: use frames with height 28",
        ),
    ):
        with pytest.raises(ValueError, match=r"w\.safetensors: these weights were made with ") as caught:
            weights_about.compare(path, TRAINED, used | {key: value})
        assert message in str(caught.value)


def test_what_a_training_adapts_is_a_note(tmp_path):
    path, about = tmp_path / "w.safetensors", TRAINED | {"clip_length": 16}
    used = about | {"crop": 20, "height": 56, "clip_length": 8}
    notes = weights_about.compare(path, about, used, weights_about.ADAPTED)
    made = f"{path}: these weights were made with"
    assert notes == [
        f"{made} crop 24; here it is 20, --crop (input.crop in config.yaml)",
        f"{made} height 28; of the frame store it is 56, --height (frames.height in config.yaml)",
        f"{made} clip_length 16; here it is 8, --clip-length (task in config.yaml)",
    ]
    for key in ("input_mean", "multiplier", "network"):
        with pytest.raises(ValueError, match=key):
            weights_about.compare(path, about, about | {key: "other"}, weights_about.ADAPTED)
