import errno

import h5py
import numpy as np
import pytest

from vcop.storage.hdf5_sink import Sink, open_hdf5


def test_what_is_written_is_plain_hdf5(tmp_path):
    with open_hdf5(tmp_path / "x.h5", userblock_size=512) as (h5, require_written):
        h5["a"] = np.arange(5)
        require_written()
    with h5py.File(tmp_path / "x.h5") as h5:
        assert h5["a"][()].tolist() == [0, 1, 2, 3, 4]
        assert h5.userblock_size == 512


def test_a_full_disk_is_an_error_of_the_system_and_not_of_the_library():
    """/dev/full refuses every byte."""
    with pytest.raises(OSError) as refused, open_hdf5("/dev/full") as (h5, _):
        h5["a"] = np.arange(10**6)
    assert refused.value.errno == errno.ENOSPC


def test_the_first_error_is_kept_and_nothing_is_written_after_it(tmp_path):
    sink = Sink(tmp_path / "x")
    assert sink.write(b"abc") == 3
    real = sink.file
    with open("/dev/full", "w+b", buffering=0) as sink.file:
        assert sink.write(b"def") == 3, "it never fails"
    sink.file = real
    sink.write(b"ghi")
    with pytest.raises(OSError, match="No space left"):
        sink.require_written()
    sink.close()
    assert (tmp_path / "x").read_bytes() == b"abc"


def test_reading_beyond_the_end_gives_zeros(tmp_path):
    sink, out = Sink(tmp_path / "x"), bytearray(b"????")
    sink.write(b"ab")
    sink.seek(0)
    assert sink.readinto(out) == 4
    assert out == b"ab\0\0"
    sink.close()
