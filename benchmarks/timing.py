"""What the benchmarks share: repeats in turns, ratios with their range, Markdown, and what machine it was."""

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

RESULTS = Path(__file__).parent / "results"
FLAGS = ("avx2", "avx512f", "avx512_bf16", "amx_bf16")  # of a CPU that decide how fast networks are on it
NONE = "–"


def parser(name: str, about: str | None) -> argparse.ArgumentParser:
    """A parser with the flags that every benchmark has."""
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
    """What each way returns, ``repeats`` times in turns, so that whatever else the machine does meets all of them alike."""
    found: dict[str, list[float]] = {name: [] for name in ways}
    for turn in range(repeats):
        for name in list(ways)[:: -1 if turn % 2 else 1]:
            found[name].append(ways[name]())
    return found


def number(value: float) -> str:
    """Three digits that count."""
    return f"{value:.0f}" if abs(value) >= 100 else f"{value:.3g}"


def spread(values: Sequence[float]) -> str:
    """The median and the range: ``12.3 (11.9..12.8)``; the number alone where there is one."""
    if not values:
        return NONE
    range_ = f" ({number(min(values))}..{number(max(values))})" if len(values) > 1 else ""
    return number(median(values)) + range_


def ratio(ours: Sequence[float], theirs: Sequence[float]) -> str:
    """How many times theirs, turn by turn: ``31.2× (29.8..33.0)``."""
    times = [a / b for a, b in zip(ours, theirs, strict=True)]
    whole, _, range_ = spread(times).partition(" ")
    return f"{whole}× {range_}".rstrip()


def table(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A Markdown table, numbers to the right of the first column."""
    lines = [header, ["---", *["---:"] * (len(header) - 1)], *rows]
    return "\n".join(f"| {' | '.join(map(str, line))} |" for line in lines)


def machine() -> str:
    """The machine and the day, in one line."""
    have = flags()
    missing = [flag for flag in FLAGS if flag not in have]
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    parts = [
        f"{_cpuinfo().get('model name', platform.processor())}, {cores()} cores ({', '.join(have)}; no {', '.join(missing)})",
        f"{memory:.0f} GiB",
        f"Python {platform.python_version()}, PyTorch {version('torch')}, NumPy {version('numpy')}",
        f"load {os.getloadavg()[0]:.1f} at the end",
        f"{dt.datetime.now(dt.UTC).date()}",
    ]
    return "; ".join(parts)


def flags() -> list[str]:
    """Those of FLAGS that the CPU has."""
    return [flag for flag in FLAGS if flag in _cpuinfo().get("flags", "").split()]


def _cpuinfo() -> dict[str, str]:
    """Of the last core."""
    path = Path("/proc/cpuinfo")
    lines = path.read_text().splitlines() if path.exists() else []
    return {key.strip(): value.strip() for key, _, value in (line.partition(":") for line in lines)}


def cores() -> int:
    """That this process may use."""
    return len(os.sched_getaffinity(0))


def publish(arguments: argparse.Namespace, *parts: str) -> None:
    """Print the parts, paragraphs or tables, and keep them, the machine first."""
    text = "\n\n".join([f"*{machine()}*", *parts]) + "\n"
    print(text)
    arguments.out.parent.mkdir(parents=True, exist_ok=True)
    arguments.out.write_text(text)


class Spent:
    """Wall and CPU seconds of a block: of this process and of its children that have ended meanwhile."""

    def __enter__(self) -> Self:
        self._before = self._now()
        return self

    def __exit__(self, *problem: object) -> None:
        self.wall, self.cpu = (b - a for a, b in zip(self._before, self._now(), strict=True))

    def _now(self) -> tuple[float, float]:
        used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
        return time.perf_counter(), sum(u.ru_utime + u.ru_stime for u in used)
