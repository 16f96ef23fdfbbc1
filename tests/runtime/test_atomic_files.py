import pytest

from vcop.runtime.atomic_files import atomic_write, require_space, write_csv, write_text


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
