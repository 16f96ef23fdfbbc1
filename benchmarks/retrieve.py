"""Nearest neighbours by cosine: ours, compared with the plain matrix product, faiss and the method of the published code.

Ours is `vcop.evaluation.nearest_neighbours`. The plain product is the arithmetic alone: the same blocks of rows are scaled
before, multiplied, and the result is discarded. All rows are in memory when the clock starts. The published code holds all
distances and sorts each row completely (with scikit-learn's cosine distances, or with NumPy if it is not installed). Each runs
in its own process, which measures its peak memory, and reads the same files. All must find the same neighbours, except where two
similarities are equal up to the rounding of fp32.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks import timing
from vcop.evaluation.nearest_neighbours import HELD, nearest_neighbours, unit_rows
from vcop.runtime.process_pool import available_cores
from vcop.sampling.seeding import generator

Array = NDArray[Any]
OURS, PRODUCT, PUBLISHED = "vcop", "matrix product alone", "all distances, full sort"
DEPTH = 50
PAPERS = (37830, 95370, 9216)  # ten clips of UCF101's 3,783 test and 9,537 training videos; values of a feature
LIBRARIES = {"faiss": "faiss", PUBLISHED: "sklearn.metrics.pairwise"}
ROUNDING = 1e-6  # error of a cosine in fp32


def main(words: list[str] | None = None) -> None:
    """Measure all ways, and print the table; with ``--way``, run this way only."""
    parser = timing.parser("retrieve", __doc__)
    parser.add_argument("--queries", type=int, default=3000)
    parser.add_argument("--gallery", type=int, default=6000)
    parser.add_argument("--values", type=int, default=PAPERS[2], help="Values of a feature.")
    parser.add_argument("--block", type=int, default=4096, help="Rows of a block, as retrieve.block_rows.")
    parser.add_argument(
        "--papers",
        action="store_true",
        help=f"Sizes of the papers, {PAPERS}: once, ours and the product alone, a quarter of an hour.",
    )
    parser.add_argument("--threads", type=int, default=available_cores())
    parser.add_argument("--way", help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args(words)
    if arguments.way:
        one(arguments)
        return
    if arguments.papers:
        arguments.queries, arguments.gallery, arguments.values = PAPERS
        arguments.repeats = 1
    with TemporaryDirectory(prefix="vcop-benchmark-") as folder:
        arguments.folder = Path(folder)
        make(arguments.folder, arguments.queries, arguments.gallery, arguments.values)
        names = [OURS, PRODUCT] if arguments.papers else list(WAYS)
        lacking = {
            name: f"not installed: `uv pip install {name}-cpu`" for name in names if name == "faiss" and not find_spec(name)
        }
        names = [name for name in names if name not in lacking]
        said: dict[str, list[dict[str, float]]] = {name: [] for name in names}
        seconds = timing.interleaved(
            {name: partial(_started, arguments, name, said[name]) for name in names}, arguments.repeats
        )
        same = {name: compare(arguments.folder, name) for name in names if name not in {OURS, PRODUCT}}
    timing.publish(arguments, *_report(arguments, seconds, said, same, lacking))


def make(folder: Path, queries: int, gallery: int, values: int) -> None:
    """Write features like those of a network: not negative, in a hundred clusters."""
    rng = generator("benchmark features")
    kinds = rng.random((100, values), np.float32)
    for name, count in (("queries", queries), ("gallery", gallery)):
        out = np.lib.format.open_memmap(folder / f"{name}.npy", "w+", np.float32, (count, values))
        for i in range(0, count, 1000):
            rows = out[i : i + 1000]
            rows[:] = np.maximum(kinds[rng.integers(100, size=len(rows))] + rng.standard_normal(rows.shape, np.float32), 0)
        out.flush()


def _started(arguments: argparse.Namespace, way: str, said: list[dict[str, float]]) -> float:
    """Run one way in a new process, and return its seconds."""
    threads = str(arguments.threads)
    variables = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), threads)
    command = [sys.executable, "-m", "benchmarks.retrieve", "--way", way, "--folder", str(arguments.folder)]
    done = subprocess.run(
        [*command, "--block", str(arguments.block)],
        env=os.environ | variables, cwd=Path(__file__).parents[1], stdout=subprocess.PIPE, text=True, check=True,
    )  # fmt: skip
    said.append(json.loads(done.stdout))
    return said[-1]["seconds"]


def one(arguments: argparse.Namespace) -> None:
    """Run one way in this process; print its seconds and memory, and write the neighbours to a file."""
    q, g = (np.load(arguments.folder / f"{name}.npy") for name in ("queries", "gallery"))  # reading is not timed
    if (library := LIBRARIES.get(arguments.way)) and find_spec(library.partition(".")[0]):
        import_module(library)  # its own memory is not counted
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    seconds, found = WAYS[arguments.way](q, g, arguments.block)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    if found is not None:
        np.save(arguments.folder / f"{arguments.way}.npy", found)
    print(json.dumps({"seconds": seconds, "mib": (peak - before) / 1024}))


def _vcop(q: Array, g: Array, block: int) -> tuple[float, Array | None]:
    start = time.perf_counter()
    found = np.concatenate(list(nearest_neighbours(lambda i, j: q[i:j], len(q), lambda i, j: g[i:j], len(g), DEPTH, block)))
    return time.perf_counter() - start, found


def _product(q: Array, g: Array, block: int) -> tuple[float, Array | None]:
    """Multiply only: reading and scaling are not timed."""
    seconds = 0.0
    for i in range(0, len(q), HELD * block):
        held = [unit_rows(q[j : j + block]) for j in range(i, min(i + HELD * block, len(q)), block)]
        for j in range(0, len(g), block):
            rows = unit_rows(g[j : j + block])
            start = time.perf_counter()
            for a in held:
                a @ rows.T
            seconds += time.perf_counter() - start
    return seconds, None


def _faiss(q: Array, g: Array, block: int) -> tuple[float, Array | None]:
    import faiss

    start = time.perf_counter()
    index = faiss.IndexFlatIP(g.shape[1])
    index.add(unit_rows(np.asarray(g)))
    found = index.search(unit_rows(np.asarray(q)), DEPTH)[1]
    return time.perf_counter() - start, found


def _published(q: Array, g: Array, block: int) -> tuple[float, Array | None]:
    distances: Callable[[Array, Array], Array]
    if find_spec("sklearn"):
        from sklearn.metrics.pairwise import cosine_distances as distances
    else:
        distances = _distances
    start = time.perf_counter()
    found = np.argsort(distances(np.asarray(q), np.asarray(g)), axis=1)[:, :DEPTH]
    return time.perf_counter() - start, found


def _distances(q: Array, g: Array) -> Array:
    return 1 - unit_rows(q) @ unit_rows(g).T


WAYS: dict[str, Callable[[Array, Array, int], tuple[float, Array | None]]] = {
    OURS: _vcop,
    PRODUCT: _product,
    "faiss": _faiss,
    PUBLISHED: _published,
}


def compare(folder: Path, way: str) -> str:
    """Return for how many queries a way finds our neighbours. Raises ValueError if others differ by more than rounding."""
    ours, theirs = (np.load(folder / f"{name}.npy") for name in (OURS, way))
    q, g = (np.load(folder / f"{name}.npy", mmap_mode="r") for name in ("queries", "gallery"))
    different = np.flatnonzero((ours != theirs).any(axis=1))
    for row in different:
        columns = np.flatnonzero(ours[row] != theirs[row])
        query = q[row].astype(np.float64)
        near = [g[found[row, columns]].astype(np.float64) for found in (ours, theirs)]
        cosines = [rows @ query / np.linalg.norm(rows, axis=1) / np.linalg.norm(query) for rows in near]
        if (gap := np.abs(cosines[0] - cosines[1]).max()) > ROUNDING:
            raise ValueError(f"{way}: query {row} has other neighbours than ours (cosines differ by {gap:.1e})")
    return f"{len(ours) - len(different)} of {len(ours)}" + (", the rest by rounding" if len(different) else "")


def _report(
    arguments: argparse.Namespace, seconds: dict[str, list[float]], said: dict[str, list[dict[str, float]]],
    same: dict[str, str], lacking: dict[str, str],
) -> list[str]:  # fmt: skip
    rows = []
    for name, times in seconds.items():
        of_product = timing.ratio(seconds[PRODUCT], times)
        against = timing.ratio(seconds[PUBLISHED], times) if PUBLISHED in seconds else timing.NONE
        memory = [of["mib"] for of in said[name]]
        asked = "0.95×" if name == OURS else ""
        rows.append(
            [name, timing.spread(times), of_product, against, timing.spread(memory), same.get(name, timing.NONE), asked]
        )
    rows += [[name, why, *[""] * 5] for name, why in lacking.items()]
    header = ("", "seconds", "× the product alone", "× the published way", "MiB", f"same {DEPTH} nearest as vcop", "asked")
    sizes = f"{arguments.queries} queries, {arguments.gallery} in the gallery, {arguments.values} values"
    work = 2 * arguments.queries * arguments.gallery * arguments.values
    about = f"{sizes} ({work / 1e12:.2g} TFLOP), {arguments.threads} threads, blocks of {arguments.block}."
    return [about, timing.table(header, rows), _memory(arguments.block)]


def _memory(block: int) -> str:
    """Return a sentence with the computed memory of ours and of the published method at the papers' size."""
    queries, gallery, values = PAPERS
    ours = (HELD + 2) * block * values * 4 + block * block * 4
    theirs = (queries + gallery) * values * 4 + queries * gallery * (4 + 8)  # fp32 distances, int64 order
    share = f"{ours / theirs:.3f}× (asked: 0.1×)"
    return (
        f"At the papers' size ({queries} x {gallery} x {values}), computed: vcop {ours / 2**30:.1f} GiB, "
        f"{PUBLISHED} {theirs / 2**30:.0f} GiB with its features; {share}."
    )


if __name__ == "__main__":
    main()
