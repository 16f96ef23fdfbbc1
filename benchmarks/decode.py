"""Speed of ``vcop decode``, compared with ffmpeg alone: videos per second of CPU time, including the start of all processes.

ffmpeg decodes each video in a process with one thread and discards the frames, first without our scaling, then with it.
``vcop decode`` also reads the frames through a pipe, encodes, checksums and writes them, and copies all into one store.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

from benchmarks import made, timing
from vcop.config.data_options import FrameOptions
from vcop.runtime.process_pool import available_cores
from vcop.video import ffmpeg

SCALE = ("-vf", "scale={0.width}:{0.height}:flags=bilinear+accurate_rnd+full_chroma_int+bitexact", "-pix_fmt", "rgb24")


def main(words: list[str] | None = None) -> None:
    """Measure, and print the table."""
    parser = timing.parser("decode", __doc__)
    made.add_arguments(parser)
    arguments = parser.parse_args(words)
    with made.videos(arguments) as (scratch, folder):
        names = made.files(folder)
        ways = _ways(folder, scratch)
        spent: dict[str, list[timing.Spent]] = {name: [] for name in ways}
        timing.interleaved({name: partial(_timed, way, spent[name]) for name, way in ways.items()}, arguments.repeats)
        frames = sum(v.count for v in made.FrameStore(scratch / "jpeg.h5").videos)
    timing.publish(arguments, *_report(spent, len(names), frames))


def _ways(folder: Path, scratch: Path) -> dict[str, Callable[[], None]]:
    options = FrameOptions()
    scale = [word.format(options) for word in SCALE]
    ways = {
        "ffmpeg to null": partial(_ffmpeg, folder, []),
        "ffmpeg to null, scaled": partial(_ffmpeg, folder, scale),
    }
    for codec in ("jpeg", "raw"):
        ways[f"vcop decode, {codec}"] = partial(_vcop, folder, scratch, FrameOptions(codec=codec), 1)
    if available_cores() > 1:
        ways[f"vcop decode, jpeg, {available_cores()} at a time"] = partial(_vcop, folder, scratch, options, available_cores())
    return ways


def _timed(way: Callable[[], None], spent: list[timing.Spent]) -> float:
    with timing.Spent() as of:
        way()
    spent.append(of)
    return of.cpu


def _ffmpeg(folder: Path, more: list[str]) -> None:
    for name in made.files(folder):
        where = ("-threads", "1", "-i", f"file:{folder / name}")
        command = [ffmpeg.executable(), "-nostdin", "-loglevel", "error", *where, *more, "-f", "null", "-"]
        subprocess.run(command, check=False)


def _vcop(folder: Path, scratch: Path, options: FrameOptions, processes: int) -> None:
    words = made.command(folder, scratch, options, processes)
    subprocess.run([sys.executable, "-m", "vcop", *words], check=True, stdout=subprocess.DEVNULL)


def _report(spent: dict[str, list[timing.Spent]], videos: int, frames: int) -> list[str]:
    best = [videos / of.cpu for of in spent["ffmpeg to null"]]
    rows = []
    for name, blocks in spent.items():
        speed = [videos / of.cpu for of in blocks]
        wall = [videos / of.wall for of in blocks]
        a_frame = [1e6 * of.cpu / frames for of in blocks]
        rows.append([name, timing.spread(speed), timing.ratio(speed, best), timing.spread(wall), timing.spread(a_frame)])
    header = ("", "videos/s a core", "of ffmpeg's own", "videos/s, wall", "CPU µs a frame")
    return [f"{videos} videos, {frames} frames.", timing.table(header, rows)]


if __name__ == "__main__":
    main()
