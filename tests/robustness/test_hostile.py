"""Files that somebody made to do harm, sealed as ours are: nothing in them is executed, and each is refused by one line, soon.

Of the ways to have code run by reading weights, states, stores or parts, each writes a canary where it succeeds.
"""

import io
import json
import os
import pickle
import resource
import struct
import tarfile
import time
import zipfile
import zlib

import h5py
import numpy as np
import pytest
import torch

from vcop.datasets.splits import TEST
from vcop.preparation import part_files
from vcop.storage import hdf5, sealing, weights
from vcop.storage.feature_store import FeatureStore
from vcop.storage.frame_store import FrameStore
from vcop.storage.sealing import FEATURES, OPTIMISER, STATE, STORE, WEIGHTS
from vcop.training import checkpoints

FINGERPRINT = checkpoints.fingerprint({"seed": 0})


class Bomb:
    """Executed by whoever unpickles it."""

    def __init__(self, function, *arguments):
        self.call = (function, arguments)

    def __reduce__(self):
        return self.call


def sealed(path, kind, payload):
    path.write_bytes(kind.line() + b"\n" + payload)
    sealing.seal(path)
    return path


def saved(what, **more):
    out = io.BytesIO()
    torch.save(what, out, **more)
    return out.getvalue()


def tar():
    """The format of PyTorch before 0.1.10: a tar archive of pickles."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for name in ("sys_info", "pickle", "storages", "tensors"):
            data = pickle.dumps(Bomb(os.system, "touch canary"))
            entry = tarfile.TarInfo(name)
            entry.size = len(data)
            archive.addfile(entry, io.BytesIO(data))
    return out.getvalue()


def packed(data_pkl, method=zipfile.ZIP_STORED, more=()):
    """A state's archive around any pickle."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, data in (
            ("archive/data.pkl", data_pkl),
            ("archive/version", b"3\n"),
            ("archive/byteorder", b"little"),
            *more,
        ):
            archive.writestr(name, data)
    return out.getvalue()


SHELL, PYTHON = Bomb(os.system, "touch canary"), Bomb(exec, "open('canary', 'w')")
STATES = {
    "os.system": lambda: saved({"fingerprint": FINGERPRINT, "model": SHELL}),
    "exec": lambda: saved({"fingerprint": FINGERPRINT, "model": PYTHON}),
    "eval as key": lambda: saved({Bomb(eval, "open('canary', 'w')"): FINGERPRINT}),
    "getattr": lambda: saved({"fingerprint": FINGERPRINT, "model": Bomb(getattr, "", "__class__")}),
    "legacy": lambda: saved({"fingerprint": FINGERPRINT, "model": SHELL}, _use_new_zipfile_serialization=False),
    "legacy tar": tar,
    "a bare pickle": lambda: pickle.dumps({"fingerprint": FINGERPRINT, "model": PYTHON}),
    "in an archive": lambda: packed(pickle.dumps(SHELL, 2)),
    "a whole module": lambda: saved(torch.nn.Linear(1, 1)),
    "no dictionary": lambda: saved([FINGERPRINT]),
    "no fingerprint": lambda: saved({"step": 3}),
    "TorchScript": lambda: packed(pickle.dumps({}, 2), more=[("archive/constants.pkl", pickle.dumps(SHELL, 2)), ("archive/code/x.py", b"")]),
    "a zip bomb": lambda: packed(bytes(2**28), zipfile.ZIP_DEFLATED),
    "a terabyte": lambda: packed(pickle.dumps({"fingerprint": FINGERPRINT, "a": Bomb(bytearray, 10**12)}, 2)),
    "deep": lambda: packed(b"\x80\x02" + b"]" * 200_000 + b"a" * 199_999 + b"."),
    "opcodes": lambda: packed(b"\x80\x02cos\nsystem\nU\x0ctouch canary\x85R."),
}  # fmt: skip


def safetensors(header, data=bytes(16), length=None):
    text = (
        header
        if isinstance(header, bytes)
        else json.dumps({"__metadata__": {"about": WEIGHTS.line().decode()}} | header).encode()
    )
    return struct.pack("<Q", len(text) if length is None else length) + text + data


