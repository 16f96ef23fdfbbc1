"""Part 3: training steps of the papers' size in each precision, beside the plain loop and the machine's matrix products."""

from __future__ import annotations

import gc
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from statistics import median
from typing import Any

import torch

from benchmarks import timing, train
from benchmarks.gpu.context import Context, first_line
from benchmarks.loops import CLIPS, PLAIN, Bench, Loop, now
from vcop.config.names import PAPER_NETWORKS

PART = "speed"
EAGER, COMPILED = "eager", "compiled"
MODES = {  # compiled ones are measured after all others, since nobody knows how long a compiler takes
    EAGER: ("fp32", "tf32", "bf16", "fp32 joint", "tf32 joint", "bf16 joint"),
    COMPILED: ("bf16 compile", "bf16 compile joint"),
}
PRODUCTS = ("tf32", "bf16")  # fp32 is compared with the product in TF32, which it could use
REPEATS, MEASURE = 3, 0.7  # turns, and seconds of a measurement
STEPS = (3, 40)  # fewest and most steps of a measurement
EAGER_SHARE = 0.65  # of the time
COMPILING = 25.0  # seconds that must be left before a network is compiled


@dataclass
class Ways:
    """Loops of one network that are timed in turns: seconds of a step and of the first one, peak memory, and why others are missing."""

    loops: dict[str, Loop] = field(default_factory=dict)
    step: dict[str, float] = field(default_factory=dict)
    warm: dict[str, float] = field(default_factory=dict)
    gib: dict[str, float] = field(default_factory=dict)
    lacking: dict[str, str] = field(default_factory=dict)


def run(context: Context) -> None:
    """Measure all networks."""
    start = time.monotonic()
    peaks = {kind: train.product(kind, context.device) for kind in PRODUCTS}
    context.report.keep(PART, products={kind: peak / 1e12 for kind, peak in peaks.items()})
    said = ", ".join(f"{kind} {timing.number(peak / 1e12)} TFLOP/s" for kind, peak in peaks.items())
    context.report.row(PART, "matrix products of this machine", said, time.monotonic() - start, train.product)
    for network in PAPER_NETWORKS:
        data_time(context, network)
    rows: list[list[str]] = []
    header = ["", "tuples/s", f"× {PLAIN}", "TFLOP/s", "MFU", "peak GiB", "first step, s"]
    inputs = context.study.input
    first, whole = time.monotonic(), EAGER_SHARE * max(1.0, context.clock.left())
    ends = [first + whole * number / len(PAPER_NETWORKS) for number in range(1, len(PAPER_NETWORKS) + 1)]
    groups = [(EAGER, *pair) for pair in zip(PAPER_NETWORKS, ends, strict=True)]
    groups += [(COMPILED, network, context.clock.ends) for network in PAPER_NETWORKS]
    for kind, network, end in groups:
        rows += measure(context, network, kind, end, peaks)
        context.report.section(
            f"Speed: {context.batch} tuples of {CLIPS} clips of {16 // inputs.frame_stride}x{inputs.crop}x{inputs.crop} a step",
            f"Medians of at most {REPEATS} turns. Joint: one pass for all clips, in place of one for each clip position as published. "
            "MFU: share of the machine's own bf16 matrix products, for fp32 and TF32 of those in TF32. The plain loop is timed beside "
            "the compiled modes once more.",
            timing.table(header, rows),
        )


def measure(context: Context, network: str, kind: str, ends: float, peaks: dict[str, float]) -> list[list[str]]:
    """Time the modes of one kind of a network in turns with the plain loop until ``ends``. Returns the rows of the table."""
    start, bench = time.monotonic(), context.bench
    with context.as_checked(network):
        ways = warmed(context, network, MODES[kind], ends)
        agree(context, network, ways.loops)
    found: dict[str, list[float]] = {name: [] for name in ways.loops}
    for turn in range(REPEATS):
        if turn and (context.tiny or ends - time.monotonic() < 1.5 * MEASURE * len(ways.loops)):
            break
        order = list(ways.loops)[:: -1 if turn % 2 else 1]
        for name, (rate,) in timing.interleaved(
            {n: partial(timed, bench, ways, n, tiny=context.tiny) for n in order}, 1
        ).items():
            found[name].append(rate)
    results = {name: result(context, network, name, ways, found, peaks) for name in ways.loops}
    context.report.keep(PART, **{f"{network} {kind}": {"modes": results, "lacking": ways.lacking}})
    context.report.data["rates"].setdefault(network, {}).update(
        {name: {"tuples_per_second": r["median"], "tflops": r["tflops"]} for name, r in results.items() if name != PLAIN}
    )
    rows = [row_of(network, name, results[name], found) for name in results]
    rows += [[f"{network}, {name}", why, *[""] * 5] for name, why in ways.lacking.items()]
    say(context, network, kind, results, time.monotonic() - start)
    ways.loops.clear()
    if context.gpu:
        gc.collect()
        torch.cuda.empty_cache()
    return rows


