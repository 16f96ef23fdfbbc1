import hashlib

import pytest

from vcop.storage import sealing
from vcop.storage.sealing import FEATURES, STORE, OtherFormatError


def sealed(path, kind=STORE, content=b"0123456789", without=()):
    path.write_bytes(kind.line(without) + b"\n" + content)
    sealing.seal(path)
    return path


def test_the_digest_is_that_of_the_file_without_its_digits(tmp_path):
    data = sealed(tmp_path / "x").read_bytes()
    digest = data.split(b"sha256 ")[1][:64]
    assert hashlib.sha256(data.replace(digest, b"")).hexdigest().encode() == digest
    assert sealing.read_sealed(tmp_path / "x", STORE) == data
    assert sealing.kind_of(tmp_path / "x") is STORE


def test_changes_are_found_except_in_the_ranges_left_out(tmp_path):
    path = tmp_path / "x"
    begin = len(STORE.line([(100, 4)])) + 1  # a range has as many digits as this one
    assert begin > 100
    sealed(path, without=[(begin, 4)])
    good = path.read_bytes()
    path.write_bytes(good[:begin] + b"9" + good[begin + 1 :])
    sealing.verify(path, STORE)
    path.write_bytes(good[: begin + 4] + b"9" + good[begin + 5 :])
    with pytest.raises(ValueError, match="damaged or cut short"):
        sealing.verify(path, STORE)
    path.write_bytes(good[: begin + 2])
    with pytest.raises(ValueError, match="damaged or cut short"):
        sealing.verify(path, STORE)


def test_other_kinds_formats_and_files_are_refused(tmp_path):
    sealed(tmp_path / "x", FEATURES)
    with pytest.raises(ValueError, match="x: not a whole frame store: it says it is a feature file"):
        sealing.verify(tmp_path / "x", STORE)
    sealed(tmp_path / "y", sealing.FileKind("frame store", 3, ""))
    with pytest.raises(OtherFormatError, match="y: a frame store of format 3"):
        sealing.verify(tmp_path / "y", STORE)
    (tmp_path / "z").write_bytes(b"of another program")
    assert sealing.kind_of(tmp_path / "z") is None
    with pytest.raises(ValueError, match="it has no seal"):
        sealing.verify(tmp_path / "z", STORE)
    with pytest.raises(ValueError, match="the frame store is not there"):
        sealing.verify(tmp_path / "nowhere", STORE)
