"""Speed and memory of ``vcop embed`` on the CPU, at the embedded study's size.

Speed: beside ``vcop decode`` of the same videos. Both decode every frame of such short videos, in as many processes as there are cores;
``vcop embed`` also runs a network (R3D). Both are run with one video, too, which is what starting them costs: importing PyTorch takes
``vcop embed`` seconds, whatever follows. Memory: the most that ``vcop embed`` holds with growing numbers of small videos.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from functools import partial
from pathlib import Path
from statistics import median

from benchmarks import made, timing
from vcop.config.data_options import FrameOptions
from vcop.config.fields import identity
from vcop.config.options import InputOptions, NetworkOptions
from vcop.networks.registry import build_backbone
from vcop.runtime.process_pool import available_cores
from vcop.storage.weights import save_weights

FRAMES = FrameOptions(height=24, width=32)  # of the embedded study, as the two below
INPUT = InputOptions(crop=20, frame_stride=2)
NETWORK = NetworkOptions(multiplier=0.125)
DECODE, EMBED = "vcop decode", "vcop embed"
ASKED = "1.3×"


def main(words: list[str] | None = None) -> None:
    """Measure, and print the table."""
    parser = timing.parser("embed", __doc__)
    made.add_arguments(parser)
    parser.set_defaults(size=(64, 86), longest=152)
    parser.add_argument("--copies", type=int, default=12, help="Times that each video is decoded (default: %(default)s).")
    parser.add_argument(
        "--many", type=int, nargs="*", default=[500, 5000], help="Numbers of videos that are embedded to see the memory."
    )
    arguments = parser.parse_args(words)
    with made.videos(arguments) as (scratch, folder):
        every, one = (
            copies(folder, scratch / "all", arguments.copies * len(made.files(folder))),
            copies(folder, scratch / "one", 1),
        )
        count, weights = len(made.files(every)), write_weights(scratch / "r3d.safetensors")
        ways = {
            (DECODE, "start"): partial(_decode, one, scratch),
            (EMBED, "start"): partial(_embed, one, scratch, weights),
            (DECODE, "all"): partial(_decode, every, scratch),
            (EMBED, "all"): partial(_embed, every, scratch, weights),
        }
        spent: dict[tuple[str, str], list[timing.Spent]] = {name: [] for name in ways}
        timing.interleaved({str(name): partial(_timed, way, spent[name]) for name, way in ways.items()}, arguments.repeats)
        memory = [_memory(copies(folder, scratch / str(number), number), scratch, weights) for number in arguments.many]
    header = ("", "CPU s", f"× {DECODE}", "wall s", f"× {DECODE}", "CPU s without the start", f"× {DECODE}", "asked")
    most = ", ".join(f"{mib:.0f} MiB of {number} videos" for number, mib in zip(arguments.many, memory, strict=True))
    about = f"{count} videos, {available_cores()} at the same time."
    timing.publish(
        arguments, about, timing.table(header, _rows(spent)), *([f"Most memory of {EMBED}: {most}."] if most else [])
    )


def copies(folder: Path, out: Path, count: int) -> Path:
    """Link the videos of a folder, again and again, until there are ``count`` in ``out``."""
    names = made.files(folder)
    for number in range(count):
        name = names[number % len(names)]
        link = out / name.parent / f"{number}-{name.name}"
        link.parent.mkdir(parents=True, exist_ok=True)
        os.link((folder / name).resolve(), link)
    return out


def write_weights(path: Path) -> Path:
    """Write random weights that say what enters the network."""
    tensors = {f"backbone.{name}": value for name, value in build_backbone("r3d", NETWORK, 0).state_dict().items()}
    size = {"clip_length": 16, "height": FRAMES.height, "width": FRAMES.width}
    save_weights(path, tensors, **identity(NETWORK, INPUT, network="r3d", **size))
    return path


def _timed(way: partial[None], spent: list[timing.Spent]) -> float:
    with timing.Spent() as of:
        way()
    spent.append(of)
    return of.wall


def _decode(videos: Path, scratch: Path) -> None:
    """Decode into a new store."""
    (scratch / "jpeg.h5").unlink(missing_ok=True)
    _run(made.command(videos, scratch, FRAMES, available_cores()))


def _embed(videos: Path, scratch: Path, weights: Path) -> None:
    _run(["embed", str(videos), "--weights", str(weights), "--out", str(scratch / "e.npy"), "--device", "cpu"])


def _run(words: list[str]) -> None:
    subprocess.run([sys.executable, "-m", "vcop", *words], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def _memory(videos: Path, scratch: Path, weights: Path) -> float:
    """Return the most MiB that the process of ``vcop embed`` holds, without its decoders."""
    process = os.fork()
    if not process:  # so that no earlier child counts
        code = 1
        try:
            _embed(videos, scratch, weights)
            peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss  # of the largest child, which is not a decoder
            (scratch / "peak").write_text(str(peak / 1024))
            code = 0
        finally:
            os._exit(code)
    if os.waitpid(process, 0)[1]:
        raise SystemExit(f"{videos}: `vcop embed` failed")
    return float((scratch / "peak").read_text())


def _rows(spent: dict[tuple[str, str], list[timing.Spent]]) -> list[list[str]]:
    """Return the rows of both commands. The time of the start is the median of its turns."""
    start = {name: median(of.cpu for of in spent[name, "start"]) for name in (DECODE, EMBED)}
    cpu, wall = ({n: [getattr(of, kind) for of in spent[n, "all"]] for n in start} for kind in ("cpu", "wall"))
    rest = {name: [value - start[name] for value in values] for name, values in cpu.items()}
    rows = []
    for name in start:
        cells = [cell for of in (cpu, wall, rest) for cell in (timing.spread(of[name]), timing.ratio(of[name], of[DECODE]))]
        rows.append([name, *cells, ASKED if name == EMBED else ""])
    return rows


if __name__ == "__main__":
    main()