def warmed(context: Context, network: str, modes: Sequence[str], ends: float) -> Ways:
    """Build each loop and make its first two steps. What does not run here, or not in time, is named with the reason."""
    ways, bench = Ways(), context.bench
    for mode in (*modes, PLAIN):
        if mode == PLAIN and not ways.loops:  # nothing was compiled that it could stand beside
            continue
        if "compile" in mode and (context.tiny or ends - time.monotonic() < COMPILING):
            ways.lacking[mode] = "not measured: --tiny" if context.tiny else "not measured: no time was left"
            continue
        start, held = time.monotonic(), memory(context, reset=True)
        try:
            loop = bench.plain(network) if mode == PLAIN else bench.ours(network, mode)
            loop.losses.append(loop.step(0))
            ways.warm[mode] = time.monotonic() - start
            again = now(context.device)
            loop.losses.append(loop.step(1))
            ways.step[mode] = now(context.device) - again
            ways.gib[mode] = memory(context) - held
            ways.loops[mode] = loop
        except Exception as problem:  # noqa: BLE001  # the compiler and the card's memory have errors of many kinds
            ways.lacking[mode] = f"not possible here: {first_line(problem)}"
        context.line(f"{network}, {mode}: {ways.lacking.get(mode) or f'first step after {ways.warm[mode]:.1f} s'}")
    return ways


def memory(context: Context, *, reset: bool = False) -> float:
    """Return the GiB that were in use on the GPU at the same time, at most; with ``reset`` those in use now, from which the next count."""
    if not context.gpu:
        return 0.0
    if reset:
        torch.cuda.reset_peak_memory_stats(context.device)
    return torch.cuda.max_memory_allocated(context.device) / 2**30


def agree(context: Context, network: str, loops: dict[str, Loop]) -> None:
    """Compare the first loss of our loop in fp32 with that of the plain loop."""
    if not {"fp32", PLAIN} <= loops.keys():
        return
    ours, theirs = loops["fp32"].losses[0], loops[PLAIN].losses[0]
    problem = ""
    try:
        fresh = {"fp32": context.bench.ours(network, "fp32"), PLAIN: context.bench.plain(network)}
        context.bench.agree(network, fresh)
        ours, theirs = fresh["fp32"].losses[0], fresh[PLAIN].losses[0]
    except Exception as error:  # noqa: BLE001  # as in ``warmed``
        problem = first_line(error)
    said = problem or f"first losses {ours:.6f} and {theirs:.6f}"
    context.report.row(PART, f"{network}, fp32 beside the {PLAIN}", said, 0.0, Bench.agree, equal=not problem)


def timed(bench: Bench, ways: Ways, name: str, *, tiny: bool) -> float:
    """Return the tuples per second of some steps: as many as fit into a measurement; with ``tiny`` two."""
    fewest, most = (2, 2) if tiny else (1, 1) if ways.step[name] > 1 else STEPS
    bench.steps = max(fewest, min(most, round(MEASURE / max(1e-4, ways.step[name]))))
    return bench.timed(ways.loops[name])


def data_time(context: Context, network: str) -> None:
    """Measure how long a batch in memory takes to be copied to the device, cropped and scaled there."""
    with context.as_checked(network):
        trainer, sample = context.bench.trainer(network, "fp32"), context.bench.samples[0]
    trainer.prepare(sample, context.device)
    start, times = now(context.device), 5
    for _ in range(times):
        trainer.prepare(sample, context.device)
    seconds = (now(context.device) - start) / times
    context.report.keep(PART, **{f"{network} data": {"seconds_a_step": seconds}})
    said = f"{1e3 * seconds:.2f} ms a step of {context.batch} tuples"
    context.report.row(PART, f"{network}, copy, crop and scale on the device", said, 0.0, data_time)


def result(
    context: Context, network: str, name: str, ways: Ways, found: dict[str, list[float]], peaks: dict[str, float]
) -> dict[str, Any]:
    """Return all numbers of a loop."""
    work, rates = CLIPS * train.flop(network, context.study), found[name]
    speed = work * median(rates)
    peak = peaks["bf16" if "bf16" in name else "tf32"]
    return {
        "tuples_per_second": rates,
        "median": median(rates),
        "tflops": speed / 1e12,
        "mfu": speed / peak,
        "gib": ways.gib[name],
        "first_step_seconds": ways.warm[name],
    }


def row_of(network: str, name: str, r: dict[str, Any], found: dict[str, list[float]]) -> list[str]:
    """Return the row of a loop in the table."""
    rates, plain = found[name], found.get(PLAIN, [])
    against = timing.ratio(rates, plain) if plain else timing.NONE
    cells = (timing.spread(rates), against, timing.number(r["tflops"]), f"{100 * r['mfu']:.1f} %", timing.number(r["gib"]))
    return [f"{network}, {name}", *cells, timing.number(r["first_step_seconds"])]


def say(context: Context, network: str, kind: str, results: dict[str, dict[str, Any]], seconds: float) -> None:
    """Add the findings of a network to the first table: its fastest loop, and the fastest one with BatchNorm as published."""
    for name, joint in (("as published", False), ("any BatchNorm", True)):
        able = {mode: r for mode, r in results.items() if mode != PLAIN and (joint or "joint" not in mode)}
        if able:
            mode = max(able, key=lambda m: able[m]["median"])
            r, plain = able[mode], results.get(PLAIN)
            against = f", {r['median'] / plain['median']:.2f} x the plain loop" if plain else ""
            mfu = f"MFU {100 * r['mfu']:.0f} %, {timing.number(r['gib'])} GiB"
            said = f"{mode}: {timing.number(r['median'])} tuples/s, {timing.number(r['tflops'])} TFLOP/s, {mfu}{against}"
            context.report.row(PART, f"{network}, fastest {kind}, {name}", said, 0.0 if joint else seconds, measure)
