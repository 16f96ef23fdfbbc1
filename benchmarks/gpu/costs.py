"""Part 4: hours of both papers on this GPU, from the speeds of part 3."""

from __future__ import annotations

import time

from benchmarks import hours, timing, train
from benchmarks.gpu.context import Context
from vcop.config.names import PAPER_NETWORKS
from vcop.paper.measurement import job_lineage

PART = "hours"
AIM, FLOOR = 28.5, 12.7  # H100-hours: the project's aim; all arithmetic at the 800 TFLOP/s of the card's matrix products


def run(context: Context) -> None:
    """Print the hours of each item, with the fastest ways, and with the fastest of those with BatchNorm as published."""
    start, speeds = time.monotonic(), context.report.data["rates"]
    if any(not speeds.get(network) for network in PAPER_NETWORKS):
        context.report.row(PART, "both papers", "not computed: the speed of a network is missing", 0.0, run)
        return
    for name, joint in (("BatchNorm as published", False), ("any BatchNorm", True)):
        rates = {network: fastest(speeds[network], joint=joint) for network in PAPER_NETWORKS}
        said = f"{timing.number(total_hours(context, rates))} GPU-hours; asked: {AIM} H100-hours"
        context.report.keep(PART, **{name: {"rates": rates, "hours": total_hours(context, rates)}})
        context.report.row(PART, f"both papers, {name}", said, time.monotonic() - start, total_hours)
        context.report.section(f"Hours: {name}", *hours.report(context.study, rates, None))
    peak = context.report.data["parts"]["speed"]["products"]["bf16"]
    least = total_flop(context) / (peak * 1e12) / 3600
    context.report.keep(PART, flop=total_flop(context), hours_at_peak=least)
    said = f"{timing.number(least)} hours for {total_flop(context):.2g} FLOP; an H100 at 800 TFLOP/s: {FLOOR}"
    context.report.row(
        PART, "both papers, all arithmetic at the measured bf16 product", said, time.monotonic() - start, total_flop
    )


def fastest(speeds: dict[str, dict[str, float]], *, joint: bool) -> float:
    """Return the tuples per second of the fastest mode; without ``joint`` of those that have BatchNorm as published."""
    return max(speed["tuples_per_second"] for mode, speed in speeds.items() if joint or "joint" not in mode)


def passing_jobs(context: Context) -> list[str]:
    """Return the jobs of both papers that pass clips through a network, each once."""
    items = job_lineage.jobs_of_items(context.study.task)
    return [job for job in job_lineage.jobs_behind(job for jobs in items.values() for job in jobs) if hours.network(job)]


def total_hours(context: Context, rates: dict[str, float]) -> float:
    """Return the hours of all jobs of both papers."""
    jobs = passing_jobs(context)
    return sum(hours.clips(context.study, job) / hours.CLIPS / rates[hours.network(job)] / 3600 for job in jobs)


def total_flop(context: Context) -> float:
    """Return the floating point operations of all jobs of both papers."""
    return sum(
        hours.clips(context.study, job) * train.flop(hours.network(job), context.study) for job in passing_jobs(context)
    )