def tensor(shape=(4,), offsets=(0, 16), dtype="F32"):
    return {"dtype": dtype, "shape": list(shape), "data_offsets": list(offsets)}


LINE = json.dumps(WEIGHTS.line().decode()).encode()
SAFETENSORS = {
    "pickle": lambda: WEIGHTS.line() + pickle.dumps(SHELL),
    "torch.save": lambda: WEIGHTS.line() + saved({"w": SHELL}),
    "huge header": lambda: safetensors({"w": tensor()}, length=2**62),
    "header beyond the end": lambda: safetensors({"w": tensor()}, length=5000),
    "overlap": lambda: safetensors({"w": tensor(), "v": tensor((2,), (8, 16))}),
    "a hole": lambda: safetensors({"w": tensor((2,), (0, 8)), "v": tensor((1,), (12, 16))}),
    "beyond the end": lambda: safetensors({"w": tensor((4000,), (0, 16000))}),
    "negative shape": lambda: safetensors({"w": tensor((-4,))}),
    "negative offset": lambda: safetensors({"w": tensor(offsets=(-16, 0))}),
    "absurd shape": lambda: safetensors({"w": tensor((2**62, 2**62))}),
    "another shape than bytes": lambda: safetensors({"w": tensor((2**40,))}),
    "unknown type": lambda: safetensors({"w": tensor(dtype="object")}),
    "deep": lambda: safetensors(b'{"__metadata__":{"about":' + LINE + b'},"w":' + b"[" * 100_000 + b"]" * 100_000 + b"}"),
    "not JSON": lambda: safetensors(b"{" + LINE),
    "not a number": lambda: safetensors({"w": tensor()}, np.array([1, 2, np.nan, 4], np.float32).tobytes()),
    "infinite": lambda: safetensors({"w": tensor()}, np.array([1, 2, np.inf, 4], np.float32).tobytes()),
}


@pytest.fixture
def sandbox(tmp_path, monkeypatch):
    """An empty working folder in which a canary would appear; at most half a gigabyte of memory more, and ten seconds."""
    monkeypatch.chdir(tmp_path)
    before, begun = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.monotonic()
    yield tmp_path
    assert not (tmp_path / "canary").exists()
    assert time.monotonic() - begun < 10
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 2**19


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", STATES)
def test_a_state_executes_nothing(sandbox, name, capsys):
    payload = STATES[name]()
    path = sealed(sandbox / "state.pt", STATE, payload)
    assert checkpoints.load_checkpoint(path, FINGERPRINT) is None
    said = capsys.readouterr().err
    assert "passed over" in said and said.count("\n") == 1
    optimiser = torch.optim.SGD([torch.nn.Parameter(torch.ones(3))], 0.1)
    with pytest.raises(ValueError, match=r"momenta.pt: not ") as refusal:
        checkpoints.load_optimiser(sealed(sandbox / "momenta.pt", OPTIMISER, payload), optimiser)
    assert "\n" not in str(refusal.value)


@pytest.mark.parametrize("name", SAFETENSORS)
def test_weights_execute_nothing(sandbox, name):
    path = sandbox / "w.safetensors"
    path.write_bytes(SAFETENSORS[name]())
    sealing.seal(path)
    with pytest.raises(ValueError, match=r"w.safetensors: ") as refusal:
        weights.load_weights(path, torch.nn.Linear(1, 1))
    assert "\n" not in str(refusal.value)
    for read in (weights.read_about, weights.weights_digest):  # no such header describes weights
        with pytest.raises(ValueError, match=r"w.safetensors: not a whole weights file: its header cannot be read") as refusal:
            read(path)
        assert "\n" not in str(refusal.value)


def test_a_description_of_many_megabytes_is_not_read(sandbox):
    path = sandbox / "w.safetensors"
    about = json.dumps({"file": WEIGHTS.line().decode(), "vcop": "1", "classes": ["x"] * 2**21})
    path.write_bytes(safetensors({"__metadata__": {"about": about}, "w": tensor()}))
    sealing.seal(path)
    for read in (weights.read_about, weights.weights_digest):
        with pytest.raises(ValueError, match=r"not a whole weights file: its header cannot be read \(a header of \d+ bytes\)"):
            read(path)


