"""Rot: every byte of every kind of file of ours, changed or cut off. A reader refuses it or, asked for less, returns what is right.

The files are tiny, so that all bytes can be tried and not some.
"""

import os
import re

import h5py
import numpy as np
import pytest
import torch
from support.frame_stores import make
from support.helpers import vcop

from vcop import __version__
from vcop.config.data_options import FrameOptions
from vcop.datasets.splits import TEST, TRAIN
from vcop.pretext.order_prediction import HEADER
from vcop.runtime.atomic_files import digest_path, require_intact, write_csv
from vcop.storage import feature_store, hdf5, sealing, verification, weights
from vcop.storage.feature_store import FeatureStore
from vcop.storage.frame_store import FrameStore, Video
from vcop.training import checkpoints

STATE = {"fingerprint": checkpoints.fingerprint({"seed": 0}), "step": 3, "model": {"w": torch.arange(4.0)}}


def write_store(path):
    make(path, FrameOptions(height=8, width=8, codec="raw"), count=1, videos=2)


def write_features(path):
    videos = [Video(f"A/{i}.avi", i % 2, 0, 20) for i in range(3)]
    values = np.random.default_rng(0).standard_normal((3, 2, 5)).astype(np.float32)
    feature_store.write_features(
        path, videos, [TRAIN, TEST, TRAIN], ["A", "B"], iter([{"conv5": values}]), {"conv5": (2, 5)}, False, {"w": 1}
    )


def read_store(path):
    store = FrameStore(path)
    return [(v, store.read(v, range(v.count)).tobytes()) for v in store.videos], store.roles.tolist(), store.attributes["vcop"]


def read_features(path):
    found = [FeatureStore(path, "conv5", role) for role in (TRAIN, TEST)]
    return [(f.names, f.labels.tolist(), f.classes, f.about, f.read(0, len(f)).tobytes()) for f in found]


def read_weights(path):
    return {name: value.tolist() for name, value in weights.read_weights(path).items()}


def read_optimiser(path):
    optimiser = torch.optim.SGD([torch.nn.Parameter(torch.ones(3))], 0.1, momentum=0.9)
    checkpoints.load_optimiser(path, optimiser)
    return optimiser.state_dict()["state"][0]["momentum_buffer"].tolist()


KINDS = {
    "store.h5": (write_store, read_store),
    "features.h5": (write_features, read_features),
    "model.safetensors": (
        lambda path: weights.save_weights(
            path, {"b.w": torch.arange(6.0).reshape(2, 3), "b.n": torch.tensor(3)}, seed=0, network="r3d"
        ),
        read_weights,
    ),
    "optimiser.pt": (
        lambda path: checkpoints.save_optimiser(path, {"state": {0: {"momentum_buffer": torch.arange(3.0)}}}),
        read_optimiser,
    ),
}


@pytest.fixture(scope="session", params=KINDS)
def kind(request, tmp_path_factory):
    write, read = KINDS[request.param]
    path = tmp_path_factory.mktemp("rot") / request.param
    write(path)
    return path, read


def damages(path):
    """The file with one bit of a byte changed, of each byte after the other, another bit each; whole again after that."""
    good = path.read_bytes()
    with open(path, "r+b", buffering=0) as file:
        for at, byte in enumerate(good):
            os.pwrite(file.fileno(), bytes([byte ^ 1 << at % 8]), at)
            yield at
            os.pwrite(file.fileno(), bytes([byte]), at)


def cuts(path):
    """The file without its last byte, without its last two, and so on; whole again after that."""
    good = path.read_bytes()
    for size in reversed(range(len(good))):
        os.truncate(path, size)
        yield size
    path.write_bytes(good)


def test_every_changed_byte_is_found_by_reader_and_check(kind):
    path, read = kind
    read(path)
    assert list(verification.find_damage(path)) == []
    for at in damages(path):
        with pytest.raises(ValueError, match=re.escape(str(path))) as refusal:
            read(path)
        assert "\n" not in str(refusal.value), at
        assert list(verification.find_damage(path)), f"byte {at} changed unnoticed"
    read(path)


def test_no_cut_is_read(kind):
    path, read = kind
    for _ in cuts(path):
        with pytest.raises(ValueError, match=re.escape(str(path))):
            read(path)
    good = path.read_bytes()
    path.write_bytes(good + b"\0")
    with pytest.raises(ValueError, match="its digest differs"):
        read(path)
    path.write_bytes(good)


def test_a_damaged_state_gives_way_to_the_one_before_whatever_byte_it_is(tmp_path, capsys, monkeypatch):
    path = tmp_path / "state.pt"
    checkpoints.save_checkpoint(path, STATE | {"step": 2})
    checkpoints.save_checkpoint(path, STATE)
    before = (tmp_path / "state.previous").read_bytes()
    assert checkpoints.load_checkpoint(path, STATE["fingerprint"])["step"] == 3
    monkeypatch.setattr(type(path), "unlink", lambda *_, **__: None)  # it is removed, which has its own test
    for way in (damages, cuts):
        for at in way(path):
            assert checkpoints.load_checkpoint(path, STATE["fingerprint"])["step"] == 2, at
            assert "state.pt: not a whole state" in capsys.readouterr().err
    assert (tmp_path / "state.previous").read_bytes() == before


