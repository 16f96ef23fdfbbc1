"""Check and measure this project on a GPU: one command for any GPU, which ends within 9 minutes.

    make gpu                                          with the Python of this project, or: make gpu PYTHON=python3
    python -m benchmarks.gpu                          the same
    python -m benchmarks.gpu --device cpu --tiny      the same in small, as a test, on any machine

Parts, in this order: layers (each layer of the three networks against float64), equality (20 steps beside the CPU; a training that goes
on from a saved state), batchnorm (two processes), retrieval (features and neighbours), speed (training steps of the papers' size),
hours (of both papers, from these speeds), loading (frames to the device), learning (R3D with the papers' settings).

Results: gpu.md for people and gpu.json for programs (`vcop plan --rates gpu.json`), both written anew after each part: a run that is cut
short keeps what it has. The exit code is 1 if something is not equal that has to be, or if such a part fails or is cut short; slow is no
failure.

Needed: Linux, Python 3.11, PyTorch 2.11 or newer that sees the GPU, and the packages h5py, numpy, pandas, psutil, pyyaml, tqdm. Used
where they are installed: torchvision (JPEG without simplejpeg, and on the GPU), simplejpeg (the JPEG store), a C compiler and Triton
(compiled networks). Neither snakemake nor ffmpeg nor a network is needed, and vcop itself need not be installed.
"""

from __future__ import annotations

import argparse
import faulthandler
import shlex
import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

TOP = Path(__file__).parents[2]
if find_spec("vcop") is None:
    sys.path.insert(0, str(TOP / "src"))


class Part(NamedTuple):
    """A part: its module in this folder, its seconds, and whether it fails the run if it ends with an error."""

    module: str
    seconds: float
    compares: bool


PARTS = {
    "layers": Part("layers", 85, True),
    "equality": Part("equality", 80, True),
    "batchnorm": Part("batchnorm", 45, True),
    "retrieval": Part("retrieval", 35, True),
    "speed": Part("speed", 140, False),
    "hours": Part("costs", 5, False),
    "loading": Part("loading", 35, False),
    "learning": Part("learning", 105, False),
}
GRACE = 1.5  # a part that does not end by itself is stopped after so many times its seconds
TINY_SECONDS = 200.0  # of each part: a test may run on a busy machine
CLOSING = 5.0  # seconds that are kept for the end
LEAST = 5.0  # seconds that a part has even if those before it took longer; all that `hours` needs


class OutOfTime(BaseException):
    """A part was stopped. No handler of errors within the part should catch this."""


