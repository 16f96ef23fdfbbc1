import json
import os

import h5py
import numpy as np
import pytest

from vcop.storage.hdf5 import RawReader, open_sealed, sealed_hdf5_writer
from vcop.storage.sealing import FEATURES


@pytest.fixture
def path(tmp_path):
    with sealed_hdf5_writer(tmp_path / "x.h5", FEATURES, ["large"]) as (h5, require_written):
        h5["large"] = np.arange(12, dtype=np.float32).reshape(3, 4)
        h5["small"] = np.array([7, 8, 9], np.uint8)
        h5.attrs.update(classes=json.dumps(["A", "B"]), number=3)
        require_written()
    return tmp_path / "x.h5"


def test_columns_and_attributes(path):
    with open_sealed(path, FEATURES) as table:
        assert table.column("small", "u", 3).tolist() == [7, 8, 9]
        assert table.json("classes", list) == ["A", "B"]
        for refused in (("small", "i", 3), ("small", "u", 4), ("small", "u", None, 2), ("missing", "u", None)):
            with pytest.raises(ValueError, match=f"x.h5: not a whole feature file: dataset {refused[0]} is missing"):
                table.column(*refused)
        with pytest.raises(TypeError, match="classes is not a dict"):
            table.json("classes", dict)
        with pytest.raises(TypeError, match="number is not text"):
            table.text("number")


def test_rows_are_read_at_their_offsets(path):
    with open_sealed(path, FEATURES) as table:
        offset, shape, dtype = table.locate("large", "f", None, 4)
    assert (shape, dtype) == ((3, 4), np.float32)
    reader, row = RawReader(path), np.empty(4, np.float32)
    assert len(reader.read_into(row, offset + row.nbytes)) == row.nbytes
    assert row.tolist() == [4, 5, 6, 7]
    assert reader.read(offset + 4, 4) == np.float32(1).tobytes()
    end = path.stat().st_size
    assert len(reader.read_into(row, end - 3)) == 3
    assert reader.read(end, 4) == b""


def test_many_bytes_are_read_in_parts_as_linux_hands_them_out(path, monkeypatch):
    whole, pread = path.read_bytes(), os.pread
    monkeypatch.setattr(os, "pread", lambda file, size, offset: pread(file, min(size, 100), offset))
    reader = RawReader(path)
    assert reader.read(10, 1000) == whole[10:1010]
    assert reader.read(len(whole) - 150, 1000) == whole[-150:]


def test_compressed_and_linked_datasets_are_refused(tmp_path):
    with sealed_hdf5_writer(tmp_path / "x.h5", FEATURES, []) as (h5, _):
        h5.create_dataset("packed", data=np.zeros(9), compression="gzip")
        h5["link"] = h5py.ExternalLink("other.h5", "/x")
    with open_sealed(tmp_path / "x.h5", FEATURES) as table:
        for name in ("packed", "link"):
            with pytest.raises(ValueError, match=f"dataset {name} is missing, or not of the expected type"):
                table.column(name, "f", None)


def test_an_error_leaves_no_file(tmp_path):
    with pytest.raises(KeyError), sealed_hdf5_writer(tmp_path / "x.h5", FEATURES, []):
        raise KeyError
    assert list(tmp_path.iterdir()) == []
