"""Files of embeddings: Parquet, NumPy with a table beside it, or CSV, by the ending of the name.

::

    FILE.parquet    columns video, start, end, embedding; what the file says of itself is in the metadata, key "vcop"
    FILE.npy        float32 (rows, values); FILE.npy.rows.csv has the columns video, start, end
    FILE.csv        columns video, start, end, e0, e1, ...

Beside .npy and .csv, FILE.npy.json and FILE.csv.json say what Parquet says in its metadata. They are written last: without them the
files are incomplete.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from vcop.runtime.atomic_files import atomic_write, require_existing, write_text
from vcop.search.embedding_checks import KIND, check_about, require_consistent, require_memory_of_rows
from vcop.search.embeddings import Block, Embeddings, Vectors, gather

ENDINGS = (".parquet", ".npy", ".csv")
COLUMNS = ["video", "start", "end"]
ROWS = ".rows.csv"  # ending of the table beside an array, after its name
INSTALL = "Parquet needs pyarrow: pip install 'vcop[embed]', or choose a name that ends in .npy or .csv"


def beside_of(path: Path, ending: str) -> Path:
    """Return the path of a file beside: with a further ending, so that no other file of embeddings has it."""
    return path.with_name(path.name + ending)


def require_format(path: Path) -> None:
    """Raise ValueError if a file of this name cannot be written: an unknown ending, or Parquet without pyarrow."""
    if path.suffix not in ENDINGS:
        raise ValueError(f"{path}: the name has to end in one of {', '.join(ENDINGS)}")
    if path.suffix == ".parquet":
        _pyarrow(path)


def write_embeddings(path: Path, blocks: Iterable[Block], rows: int, values: int, about: dict[str, Any]) -> None:
    """Write a file of embeddings, one video after another, so that memory stays small.

    Args:
        path: File to write; its ending says the format.
        blocks: Rows of each video.
        rows: Number of rows of all blocks.
        values: Number of values of a row.
        about: What the file says of itself.
    """
    require_format(path)
    said = {"file": KIND, "rows": rows, "values": values} | about
    if path.suffix == ".parquet":
        _write_parquet(path, blocks, said)
        return
    beside = beside_of(path, ".json")
    beside.unlink(missing_ok=True)
    if path.suffix == ".csv":
        header = [*COLUMNS, *(f"e{i}" for i in range(values))]
        _write_table(path, header, ((*row[:3], *row[3].tolist()) for row in _rows(blocks)))
    else:
        _write_array(path, blocks, rows, values)
    write_text(beside, json.dumps(said, indent=1) + "\n")


def _rows(blocks: Iterable[Block]) -> Iterator[tuple[str, float, float, Vectors]]:
    for video, start, end, vectors in blocks:
        for row in zip(start.tolist(), end.tolist(), vectors, strict=True):
            yield video, *row


def _write_table(path: Path, header: list[str], rows: Iterable[tuple[Any, ...]]) -> None:
    with atomic_write(path) as unfinished, open(unfinished, "w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([header])
        csv.writer(file, lineterminator="\n").writerows(rows)


def _write_array(path: Path, blocks: Iterable[Block], rows: int, values: int) -> None:
    """Write an array row by row, and the table of its rows."""
    with atomic_write(path) as unfinished, open(unfinished, "wb") as file:
        layout = {"descr": "<f4", "fortran_order": False, "shape": (rows, values)}
        np.lib.format.write_array_header_1_0(file, layout)  # type: ignore[no-untyped-call]

        def table() -> Iterator[tuple[Any, ...]]:
            for video, start, end, vector in _rows(blocks):
                file.write(vector.astype("<f4").tobytes())
                yield video, start, end

        _write_table(beside_of(path, ROWS), COLUMNS, table())


def _write_parquet(path: Path, blocks: Iterable[Block], about: dict[str, Any]) -> None:
    pa = _pyarrow(path)
    schema = _columns(pa, about["values"]).with_metadata({"vcop": json.dumps(about)})
    with atomic_write(path) as unfinished, pa.parquet.ParquetWriter(unfinished, schema) as writer:
        for group in _groups(blocks):
            video, start, end, vectors = group.video, group.start, group.end, group.vectors
            flat = pa.FixedSizeListArray.from_arrays(pa.array(vectors.ravel()), about["values"])
            writer.write_table(pa.table([pa.array(video, pa.string()), start, end, flat], schema=schema))


def _columns(pa: Any, values: int) -> Any:
    """Return the schema of a Parquet file of embeddings."""
    vector = pa.list_(pa.float32(), values)
    return pa.schema([("video", pa.string()), ("start", pa.float64()), ("end", pa.float64()), ("embedding", vector)])


def _groups(blocks: Iterable[Block], rows: int = 10_000) -> Iterator[Embeddings]:
    """Collect blocks into groups of about ``rows`` rows: a Parquet file of many small groups is slow."""
    waiting: list[Block] = []
    for block in blocks:
        waiting.append(block)
        if sum(len(vectors) for *_, vectors in waiting) >= rows:
            yield gather(waiting, {})
            waiting = []
    if waiting:
        yield gather(waiting, {})


def _pyarrow(path: Path) -> Any:
    """Import pyarrow. Raises ValueError in one line that says how to install it."""
    try:
        import pyarrow as pa
        import pyarrow.parquet
    except ImportError:
        raise ValueError(f"{path}: {INSTALL}") from None
    assert pyarrow.parquet
    return pa


def read_embeddings(path: str | Path) -> Embeddings:
    """Read a file of embeddings.

    Raises:
        ValueError: The file is missing, incomplete or damaged, or no file of embeddings.
    """
    path = require_existing(path, "the file of embeddings (made by `vcop embed`)")
    require_format(path)
    try:
        found = _read_parquet(path) if path.suffix == ".parquet" else _read_beside(path)
        require_consistent(found)
    except (ValueError, KeyError, TypeError, IndexError, EOFError, RecursionError, OverflowError, csv.Error) as problem:
        text = " ".join(str(problem).split())
        raise ValueError(f"{path}: no intact file of embeddings ({text:.200}): run `vcop embed` again") from None
    return found


def _read_parquet(path: Path) -> Embeddings:
    pa = _pyarrow(path)
    try:
        file = pa.parquet.ParquetFile(path)
        about = check_about(json.loads((file.schema_arrow.metadata or {}).get(b"vcop", b"{}")))
        # All of this before memory is taken: a small file can announce any number of rows.
        if file.metadata.num_rows != about["rows"]:
            raise ValueError(f"it has {file.metadata.num_rows} rows and announces {about['rows']}")
        for field in _columns(pa, about["values"]):
            if (found := file.schema_arrow.field(field.name).type) != field.type:
                raise ValueError(f"its column {field.name} is {found!s:.60}, not {field.type}")
        require_memory_of_rows(about)
        # Names as a dictionary: one that stands in a million rows is held once.
        table = pa.parquet.ParquetFile(path, read_dictionary=["video"]).read([*COLUMNS, "embedding"])
    except (OSError, MemoryError) as problem:  # of these types are pyarrow's own errors of damaged files, too
        raise ValueError(str(problem)) from None
    if any(table[name].null_count for name in (*COLUMNS, "embedding")):
        raise ValueError("a cell is empty")
    names = table["video"].combine_chunks()
    vectors = table["embedding"].combine_chunks().flatten().to_numpy(zero_copy_only=False).reshape(-1, about["values"])
    video = np.array(names.dictionary.to_pylist(), object)[names.indices.to_numpy()]
    return Embeddings(video, table["start"].to_numpy(), table["end"].to_numpy(), vectors, about)


def _read_beside(path: Path) -> Embeddings:
    """Read .npy or .csv and what lies beside it."""
    beside = beside_of(path, ".json")
    if not beside.is_file():
        raise ValueError(f"{beside.name} is not there, which is written last")
    about = check_about(json.loads(beside.read_text(encoding="utf-8")))
    is_table = path.suffix == ".csv"
    table = path if is_table else beside_of(path, ROWS)
    # Before memory is taken: a row has a comma for each value, and the times of a row have three characters at least.
    if table.stat().st_size < about["rows"] * (about["values"] if is_table else 3):
        raise ValueError(f"{table.name} is too small for {about['rows']} rows")
    if is_table:
        require_memory_of_rows(about)
    vectors = np.empty((about["rows"], about["values"]), np.float32) if is_table else _map_array(path)
    times = np.empty((about["rows"], 2))
    names: list[str] = []
    with open(table, encoding="utf-8", newline="") as file:
        lines = csv.reader(file)
        width = len(next(lines, []))
        for number, line in enumerate(lines):
            if len(line) != width or width < 3:
                raise ValueError(f"row {number + 1} of {table.name} has {len(line)} cells")
            names.append(line[0])  # one row too many ends with an IndexError below
            times[number] = [float(cell) for cell in line[1:3]]
            if is_table:
                vectors[number] = [float(cell) for cell in line[3:]]
    return Embeddings(np.array(names, object), times[:, 0], times[:, 1], vectors, about)


def _map_array(path: Path) -> Vectors:
    """Return an array that is read from the disk when it is used. Raises ValueError if the file is too small for it."""
    array: Vectors = np.load(path, mmap_mode="r", allow_pickle=False)
    return array
