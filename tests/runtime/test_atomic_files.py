import hashlib
import os
import subprocess
import sys

import pytest

from vcop.runtime.atomic_files import (
    atomic_write,
    clear_unfinished,
    digest_path,
    name_file_in_errors,
    require_existing,
    require_intact,
    require_space,
    sha256_of,
    write_csv,
    write_text,
)


def test_a_file_is_whole_or_not_there(tmp_path):
    with pytest.raises(RuntimeError), atomic_write(tmp_path / "a" / "x.txt") as unfinished:
        unfinished.write_text("half")
        raise RuntimeError
    assert list((tmp_path / "a").iterdir()) == []


def test_the_old_file_stays_until_the_new_one_is_whole(tmp_path):
    write_text(tmp_path / "x.txt", "old")
    with atomic_write(tmp_path / "x.txt") as unfinished:
        unfinished.write_text("new")
        assert (tmp_path / "x.txt").read_text() == "old"
    assert (tmp_path / "x.txt").read_text() == "new"


def test_a_table(tmp_path):
    write_csv(tmp_path / "t.csv", ("a", "b"), [(1, "x, y"), (2, "")])
    assert (tmp_path / "t.csv").read_text() == 'a,b\n1,"x, y"\n2,\n'


def test_a_full_disk_is_seen_beforehand(tmp_path):
    with pytest.raises(OSError, match="No space left"):
        require_space(tmp_path / "x", 2**60)


def test_the_sha256_of_a_file(tmp_path):
    content = bytes(range(256)) * 9000  # more than one piece
    (tmp_path / "x").write_bytes(content)
    assert sha256_of(tmp_path / "x") == hashlib.sha256(content).hexdigest()
    with pytest.raises(FileNotFoundError):
        sha256_of(tmp_path / "nowhere")


def test_a_result_is_verified_by_its_checksum_file(tmp_path):
    path = tmp_path / "t.csv"
    write_csv(path, ("a",), [(1,)])
    assert digest_path(path).read_text() == f"{sha256_of(path)}  t.csv\n"
    assert require_intact(path) == path
    path.write_text("a\n2\n")
    with pytest.raises(ValueError, match=r"t\.csv: changed since it was written"):
        require_intact(path)
    digest_path(path).unlink()
    assert require_intact(path) == path, "of an unpacked archive"


def test_errors_of_writing_name_the_file_and_say_what_to_do(tmp_path):
    path, advice = tmp_path / "a name", r"No space left on device; make room, .*/a name'"
    with pytest.raises(OSError, match=advice), name_file_in_errors(path), open("/dev/full", "wb", buffering=0) as full:
        full.write(b"x")
    with pytest.raises(FileNotFoundError, match="No such file or directory: '/nowhere/x'"), name_file_in_errors(path):
        os.stat("/nowhere/x")


def test_unfinished_files_of_dead_processes_are_removed(tmp_path):
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    here = os.uname().nodename
    names = {
        pid: tmp_path / f".x.h5.{host}.{pid}.part" for pid, host in ((dead.pid, here), (os.getpid(), here), (1, "elsewhere"))
    }
    for path in names.values():
        path.touch()
    clear_unfinished(tmp_path / "x.h5")
    assert [path.exists() for path in names.values()] == [False, True, True]
    clear_unfinished(tmp_path / "x.h5", alone=True)
    assert list(tmp_path.iterdir()) == []


def test_a_missing_file_is_named(tmp_path):
    assert require_existing(tmp_path, "a directory") == tmp_path
    with pytest.raises(ValueError, match="nowhere: the store is not there"):
        require_existing(tmp_path / "nowhere", "the store")