def test_vcop_check_finds_100_of_100_bits(tmp_path, rng, capsys):
    """Anywhere in the file: frames, index, HDF5's own, and what nothing uses."""
    path = tmp_path / "ucf101.h5"
    make(path, FrameOptions(height=32, width=32), count=10, videos=6)
    good = path.read_bytes()
    assert vcop("check", path) == 0
    found = 0
    with open(path, "r+b", buffering=0) as file:
        for at in rng.integers(0, len(good), 100).tolist():
            os.pwrite(file.fileno(), bytes([good[at] ^ 1 << int(rng.integers(8))]), at)
            found += any(verification.find_damage(path))
            os.pwrite(file.fileno(), good[at : at + 1], at)
    assert found == 100
    assert vcop("check", path) == 0
    capsys.readouterr()
    path.write_bytes(good[:5000] + bytes([good[5000] ^ 1]) + good[5001:])
    assert vcop("check", tmp_path) == 1
    out, err = capsys.readouterr()
    assert "ucf101.h5: " in out
    assert "1 damaged frames or files" in err


@pytest.mark.parametrize("name", KINDS)
@pytest.mark.parametrize("number", [1, 99])
def test_another_versions_file_says_who_wrote_it(tmp_path, name, number):
    """The line is the same for all; sealed anew, as that version would have."""
    write, read = KINDS[name]
    path = tmp_path / name
    write(path)
    text = path.read_bytes()
    found = sealing.LINE.search(text)
    other = re.sub(r"\d", "9", __version__)  # as long as ours
    line = found[0].replace(
        f"format 2, written by vcop {__version__}".encode(), f"format {number}, written by vcop {other}".encode()
    )
    line = line.replace(found[4], sealing.ZEROS)
    if number == 99:  # one digit more: room is there before HDF5's own, and in a state after the line; safetensors count it
        line = line.replace(b"format 99", b"format 9")
    assert len(line) == len(found[0])
    path.write_bytes(text[: found.start()] + line + text[found.end() :])
    sealing.seal(path)
    with pytest.raises(
        ValueError,
        match=rf"{name}: a .* of format \d, written by vcop {re.escape(other)}; this is vcop {re.escape(__version__)}, format 2: ",
    ):
        read(path)


def test_a_store_of_before_there_were_seals_says_who_wrote_it(tmp_path):
    with h5py.File(tmp_path / "s.h5", "w") as h5:
        h5.attrs.update(format=1, vcop="0.0.9")
    for read in (FrameStore, lambda path: FeatureStore(path, "conv5", TEST)):
        with pytest.raises(
            ValueError, match=r"of format 1, written by vcop 0\.0\.9; this is vcop .* format 2: use that version, or"
        ):
            read(tmp_path / "s.h5")


def test_another_versions_state_is_not_thrown_away(tmp_path):
    path = tmp_path / "state.pt"
    checkpoints.save_checkpoint(path, STATE)
    data = path.read_bytes().replace(b"format 2", b"format 3", 1)
    path.write_bytes(data.replace(sealing.LINE.search(data)[4], sealing.ZEROS, 1))
    sealing.seal(path)
    with pytest.raises(ValueError, match=r"state.pt: a state of format 3, written by vcop .*: use that version, or remove it"):
        checkpoints.load_checkpoint(path, STATE["fingerprint"])
    assert path.exists()


def test_a_file_that_is_cut_while_it_is_open_is_an_error_and_no_crash(tmp_path):
    """One that is mapped into memory would end the process (SIGBUS)."""
    write_store(tmp_path / "s.h5")
    write_features(tmp_path / "f.h5")
    store, found = FrameStore(tmp_path / "s.h5"), FeatureStore(tmp_path / "f.h5", "conv5", TRAIN)
    for name in ("s.h5", "f.h5"):
        with open(tmp_path / name, "r+b") as file:
            file.truncate(600)
    with pytest.raises(ValueError, match=r"s.h5: frame 0 of A/v0.avi is damaged"):
        store.read(store.videos[0], [0])
    with pytest.raises(ValueError, match=r"f.h5: conv5 is damaged \(A/0.avi"):
        found.read(0, 1)


def test_equal_weights_are_equal_bytes(tmp_path):
    for name in "ab":
        weights.save_weights(tmp_path / name, {"x": torch.arange(3.0), "y": torch.zeros(2)}, task="16-8-3", network="c3d")
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()
    assert weights.weights_digest(tmp_path / "a") == weights.weights_digest(tmp_path / "b")


def test_a_sealed_store_is_plain_hdf5_and_a_change_by_another_tool_is_noticed(tmp_path):
    write_store(tmp_path / "s.h5")
    with h5py.File(tmp_path / "s.h5", "r+") as h5:
        assert h5.attrs["made_by"] == "a test"
        h5.attrs["made_by"] = "nobody"
        ranges = [(h5["bytes"].id.get_offset(), h5["bytes"].nbytes)]
    with pytest.raises(ValueError, match="its digest differs"):
        FrameStore(tmp_path / "s.h5")
    hdf5.seal_hdf5(tmp_path / "s.h5", sealing.STORE, ranges)
    assert FrameStore(tmp_path / "s.h5").attributes["made_by"] == "nobody"


def test_a_flipped_digit_in_a_table_of_results_is_found_by_whoever_reads_it_next(tmp_path, capsys):
    path = tmp_path / "predictions.csv"
    write_csv(path, HEADER, [(f"A/{i}.avi", 0, 1, 1, 1, "0.500000") for i in range(10)])
    assert digest_path(path).read_text().endswith("  predictions.csv\n")
    draw = ("render", "cvpr2019_table1", "--study", "s", "--task", "16-8-3", "--inputs", path, "--out", tmp_path / "t.html")
    for _ in damages(path):
        with pytest.raises(ValueError, match=r"predictions.csv: changed since it was written"):
            require_intact(path)
    path.write_text(path.read_text().replace("0.500000", "0.900000", 1))
    for words in (draw, ("check", tmp_path)):
        assert vcop(*words) == 1
        out, err = capsys.readouterr()
        assert "predictions.csv: changed since it was written" in out + err
    digest_path(path).unlink()  # as in an unpacked study
    assert require_intact(path) == path
