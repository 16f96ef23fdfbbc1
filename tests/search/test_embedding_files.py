import builtins
import json

import numpy as np
import pytest
from support.own_videos import hand_made

from vcop.search import embedding_files
from vcop.search.embedding_files import read_embeddings, require_format, write_embeddings

MADE = hand_made([[1, 2.5], [3, 1e-7], [0.1, -4]], ['a, "b".avi', 'a, "b".avi', "ü.avi"])
ENDINGS = [".npy", ".csv", ".parquet"]


def write(path):
    if path.suffix == ".parquet":
        pytest.importorskip("pyarrow")
    blocks = [(MADE.video[i], MADE.start[i:j], MADE.end[i:j], MADE.vectors[i:j]) for i, j in ((0, 2), (2, 3))]
    write_embeddings(path, iter(blocks), 3, 2, {k: v for k, v in MADE.about.items() if k not in ("file", "rows", "values")})
    return path


@pytest.mark.parametrize("ending", ENDINGS)
def test_what_is_written_is_read(tmp_path, ending):
    found = read_embeddings(write(tmp_path / f"e{ending}"))
    assert found.video.tolist() == MADE.video.tolist()
    assert found.start.tolist() == MADE.start.tolist()
    assert found.end.tolist() == MADE.end.tolist()
    assert np.array_equal(found.vectors, MADE.vectors)
    assert found.about == MADE.about


def test_files_of_one_stem_do_not_share_a_file(tmp_path):
    write(tmp_path / "e.csv")
    write(tmp_path / "e.npy")
    assert read_embeddings(tmp_path / "e.csv").vectors.tolist() == read_embeddings(tmp_path / "e.npy").vectors.tolist()


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize("harm", ["cut", "empty", "noise"])
def test_a_damaged_file_is_one_line(tmp_path, ending, harm):
    path = write(tmp_path / f"e{ending}")
    data = path.read_bytes()
    path.write_bytes({"cut": data[: len(data) // 2], "empty": b"", "noise": b"\x93NUMPY\xff" * 40}[harm])
    with pytest.raises(ValueError, match=rf"e{ending}: no intact file of embeddings \(.*\): run `vcop embed` again$"):
        read_embeddings(path)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"rows": 2}, "index 2 is out of bounds|rows of 2 values"),
        ({"rows": 10**9}, "is too small for 1000000000 rows"),
        ({"rows": -1}, "-1 rows of 2 values cannot be"),
        ({"layer": None}, "it lacks one of weights"),
        ({"file": "another"}, "it does not say that it holds"),
    ],
)
@pytest.mark.parametrize("ending", [".npy", ".csv"])
def test_a_lie_is_one_line(tmp_path, ending, change, reason):
    path = write(tmp_path / f"e{ending}")
    beside = tmp_path / f"e{ending}.json"
    beside.write_text(json.dumps(json.loads(beside.read_text()) | change))
    with pytest.raises(ValueError, match=reason):
        read_embeddings(path)
    beside.unlink()
    with pytest.raises(ValueError, match="is not there, which is written last"):
        read_embeddings(path)


def test_a_parquet_file_of_somebody_else_is_one_line(tmp_path):
    pa = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    parquet.write_table(pa.table({"x": [1]}), tmp_path / "e.parquet")
    with pytest.raises(ValueError, match="it does not say that it holds vcop embeddings"):
        read_embeddings(tmp_path / "e.parquet")


@pytest.mark.parametrize(("number", "cell"), [(1, "nan"), (3, "inf"), (2, "one")])
def test_numbers_have_to_be_finite(tmp_path, number, cell):
    path = write(tmp_path / "e.csv")
    lines = path.read_text().splitlines()
    lines[3] = ",".join(cell if i == number else text for i, text in enumerate(lines[3].split(",")))
    path.write_text("\n".join(lines))
    with pytest.raises(ValueError, match="not finite|could not convert"):
        read_embeddings(path)


def test_without_pyarrow_one_line_says_how_to_install_it(tmp_path, monkeypatch):
    real = builtins.__import__

    def missing(name, *more):
        if name.startswith("pyarrow"):
            raise ImportError(name)
        return real(name, *more)

    monkeypatch.setattr(builtins, "__import__", missing)
    with pytest.raises(ValueError, match=r"e.parquet: Parquet needs pyarrow: pip install 'vcop\[embed\]', or choose"):
        require_format(tmp_path / "e.parquet")
    with pytest.raises(ValueError, match=r"has to end in one of .parquet, .npy, .csv"):
        require_format(tmp_path / "e.txt")


def test_blocks_are_written_in_groups():
    block = ("v", np.zeros(3), np.ones(3), np.ones((3, 2), np.float32))
    assert [len(group) for group in embedding_files._groups([block] * 5, rows=6)] == [6, 6, 3]