def main(words: list[str] | None = None) -> int:
    """Run the parts and write the report. Returns the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.gpu", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--device", choices=("cuda", "cpu"), default="cuda", help="Device to check (default: %(default)s).")
    parser.add_argument("--tiny", action="store_true", help="Use small networks, clips and batches: a test of this command.")
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=list(PARTS), help="Parts to run (default: all).")
    parser.add_argument("--minutes", type=float, default=9.0, help="Time for all parts together (default: %(default)s).")
    parser.add_argument(
        "--out", type=Path, default=TOP / "benchmarks/results", help="Folder of gpu.md and gpu.json (default: %(default)s)."
    )
    arguments = parser.parse_args(words)
    began = time.monotonic()
    if missing := [name for name in ("torch", "numpy", "h5py", "pandas", "psutil", "yaml", "tqdm") if find_spec(name) is None]:
        print(f"benchmarks.gpu: not installed: {', '.join(missing)} (see --help)", file=sys.stderr)
        return 2
    import torch

    if arguments.device == "cuda" and not torch.cuda.is_available():
        print("benchmarks.gpu: PyTorch sees no GPU here; --device cpu --tiny tests the command without one", file=sys.stderr)
        return 2
    return run(arguments, began + 60 * arguments.minutes, words)


def run(arguments: argparse.Namespace, ends: float, words: list[str] | None) -> int:
    """Run the chosen parts until ``ends``."""
    import torch

    from benchmarks.gpu.context import Context
    from benchmarks.gpu.machine import about
    from benchmarks.gpu.report import Report
    from vcop.runtime.process_pool import available_cores

    device = torch.device(arguments.device, 0) if arguments.device == "cuda" else torch.device("cpu")
    command = shlex.join(["python", "-m", "benchmarks.gpu", *(sys.argv[1:] if words is None else words)])
    report = Report(arguments.out, about(device, command, tiny=arguments.tiny))
    before = torch.get_num_threads()
    torch.set_num_threads(available_cores() if not arguments.tiny else 1)
    if not arguments.tiny:  # a thread that hangs in the driver hears no signal; all that was found is on disk
        faulthandler.dump_traceback_later(max(1.0, ends - time.monotonic()), exit=True)
    try:
        with TemporaryDirectory(prefix="vcop-gpu-") as scratch:
            context = Context(device, Path(scratch), report, arguments.tiny)
            report.write()
            until = time.monotonic()
            for name in arguments.parts:
                # What a part has left over is for those after it.
                now = time.monotonic()
                until = now + TINY_SECONDS if arguments.tiny else max(until + PARTS[name].seconds, now + LEAST)
                run_part(context, name, min(until, ends - CLOSING), ends)
                report.write()
    finally:
        faulthandler.cancel_dump_traceback_later()
        torch.set_num_threads(before)
    report.data["finished"] = True
    report.write()
    cut = [one["part"] for one in report.data["cut"]]
    missing = f"; not complete: {', '.join(dict.fromkeys(cut))}" if cut else ""
    print(f"{report.folder / 'gpu.md'} and gpu.json are written; {len(report.wrong)} comparisons failed{missing}", flush=True)
    return 1 if report.wrong or any(PARTS[part].compares for part in cut) else 0


def run_part(context: Any, name: str, until: float, ends: float) -> None:
    """Run a part, which should end by ``until`` and has to by ``ends``. An error is a row of the report, and a failure if the part compares."""
    from benchmarks.gpu.context import Clock, first_line

    part, start = PARTS[name], time.monotonic()
    seconds = until - start
    limit = min(GRACE * max(0.0, seconds), max(1.0, ends - start))
    print(f"{name}: {max(0.0, seconds):.0f} s are planned; it is stopped after {limit:.0f} s", flush=True)
    if seconds < 3:
        context.report.row(name, "the whole part", "skipped: no time was left", 0.0, run_part)
        context.report.cut(name, "skipped")
        return
    context.clock = Clock(start + seconds)
    try:
        with stopped_after(limit):
            import_module(f"benchmarks.gpu.{part.module}").run(context)
    except OutOfTime:
        said = f"stopped after {time.monotonic() - start:.0f} s; what it had found until then is kept"
        context.report.row(name, "the whole part", said, time.monotonic() - start, run_part)
        context.report.cut(name, "stopped")
    except Exception as problem:  # noqa: BLE001  # one part that fails must not take the others along
        import traceback

        traceback.print_exc()
        equal = False if part.compares else None
        said = f"failed: {first_line(problem)}"
        context.report.row(name, "the whole part", said, time.monotonic() - start, run_part, equal=equal)
        context.report.cut(name, "failed")
    context.report.keep(name, seconds=time.monotonic() - start)


@contextmanager
def stopped_after(seconds: float) -> Iterator[None]:
    """Raise ``OutOfTime`` in the block after some seconds."""
    if threading.current_thread() is not threading.main_thread():  # signals reach the main thread alone
        yield
        return

    def stop(*_: object) -> None:
        raise OutOfTime

    handler = signal.signal(signal.SIGALRM, stop)
    rest, _ = signal.setitimer(signal.ITIMER_REAL, seconds)
    began = time.monotonic()
    try:
        yield
    finally:
        left = max(0.001, rest - (time.monotonic() - began)) if rest else 0.0  # of a timer that somebody else has set
        signal.signal(signal.SIGALRM, handler)
        signal.setitimer(signal.ITIMER_REAL, left)


if __name__ == "__main__":
    sys.exit(main())
