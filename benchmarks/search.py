"""Exact search in embeddings (``vcop search``), compared with libraries that search an index and may miss neighbours.

Vectors lie in clusters, as features do; each query is a row of its own. CPU seconds of one thread, so that other load matters less. Recall
is the share of the ten nearest rows that are found. "All pairs" is what ``vcop duplicates`` and ``vcop outliers`` compare, computed from
the time of two blocks.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from importlib.util import find_spec
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks import timing
from vcop.evaluation.nearest_neighbours import unit_rows
from vcop.sampling.seeding import generator
from vcop.search import similar
from vcop.search.embeddings import Embeddings

Vectors = NDArray[np.float32]
Search = Callable[[Vectors], NDArray[np.int64]]
K, QUERIES, CLUSTERS = 10, 20, 1000
EXACT = "vcop search, exact"


def main(words: list[str] | None = None) -> None:
    """Measure, and print the table."""
    parser = timing.parser("search", __doc__)
    parser.add_argument("--rows", type=int, default=1_000_000, help="Number of clips (default: %(default)s).")
    parser.add_argument("--values", type=int, default=64, help="Values of an embedding (default: %(default)s).")
    parser.add_argument("--ways", nargs="+", choices=list(WAYS), default=list(WAYS), help="Libraries to compare with.")
    arguments = parser.parse_args(words)
    vectors, queries = make(arguments.rows + QUERIES, arguments.values)
    rows: list[list[str]] = []
    exact = [_exact(query, vectors) for query in queries for _ in range(arguments.repeats)]
    expected = [found for _, found in exact[:: arguments.repeats]]
    rows.append([EXACT, "0", timing.spread([1000 * seconds for seconds, _ in exact]), "1"])
    rows += ([way, *_measured(way, vectors, queries, expected, arguments.repeats)] for way in arguments.ways)
    header = ("", "index, CPU s", "a query, CPU ms", f"recall of {K}")
    pairs, tenth = (_all_pairs(vectors, len(vectors) // part) for part in (1, 10))
    timing.publish(
        arguments,
        f"{len(vectors)} rows of {arguments.values} values in {CLUSTERS} clusters, {len(queries)} queries, one thread.",
        timing.table(header, rows),
        f"All pairs, computed: {timing.number(pairs)} CPU s; of a tenth of the rows, as with `--per video`, {timing.number(tenth)} CPU s.",
    )


def make(rows: int, values: int) -> tuple[Vectors, Vectors]:
    """Return vectors in clusters, and queries that are not among them."""
    rng = generator("benchmark search")
    centres = rng.standard_normal((CLUSTERS, values), np.float32)
    out = np.empty((rows, values), np.float32)
    for first in range(0, rows, 10_000):
        part = out[first : first + 10_000]
        part[:] = centres[rng.integers(CLUSTERS, size=len(part))] + rng.standard_normal(part.shape, np.float32)
    return out[QUERIES:], out[:QUERIES]


def _exact(query: Vectors, vectors: Vectors) -> tuple[float, NDArray[np.int64]]:
    """Return the CPU seconds of a search, and the rows found. Every row is a video of its own."""
    names = np.arange(len(vectors)).astype(object)
    found = Embeddings(names, np.zeros(len(vectors)), np.ones(len(vectors)), vectors)
    start = time.process_time()
    hits = similar.search(query, found, K)
    return time.process_time() - start, np.array([hit.row for hit in hits])


def _measured(way: str, vectors: Vectors, queries: Vectors, expected: list[NDArray[np.int64]], repeats: int) -> list[str]:
    """Return the cells of a library."""
    if not find_spec(way.split(",", maxsplit=1)[0]):
        return [f"not installed: `uv pip install {PACKAGES[way.split(',', maxsplit=1)[0]]}`", timing.NONE, timing.NONE]
    start = time.process_time()
    search = WAYS[way](unit_rows(vectors))
    built, times, recalls = time.process_time() - start, [], []
    for query, wanted in zip(unit_rows(queries), expected, strict=True):
        for _ in range(repeats):
            start = time.process_time()
            found = search(query[None])
            times.append(1000 * (time.process_time() - start))
        recalls.append(len(set(found.tolist()) & set(wanted.tolist())) / K)
    return [timing.number(built), timing.spread(times), f"{np.mean(recalls):.3f}"]


def _ivf(vectors: Vectors) -> Search:
    """Search the rows of the 16 nearest of 1024 cells."""
    import faiss

    faiss.omp_set_num_threads(1)
    quantizer = faiss.IndexFlatIP(vectors.shape[1])
    index = faiss.IndexIVFFlat(quantizer, vectors.shape[1], min(1024, len(vectors) // 40), faiss.METRIC_INNER_PRODUCT)
    index.train(vectors[:50_000])
    index.add(vectors)
    index.nprobe = 16
    return lambda query: index.search(query, K)[1][0]


def _hnsw(vectors: Vectors) -> Search:
    """Search a graph of neighbours, with the library's own settings."""
    from usearch.index import Index

    index = Index(ndim=vectors.shape[1], metric="ip", dtype="f32")
    index.add(np.arange(len(vectors)), vectors, threads=1)
    return lambda query: np.asarray(index.search(query[0], K, threads=1).keys).astype(np.int64)


def _all_pairs(vectors: Vectors, rows: int) -> float:
    """Return the CPU seconds in which all pairs of so many rows are compared, from those of two blocks, which are three comparisons."""
    few = vectors[: 2 * similar.BLOCK]
    found = Embeddings(np.arange(len(few)).astype(object), np.zeros(len(few)), np.ones(len(few)), few)
    times = []
    for _ in range(3):
        start = time.process_time()
        similar.outliers(found, K)
        times.append(time.process_time() - start)
    blocks = rows / similar.BLOCK
    return min(times) / 3 * blocks * (blocks + 1) / 2


PACKAGES = {"faiss": "faiss-cpu", "usearch": "usearch"}
WAYS: dict[str, Callable[[Vectors], Any]] = {"faiss, IVF": _ivf, "usearch, HNSW": _hnsw}


if __name__ == "__main__":
    main()
