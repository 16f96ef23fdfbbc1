"""``vcop plan``: what a study still costs, before it runs: runs by kind, GPU-hours, disk by stage, the longest chain of jobs.

The jobs are those that Snakemake plans, so that what is finished costs nothing. Arithmetic is counted from the networks' shapes,
epochs are the configuration's, videos are counted in frame stores or lists. Hours need a rate: given, or measured by runs of the study.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from vcop.planning import snakemake_jobs
from vcop.planning.cost_model import RUNS, Estimate, Rate
from vcop.planning.snakemake_jobs import Job

HEADER = ("rule", "jobs", "done", "to run", "PFLOP", "GPU-hours")
BY_HAND = (
    "Hours: give --rate TFLOPS (or c3d=TFLOPS r3d=TFLOPS r21d=TFLOPS), as a GPU sustains it in training, "
    "or plan again when a run of this study has finished an epoch."
)


@dataclass(frozen=True)
class Plan:
    """All jobs and those to run, the FLOP and hours of these, and the rates that the hours stand on (none: no hours)."""

    estimate: Estimate
    every: Sequence[Job]
    pending: Sequence[Job]
    work: Sequence[float | None]
    hours: Sequence[float]
    rates: dict[str, Rate]


def price_jobs(estimate: Estimate, every: Sequence[Job], pending: Sequence[Job], given: dict[str, Rate]) -> Plan:
    """Work and hours of each job that is still to run."""
    known = estimate.measured() | given
    if known:
        mean = Rate(sum(rate.tflops for rate in known.values()) / len(known), "mean of the others")
        known = {network: known.get(network, mean) for network in ("c3d", "r3d", "r21d")}
    work = [estimate.work(job) if job.gpus or job.rule in RUNS else None for job in pending]
    hours = [_hours(job, flop, known) for job, flop in zip(pending, work, strict=True)]
    return Plan(estimate, every, pending, work, hours, known)


def _hours(job: Job, flop: float | None, known: dict[str, Rate]) -> float:
    """Of wall clock, where the GPUs of a job share its work evenly; answering without video has no network: any rate does."""
    if flop is None or not known:
        return 0.0
    rate = known[job.wildcards.get("network", "c3d")]
    return flop / (rate.tflops * 1e12) / 3600 / max(1, job.gpus)


def rule_rows(plan: Plan) -> list[tuple[str, int, int, int, float | None, float | None]]:
    """By rule: jobs, done, to run, PFLOP, GPU-hours; those that compute most first, then the others."""
    all_of, left = Counter(job.rule for job in plan.every), Counter(job.rule for job in plan.pending)
    flop: dict[str, float] = {}
    hours: dict[str, float] = {}
    for job, work, took in zip(plan.pending, plan.work, plan.hours, strict=True):
        if work is not None:
            flop[job.rule] = flop.get(job.rule, 0.0) + work
            hours[job.rule] = hours.get(job.rule, 0.0) + took * max(1, job.gpus)
    counted = [
        (
            rule,
            n,
            n - left[rule],
            left[rule],
            flop[rule] / 1e15 if rule in flop else None,
            hours.get(rule) if plan.rates else None,
        )
        for rule, n in all_of.items()
    ]
    return sorted(counted, key=lambda row: (-(row[4] or 0), row[0]))


def count_kinds(jobs: Sequence[Job]) -> dict[str, int]:
    """Training runs by kind."""
    return dict(Counter(RUNS[job.rule] for job in jobs if job.rule in RUNS))


def disk_rows(plan: Plan, gpus: int) -> dict[str, float | None]:
    """Bytes by stage when all is done, and what unfinished runs take besides on so many GPUs."""
    sizes = plan.estimate.disk(plan.every)
    running = sorted(
        (plan.estimate.running(job) for job in plan.pending if job.rule in {"pretrain", "finetune"}), reverse=True
    )
    return sizes | ({"states of unfinished runs": sum(running[:gpus])} if running else {})


def as_data(plan: Plan, gpus: Sequence[int]) -> dict[str, Any]:
    """For programs: FLOP, hours, bytes."""
    flop, table = sum(work for work in plan.work if work is not None), rule_rows(plan)
    about: dict[str, Any] = {"runs": count_kinds(plan.every), "runs_left": count_kinds(plan.pending), "flop": flop}
    about["rules"] = [dict(zip(("rule", "jobs", "done", "to_run", "pflop", "gpu_hours"), row, strict=True)) for row in table]
    about["rates"] = {network: {"tflops": rate.tflops, "source": rate.source} for network, rate in plan.rates.items()}
    about["bytes"] = disk_rows(plan, max(gpus))
    about["numbers_of_videos"] = plan.estimate.sources
    if plan.rates:
        path = snakemake_jobs.longest_chain(plan.pending, plan.hours)
        about["gpu_hours"] = sum(row[5] or 0 for row in table)
        about["wall_hours"] = {str(n): snakemake_jobs.makespan(plan.pending, plan.hours, n) for n in gpus}
        about["chain"] = [{"job": plan.pending[place].name, "hours": plan.hours[place]} for place in path]
    return about


def as_text(plan: Plan, gpus: Sequence[int]) -> list[str]:
    """For people."""
    about, counted = as_data(plan, gpus), rule_rows(plan)
    table = [HEADER, *(_cells(row) for row in counted if row[4] is not None)]
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    lines = [
        "  ".join(f"{c:{'<' if i == 0 else '>'}{w}}" for i, (c, w) in enumerate(zip(row, widths, strict=True)))
        for row in table
    ]
    names = {"pretrain": "pretraining", "finetune": "fine-tuning", "answer": "question answering"}
    runs = ", ".join(f"{n} {names[kind]} ({about['runs_left'].get(kind, 0)} to run)" for kind, n in about["runs"].items())
    drawn = {job.rule for job in plan.pending if job.rule.startswith(f"{Path(job.outputs[0]).parent.name}_")}
    others = [f"{left} {rule}" for rule, _, _, left, work, _ in counted if left and work is None and rule not in drawn]
    others += [f"{len(drawn)} tables and figures"] if drawn else []
    lines += ["", f"Runs: {runs or 'none'}. To compute: {about['flop']:.3g} FLOP."]
    if others:
        lines.append(f"Besides, not counted in hours: {', '.join(others)}.")
    lines += _time(about) if plan.rates else [BY_HAND]
    lines += ["", *_space(about["bytes"], max(gpus)), ""]
    return [*lines, *(f"Videos of {dataset}: {source}." for dataset, source in about["numbers_of_videos"].items())]


def _cells(row: tuple[str, int, int, int, float | None, float | None]) -> tuple[str, ...]:
    rule, n, done, left, work, hours = row
    return rule, str(n), str(done), str(left), "" if work is None else f"{work:,.0f}", "" if hours is None else f"{hours:,.2f}"


def _time(about: dict[str, Any]) -> list[str]:
    stand = ", ".join(f"{network} {rate['tflops']:.3g} ({rate['source']})" for network, rate in about["rates"].items())
    wall = ", ".join(f"{hours:.1f} on {n}" for n, hours in about["wall_hours"].items())
    lines = [f"GPU-hours: {about['gpu_hours']:.1f}, at TFLOP/s of {stand}.", f"Wall hours by GPUs: {wall}."]
    if about["chain"]:
        steps = " > ".join(f"{step['job']} {step['hours']:.2f}" for step in about["chain"] if step["hours"] >= 0.005)
        lines.append(f"The longest chain, {sum(step['hours'] for step in about['chain']):.1f} hours: {steps}.")
    return lines


def _space(sizes: dict[str, float | None], gpus: int) -> list[str]:
    """Decoding needs its frames twice for a while: a part of each video, then the store."""
    shown = ", ".join(f"{stage} {'unknown' if size is None else f'{size / 1e9:.1f} GB'}" for stage, size in sizes.items())
    return [f"Disk: {shown} (on {gpus} GPUs). While a data set is decoded, its frames twice."]
