"""Speed of training steps: those of `vcop pretrain`, compared with the plain loop of benchmarks/plain.py.

The tables have 16-8-3 tuples per second, without loading (see benchmarks/load.py), for the three networks at the papers' size
and at that of the embedded study. They also have the speed as a share of this machine's speed of matrix products, measured in
turns. The fp32 losses of both loops must agree, and two runs of ours must have the same losses, bit for bit.

A mode consists of words: fp32, tf32 or bf16; joint (one backbone pass over all clips, instead of one per clip position as
published); contiguous (instead of channels last); 3d (compute R(2+1)D's flat convolutions as 3D convolutions); compile;
recompute.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import torch
import yaml

from benchmarks import hours, timing
from benchmarks.loops import CLIPS, PLAIN, TASK, Bench, now
from vcop.config.names import PAPER_NETWORKS
from vcop.config.reader import read_study
from vcop.config.study import Study
from vcop.networks import flops
from vcop.runtime.process_pool import available_cores
from vcop.runtime.processor import instruction_sets

STUDIES = {"papers": hours.PAPERS, "embedded": Path(__file__).parents[1] / "config.yaml"}
ON_CPU = ("fp32", "fp32 contiguous", "fp32 joint", "bf16", "bf16 joint")
ON_GPU = ("fp32 contiguous", "tf32 contiguous", "bf16 contiguous", "bf16", "bf16 compile", "bf16 compile joint")
BF16_FLAGS = ("avx512_bf16", "amx_bf16")


def main(words: list[str] | None = None) -> None:
    """Measure, and print the tables."""
    parser = timing.parser("train", __doc__)
    parser.add_argument("--sizes", nargs="+", choices=STUDIES, default=list(STUDIES))
    parser.add_argument("--networks", nargs="+", choices=PAPER_NETWORKS, default=list(PAPER_NETWORKS))
    parser.add_argument(
        "--modes", nargs="+", help=f"Modes to measure: on a CPU {', '.join(ON_CPU)}; on a GPU {', '.join(ON_GPU)}."
    )
    # A pass of one clip, as of one tuple a step, takes other code of PyTorch and oneDNN than any batch of a study: of some layers
    # a single thread then does all.
    parser.add_argument(
        "--batch",
        type=int,
        help="Tuples of a step (default: 8; at the papers' size on a CPU one for each thread, at least 2).",
    )
    parser.add_argument("--steps", type=int, help="Steps of a measurement (default: 20; at the papers' size on a CPU 1).")
    parser.add_argument(
        "--threads", type=int, help="Number of CPU threads (default: the study's own; at the papers' size on a CPU all cores)."
    )
    parser.add_argument(
        "--cpu",
        action="store_true",
        help="Count CPU time of the main thread: for a machine that is busy with other work. Set OMP_WAIT_POLICY=passive, so that "
        "it counts nothing while it waits for others.",
    )
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    parser.add_argument("--peak", type=float, help="TFLOP/s of bf16 matrix products, in place of the measured ones.")
    parser.add_argument(
        "--loaded", type=float, help="Tuples a second of one loader process here, to print how many are needed."
    )
    arguments = parser.parse_args(words)
    timing.publish(arguments, *[part for name in arguments.sizes for part in size(arguments, name)])


def size(arguments: argparse.Namespace, name: str) -> list[str]:
    """Return the table of one size; for the papers' size on a GPU, also the hours of their studies."""
    study, device = read_study(yaml.safe_load(STUDIES[name].read_text())), torch.device(arguments.device)
    slow = name == "papers" and device.type == "cpu"
    threads = arguments.threads or (available_cores() if slow else study.compute.torch_threads)
    batch, steps = arguments.batch or (max(2, threads) if slow else 8), arguments.steps or (1 if slow else 20)
    torch.set_num_threads(threads)
    rows, best = [], {}
    with TemporaryDirectory(prefix="vcop-benchmark-") as scratch:
        bench = Bench(name, study, device, Path(scratch), batch, steps, threads)
        if arguments.cpu:
            bench.clock = time.thread_time
        for network in arguments.networks:
            more, best[network] = rows_of(arguments, bench, network)
            rows += more
    inputs, gpu = study.input, torch.cuda.get_device_name() if device.type == "cuda" else ""
    frames, threaded = -(-TASK.clip_length // inputs.frame_stride), f"{threads} thread{'s' * (threads > 1)}"
    threaded += ", CPU time" * arguments.cpu
    title = f"**{name}**: clips {frames}x{inputs.crop}x{inputs.crop}, width {study.network.multiplier:g}; "
    header = ["", "tuples/s", f"× {PLAIN}", f"{'T' if gpu else 'G'}FLOP/s", "of matrix products", "GiB" if gpu else "asked"]
    parts = [f"{title}{gpu or threaded}; {batch} tuple{'s' * (batch > 1)} of 3 clips a step.", timing.table(header, rows)]
    return parts + (hours.report(study, best, arguments.loaded) if gpu and name == "papers" else [])


def rows_of(arguments: argparse.Namespace, bench: Bench, network: str) -> tuple[list[list[str]], float]:
    """Return the rows of a network, and the tuples per second of the fastest way."""
    cpu = bench.device.type == "cpu"
    modes = arguments.modes or (ON_CPU if cpu else ON_GPU)
    able = not cpu or set(BF16_FLAGS) & set(instruction_sets()) or arguments.modes
    loops = {mode: bench.ours(network, mode) for mode in modes if able or "bf16" not in mode}
    loops[PLAIN] = bench.plain(network)
    bench.agree(network, loops)
    ways = {mode: partial(bench.timed, loop) for mode, loop in loops.items()}
    kinds = {loop.precision for loop in loops.values()}
    found = timing.interleaved(
        ways | {f"{kind} product": partial(product, kind, bench.device, bench.clock) for kind in kinds}, arguments.repeats
    )
    work, rows = CLIPS * flop(network, bench.study), []
    for mode, loop in loops.items():
        rate, peaks = found[mode], found[f"{loop.precision} product"]
        if arguments.peak and loop.precision == "bf16":
            peaks = [1e12 * arguments.peak] * len(rate)
        speed = timing.spread([work * r / (1e9 if cpu else 1e12) for r in rate])
        share = timing.spread([100 * work * r / peak for r, peak in zip(rate, peaks, strict=True)]) + " %"
        last = asked(bench.name, network, mode) if cpu else timing.number(loop.memory)
        rows.append([f"{network}, {mode}", timing.spread(rate), timing.ratio(rate, found[PLAIN]), speed, share, last])
    if lacking := [mode for mode in modes if mode not in loops]:
        rows.append([f"{network}, {', '.join(lacking)}", f"this CPU has none of {', '.join(BF16_FLAGS)}", *[""] * 4])
    return rows, max(median(found[mode]) for mode in loops)


def asked(name: str, network: str, mode: str) -> str:
    """Return the target on two cores, as a multiple of the plain loop's speed."""
    if mode == PLAIN:
        return ""
    if name == "embedded":
        return "1.3×" if "joint" in mode else "1×"
    return ("1.3×" if network == "c3d" else "1.8×") if "bf16" in mode else "1×"


def flop(network: str, study: Study) -> float:
    """Return the floating point operations of one clip, forward and backward."""
    frames = -(-TASK.clip_length // study.input.frame_stride)
    return flops.clip_cost(network, study.network, flops.ClipSize(frames, study.input.crop)).training


def product(kind: str, device: torch.device, clock: Callable[[], float] = time.perf_counter) -> float:
    """Return the floating point operations per second of square matrix products."""
    n, seconds = (8192, 1.0) if device.type == "cuda" else (1024, 0.5)
    torch.backends.cuda.matmul.allow_tf32 = kind == "tf32"
    a, b = (torch.randn(n, n, device=device, dtype=torch.bfloat16 if kind == "bf16" else torch.float32) for _ in range(2))
    torch.mm(a, b)  # the first call is slow, and not timed
    count, start = 0, now(device, clock)
    while count == 0 or now(device, clock) - start < seconds:
        torch.mm(a, b)
        count += 1
    return 2 * n**3 * count / (now(device, clock) - start)


if __name__ == "__main__":
    main()
