"""Inputs of the benchmarks: synthetic videos of UCF101's size and length, or given videos, and their frame stores."""

from __future__ import annotations

import argparse
import contextlib
import sys
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from itertools import repeat
from pathlib import Path
from tempfile import TemporaryDirectory

from vcop import cli
from vcop.config.data_options import FrameOptions, SynthesiseOptions
from vcop.config.fields import flags
from vcop.datasets.splits import SPLITS
from vcop.preparation.synthetic import generator as videos_generator
from vcop.runtime.atomic_files import write_text
from vcop.runtime.process_pool import available_cores
from vcop.sampling.seeding import generator
from vcop.storage.frame_store import FrameStore

SUFFIXES = {".avi", ".mp4", ".mkv", ".webm", ".mov"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the flags that choose the videos."""
    parser.add_argument(
        "--videos", type=Path, help="Directory of videos, one sub-directory per class, in place of synthetic ones."
    )
    parser.add_argument("--count", type=int, default=24, help="Number of synthetic videos (default: %(default)s).")
    parser.add_argument(
        "--longest", type=int, default=308, help="Most frames of a synthetic video (UCF101's mean: 187; at least 66)."
    )
    parser.add_argument(
        "--size", type=int, nargs=2, default=(240, 320), metavar=("HEIGHT", "WIDTH"), help="Pixels of a synthetic frame."
    )


@contextlib.contextmanager
def videos(arguments: argparse.Namespace) -> Iterator[tuple[Path, Path]]:
    """Yield a scratch folder, and the folder of the videos."""
    with TemporaryDirectory(prefix="vcop-benchmark-") as scratch:
        yield Path(scratch), arguments.videos or _synthetic(Path(scratch) / "videos", arguments)


def _synthetic(folder: Path, arguments: argparse.Namespace) -> Path:
    height, width = arguments.size
    options = SynthesiseOptions(video_height=height, video_width=width)
    motions = videos_generator.CLASSES["ucf101"]
    rng = generator("benchmark")
    items = [
        videos_generator.SyntheticVideo("ucf101", motions[i % len(motions)], i // len(motions) + 1, 1, int(n))
        for i, n in enumerate(rng.integers(66, arguments.longest + 1, arguments.count))
    ]
    with ProcessPoolExecutor(available_cores()) as pool:
        list(pool.map(videos_generator.make_video, items, repeat(folder), repeat(options)))
    return folder


def files(folder: Path) -> list[Path]:
    """Return the videos below a folder, as class/file."""
    found = sorted(p.relative_to(folder) for p in folder.glob("*/*") if p.suffix.lower() in SUFFIXES)
    if not found:
        raise SystemExit(f"{folder}: no video (class/file with one of {', '.join(sorted(SUFFIXES))}) is there")
    return found


def lists(folder: Path, out: Path) -> Path:
    """Write lists in UCF101's layout in which every video is a training video; return their folder."""
    names = files(folder)
    classes = sorted({name.parts[0] for name in names})
    write_text(out / "classInd.txt", "".join(f"{i} {name}\n" for i, name in enumerate(classes, 1)))
    for split in SPLITS:
        lines = "".join(f"{name.as_posix()} {classes.index(name.parts[0]) + 1}\n" for name in names)
        write_text(out / f"trainlist0{split}.txt", lines)
        write_text(out / f"testlist0{split}.txt", "")
    return out


def command(folder: Path, scratch: Path, options: FrameOptions, processes: int) -> list[str]:
    """Return the words after ``vcop`` that decode all videos of a folder into ``scratch``."""
    out = scratch / f"{options.codec}.h5"
    where = ("--videos", folder, "--lists", lists(folder, scratch / "lists"), "--out", out)
    more = ("--digest", out.with_suffix(".digest"), "--unreadable", out.with_suffix(".csv"))
    allowed = ("--allow-unreadable", len(files(folder)), "--processes", processes)
    return [*map(str, ("decode", "--dataset", "ucf101", *where, *more, *allowed)), *flags(options).split()]


def store(folder: Path, scratch: Path, options: FrameOptions) -> FrameStore:
    """Decode all videos of a folder, and return the frame store."""
    with contextlib.redirect_stdout(sys.stderr):
        if cli.main(command(folder, scratch, options, available_cores())):
            raise SystemExit(1)
    return FrameStore(scratch / f"{options.codec}.h5", options)
