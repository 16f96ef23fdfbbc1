"""Functions that all benchmarks share: repeats in turns, ratios with their range, Markdown, description of the machine."""

from __future__ import annotations

import argparse
import datetime as dt
import os
import platform
import resource
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from statistics import median
from typing import Self

from vcop.runtime.process_pool import available_cores
from vcop.runtime.processor import cpu_model, instruction_sets

RESULTS = Path(__file__).parent / "results"
FLAGS = ("avx2", "avx512f", "avx512_bf16", "amx_bf16")  # CPU features whose absence is worth a word
NONE = "–"


def parser(name: str, about: str | None) -> argparse.ArgumentParser:
    """Return a parser with the flags that every benchmark has."""
    out = argparse.ArgumentParser(
        prog=f"python -m benchmarks.{name}", description=about, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    out.add_argument(
        "--repeats", type=int, default=3, help="Number of times everything is measured, in turns (default: %(default)s)."
    )
    out.add_argument(
        "--out", type=Path, default=RESULTS / f"{name}.md", help="File to write the table into, too (default: %(default)s)."
    )
    return out


def interleaved(ways: Mapping[str, Callable[[], float]], repeats: int) -> dict[str, list[float]]:
    """Call each way ``repeats`` times and return its values. The ways take turns, so that other load affects all alike."""
    found: dict[str, list[float]] = {name: [] for name in ways}
    for turn in range(repeats):
        for name in list(ways)[:: -1 if turn % 2 else 1]:
            found[name].append(ways[name]())
    return found


def number(value: float) -> str:
    """Return a number with three significant digits."""
    return f"{value:.0f}" if abs(value) >= 100 else f"{value:.3g}"


def spread(values: Sequence[float]) -> str:
    """Return the median and the range, as in ``12.3 (11.9..12.8)``; a single value is returned alone."""
    if not values:
        return NONE
    range_ = f" ({number(min(values))}..{number(max(values))})" if len(values) > 1 else ""
    return number(median(values)) + range_


def ratio(ours: Sequence[float], theirs: Sequence[float]) -> str:
    """Return the ratio of ours to theirs, computed for each turn, as in ``31.2× (29.8..33.0)``."""
    times = [a / b for a, b in zip(ours, theirs, strict=True)]
    whole, _, range_ = spread(times).partition(" ")
    return f"{whole}× {range_}".rstrip()


def table(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return a Markdown table whose columns are aligned to the right, except the first."""
    lines = [header, ["---", *["---:"] * (len(header) - 1)], *rows]
    return "\n".join(f"| {' | '.join(map(str, line))} |" for line in lines)


def machine() -> str:
    """Return a description of the machine, and the date, in one line."""
    have = instruction_sets()
    missing = [flag for flag in FLAGS if flag not in have]
    without = f"; no {', '.join(missing)}" if missing else ""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    parts = [
        f"{cpu_model()}, {available_cores()} cores ({', '.join(have)}{without})",
        f"{memory:.0f} GiB",
        f"Python {platform.python_version()}, PyTorch {version('torch')}, NumPy {version('numpy')}",
        f"load {os.getloadavg()[0]:.1f} at the end",
        f"{dt.datetime.now(dt.UTC).date()}",
    ]
    return "; ".join(parts)


def publish(arguments: argparse.Namespace, *parts: str) -> None:
    """Print paragraphs and tables below a line about the machine, and write them to a file."""
    text = "\n\n".join([f"*{machine()}*", *parts]) + "\n"
    print(text)
    arguments.out.parent.mkdir(parents=True, exist_ok=True)
    arguments.out.write_text(text)


class Spent:
    """Context manager that measures the wall and CPU seconds of a block, including children that end within it."""

    def __enter__(self) -> Self:
        self._before = self._now()
        return self

    def __exit__(self, *problem: object) -> None:
        self.wall, self.cpu = (b - a for a, b in zip(self._before, self._now(), strict=True))

    def _now(self) -> tuple[float, float]:
        used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
        return time.perf_counter(), sum(u.ru_utime + u.ru_stime for u in used)
