import pytest

from vcop.runtime.atomic_files import write_csv
from vcop.storage import verification
from vcop.storage.sealing import WEIGHTS, seal


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "a/model.safetensors").write_bytes(WEIGHTS.line() + b"\nweights")
    seal(tmp_path / "a/model.safetensors")
    write_csv(tmp_path / "t.csv", ("a",), [(1,)])
    (tmp_path / "notes.txt").write_text("of somebody else")
    return tmp_path


def test_files_that_can_be_checked(folder):
    assert verification.sealed_files(folder) == [folder / "a/model.safetensors", folder / "t.csv"]
    assert verification.sealed_files(folder / "t.csv") == [folder / "t.csv"]
    with pytest.raises(ValueError, match="notes.txt: no file of vcop"):
        verification.sealed_files(folder / "notes.txt")


def test_damage_is_one_line_for_each_file(folder):
    for path in verification.sealed_files(folder):
        assert list(verification.find_damage(path)) == []
        path.write_bytes(path.read_bytes()[:-1] + b"?")
        (line,) = verification.find_damage(path)
        assert line.startswith(f"{path}: ")
        assert any(words in line for words in ("not a whole", "changed since it was written", "damaged"))
