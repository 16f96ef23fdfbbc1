import builtins
import json

import numpy as np
import pytest
from support.own_videos import hand_made

from vcop.search import embedding_checks, embedding_files
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
        ({"clips": 10**9}, "3 rows of 2 values, 1000000000 clips of a video: that cannot be"),
        ({"rows": 2}, "index 2 is out of bounds|rows of 2 values"),
        ({"rows": 10**9}, "is too small for 1000000000 rows"),
        ({"rows": -1}, "-1 rows of 2 values, 1 clips of a video: that cannot be"),
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


NAMES = MADE.video.tolist()


def parquet(path, **columns):
    """A Parquet file that says what ours says, with other columns."""
    pa = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    vectors = pa.array(MADE.vectors.tolist(), pa.list_(pa.float32(), 2))
    ours = {"video": NAMES, "start": MADE.start, "end": MADE.end, "embedding": vectors} | columns
    table = pa.table({name: column for name, column in ours.items() if column is not None})
    parquet.write_table(table.replace_schema_metadata({"vcop": json.dumps(MADE.about)}), path)
    return path


def lists(kind, size, values=MADE.vectors):
    pa = pytest.importorskip("pyarrow")
    return pa.array(np.asarray(values).tolist(), pa.list_(getattr(pa, kind)(), size))


@pytest.mark.parametrize(
    ("columns", "reason"),
    [
        (lambda: {"start": None}, 'Field "start" does not exist|start'),
        (lambda: {"embedding": None}, "embedding"),
        (lambda: {"video": [1, 2, 3]}, "its column video is int64, not string"),
        (lambda: {"start": ["a", "b", "c"]}, "its column start is string, not double"),
        (lambda: {"embedding": [1.0, 2.0, 3.0]}, "its column embedding is double, not fixed_size_list"),
        (lambda: {"embedding": lists("float32", -1)}, "its column embedding is list<"),
        (lambda: {"embedding": lists("float64", 2)}, "its column embedding is fixed_size_list.*double"),
        (lambda: {"embedding": lists("float32", 4, np.ones((3, 4)))}, r"its column embedding is .*\[4\], not .*\[2\]"),
        (lambda: {"embedding": lists("float32", 2, [[1, np.nan], [1, 2], [3, 4]])}, "a number is not finite"),
        (lambda: {"embedding": lists("float32", 2, [[1, 1e38], [1, 2], [3, 4]])}, "a number is not finite"),
        (lambda: {"embedding": lists("float32", 2, np.array([[1, 2], None, [3, 4]], object))}, "a cell is empty"),
        (lambda: {"embedding": lists("float32", 2, np.array([[1, None], [1, 2], [3, 4]], object))}, "a number is not finite"),
        (lambda: {"video": ["a", None, "c"]}, "a cell is empty"),
        (lambda: {"video": ["a", "b\n\x1b[2Jc", "c"]}, "a name holds a line break or another control character"),
        (lambda: {"start": [0.0, np.inf, 2.0]}, "a time is not finite, or a clip ends before it begins"),
        (lambda: {"start": [0.0, 9.0, 2.0]}, "a clip ends before it begins"),
        (lambda: {"start": [-1.0, 1.0, 2.0]}, "a clip ends before it begins"),
    ],
)
def test_a_parquet_file_with_other_columns_is_one_line(tmp_path, columns, reason):
    path = parquet(tmp_path / "e.parquet", **columns())
    with pytest.raises(ValueError, match=rf"e.parquet: no intact file of embeddings \(.*(?:{reason})") as refusal:
        read_embeddings(path)
    assert "\n" not in str(refusal.value)


def test_a_parquet_file_that_is_ours_but_for_its_columns_is_read(tmp_path):
    assert read_embeddings(parquet(tmp_path / "e.parquet")).video.tolist() == NAMES  # so the reasons above are the reasons


@pytest.mark.parametrize("ending", [".csv", ".parquet"])
def test_more_rows_than_the_memory_holds_are_not_read(tmp_path, ending, monkeypatch):
    """A small Parquet file can unpack to any size."""
    path = write(tmp_path / f"e{ending}")
    monkeypatch.setattr(embedding_checks.psutil, "virtual_memory", lambda: type("Memory", (), {"available": 95}))
    with pytest.raises(ValueError, match="its 3 rows need 0.0 GiB of memory, and 0.0 GiB are free"):
        read_embeddings(path)


def test_a_name_that_stands_in_many_rows_is_held_once(tmp_path):
    """A file of 200 kB that would otherwise unpack to 40 MB."""
    pytest.importorskip("pyarrow")
    rows = 2000
    block = ("x" * 20_000, np.zeros(rows), np.ones(rows), np.ones((rows, 1), np.float32))
    said = {key: value for key, value in MADE.about.items() if key not in ("file", "rows", "values")}
    write_embeddings(tmp_path / "e.parquet", iter([block]), rows, 1, said)
    assert (tmp_path / "e.parquet").stat().st_size < 2**20
    found = read_embeddings(tmp_path / "e.parquet")
    assert len({id(name) for name in found.video}) == 1


class Code:
    def __reduce__(self):
        return exec, ("open('canary', 'w')",)


@pytest.mark.parametrize(
    ("array", "reason"),
    [
        (np.array([Code(), Code()], object), "Array can't be memory-mapped: Python objects in dtype"),
        (np.ones((3, 2)), "it has not the 3 rows of 2 values"),
        (np.ones((2, 3), np.float32), "it has not the 3 rows of 2 values"),
        (np.array([[1, np.inf], [0, 0], [0, 0]], np.float32), "a number is not finite"),
    ],
)
def test_another_array_is_one_line_and_executes_nothing(tmp_path, monkeypatch, array, reason):
    monkeypatch.chdir(tmp_path)
    path = write(tmp_path / "e.npy")
    np.save(path, array, allow_pickle=True)
    with pytest.raises(ValueError, match=rf"e.npy: no intact file of embeddings \({reason}"):
        read_embeddings(path)
    assert not (tmp_path / "canary").exists()


def test_an_array_that_announces_more_than_the_file_holds_takes_no_memory(tmp_path):
    path = write(tmp_path / "e.npy")
    with open(path, "wb") as file:
        np.lib.format.write_array_header_1_0(file, {"descr": "<f4", "fortran_order": False, "shape": (2**40, 2)})
    with pytest.raises(ValueError, match=r"e.npy: no intact file of embeddings \(mmap length is greater than file size\)"):
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