def as_external_link(h5, secret):
    h5["name"] = h5py.ExternalLink(secret, "/name")


def as_soft_link(h5, secret):
    h5["elsewhere"] = np.array([b"a"])
    h5["name"] = h5py.SoftLink("/elsewhere")


def as_external_storage(h5, secret):
    h5.create_dataset("name", (1,), "S4", external=[(str(secret), 0, 4)])


def as_virtual(h5, secret):
    layout = h5py.VirtualLayout((1,), "S4")
    layout[:] = h5py.VirtualSource(secret, "name", (1,))
    h5.create_virtual_dataset("name", layout)


def as_absurd_shape(h5, secret):
    h5.create_dataset("name", (2**50,), "S4")


def as_unpacking_to_much(h5, secret):
    h5.create_dataset("name", (2**26,), "S4", chunks=(2**22,), compression="gzip", fillvalue=b"a")


def as_group(h5, secret):
    h5.create_group("name")


def as_objects(h5, secret):
    h5["name"] = np.array([b"a"], dtype=object)


def as_missing(h5, secret):
    pass


@pytest.mark.parametrize("kind", [STORE, FEATURES])
@pytest.mark.parametrize("way", [f for name, f in list(globals().items()) if name.startswith("as_")])
def test_hdf5_reads_no_other_file_and_takes_no_memory(sandbox, kind, way):
    with h5py.File(sandbox / "secret.h5", "w") as h5:
        h5["name"] = np.array([b"secr"])
    with h5py.File(sandbox / "x.h5", "w", userblock_size=512) as h5:
        if kind is STORE:
            h5["bytes"], h5["offsets"], h5["crc32"] = np.zeros(3, np.uint8), np.array([0, 3]), np.array([1], np.uint32)
        else:
            h5["conv5"], h5["conv5_crc32"] = np.zeros((1, 1, 1), np.float32), np.array([zlib.crc32(bytes(4))], np.uint32)
        h5["label"], h5["first"], h5["count"] = np.array([0], np.int32), np.array([0]), np.array([1])
        h5["role"] = np.full((1, 3) if kind is STORE else 1, TEST, np.uint8)
        h5.attrs.update(classes='["A"]', about="{}", digest="d", height=1, width=1, codec="raw")
        way(h5, str(sandbox / "secret.h5"))
    hdf5.seal_hdf5(sandbox / "x.h5", kind, [])
    with pytest.raises(ValueError, match=r"x.h5: not a whole (frame store|feature file): ") as refusal:
        FrameStore(sandbox / "x.h5") if kind is STORE else FeatureStore(sandbox / "x.h5", "conv5", TEST)
    assert "\n" not in str(refusal.value)


def test_a_store_whose_index_leads_elsewhere_is_refused(sandbox):
    for offsets, first, label in (([0, 2**40], 0, 0), ([0, -3], 0, 0), ([0, 3], 7, 0), ([0, 3], 0, 9), ([0, 3], -1, 0)):
        with h5py.File(sandbox / "x.h5", "w", userblock_size=512) as h5:
            h5["bytes"], h5["offsets"], h5["crc32"] = np.zeros(3, np.uint8), np.array(offsets), np.array([1], np.uint32)
            h5["label"], h5["first"], h5["count"] = np.array([label], np.int32), np.array([first]), np.array([1])
            h5["role"], h5["name"] = np.full((1, 3), TEST, np.uint8), np.array([b"a"])
            h5.attrs.update(classes='["A"]', digest="d", height=1, width=1, codec="raw")
        hdf5.seal_hdf5(sandbox / "x.h5", STORE, [])
        with pytest.raises(ValueError, match="its index contradicts itself"):
            FrameStore(sandbox / "x.h5")


def test_a_part_executes_nothing(sandbox):
    np.savez(sandbox / "p.npz", sizes=np.array([SHELL], object), data=np.array([PYTHON], object), source_count=np.array(SHELL))
    for read in (part_files.part_size, lambda part: part_files.read_part("v", part)):
        with pytest.raises(ValueError, match=r"p.npz: damaged .*allow_pickle"):
            read(sandbox / "p.npz")
