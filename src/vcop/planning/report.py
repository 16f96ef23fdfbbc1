"""Plan of a study: what it still costs, before it runs.

The jobs are those that Snakemake plans, so finished ones cost nothing. The arithmetic of each job is counted
(``vcop.planning.cost_model``). Hours need a rate of each network: given by the user, or measured by runs of the study. Or they are
those that every kind of job takes on a machine (``vcop.planning.job_times``), small ones included.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple

from vcop.config.names import PAPER_NETWORKS
from vcop.planning import schedule, snakemake_jobs
from vcop.planning.cost_model import TRAINING_KINDS, CostModel
from vcop.planning.disk_model import DiskModel
from vcop.planning.job_times import JobTimes
from vcop.planning.rates import Rate, complete_rates, measured_rates
from vcop.planning.snakemake_jobs import Job
from vcop.planning.study_folder import study_in_folder
from vcop.runtime.text_table import aligned_lines

HEADER = ("rule", "jobs", "done", "to run", "PFLOP", "GPU-hours")
KIND_NAMES = {"pretrain": "pretraining", "finetune": "fine-tuning", "answer": "question answering"}
NO_RATES = (
    f"Hours: give --rate TFLOPS (or {' '.join(f'{network}=TFLOPS' for network in PAPER_NETWORKS)}), as a GPU sustains it in training, "
    "or --rates gpu.json (python -m benchmarks.gpu), or plan again when a run of this study has finished an epoch."
)


@dataclass(frozen=True)
class Plan:
    """Planned jobs with their costs.

    Attributes:
        model: Cost model of the study.
        every: All jobs, finished ones included.
        pending: The jobs that are still to run.
        flop: Floating point operations of each pending job; None where they are not counted.
        hours: Wall-clock hours of each pending job; 0 where they are not known.
        rates: Rates by network that the hours are based on; empty if no rate is known.
        times: Seconds of all kinds of jobs on one machine, which the hours are based on in place of rates.
    """

    model: CostModel
    every: Sequence[Job]
    pending: Sequence[Job]
    flop: Sequence[float | None]
    hours: Sequence[float]
    rates: dict[str, Rate]
    times: JobTimes | None = None

    @property
    def priced(self) -> bool:
        """Whether hours are known."""
        return bool(self.rates or self.times)


class RuleRow(NamedTuple):
    """Jobs of one rule: all, finished, and to run; PFLOP and GPU-hours of those to run, None if they are not known."""

    rule: str
    jobs: int
    done: int
    to_run: int
    pflop: float | None
    gpu_hours: float | None


def plan_study(
    folder: Path, targets: Sequence[str] = (), rates: Mapping[str, Rate] | None = None, times: JobTimes | None = None
) -> Plan:
    """Plan what is still to run of a study.

    Args:
        folder: The study's folder.
        targets: Rules or files to make, as given to snakemake; none means all.
        rates: Rates of networks, which replace measured ones.
        times: Seconds of all kinds of jobs on one machine, which replace rates.

    Raises:
        ValueError: If the folder is no study, or with Snakemake's reason if it cannot plan.
    """
    study = study_in_folder(folder)
    every, pending = snakemake_jobs.planned_jobs(folder, targets)
    return price_jobs(CostModel(study, folder), every, pending, rates or {}, times)


def price_jobs(
    model: CostModel, every: Sequence[Job], pending: Sequence[Job], given: Mapping[str, Rate], times: JobTimes | None = None
) -> Plan:
    """Return the plan with FLOP and hours of each pending job; given rates replace measured ones, and ``times`` both."""
    if times:
        flop = [model.job_flop(job) for job in pending]
        # A machine has room for so many jobs, with or without GPUs: each takes one place.
        placed = [replace(job, gpus=1) for job in pending]
        return Plan(model, every, placed, flop, [times.seconds(model, job) / 3600 for job in pending], {}, times)
    networks = dict.fromkeys([*PAPER_NETWORKS, *(job.wildcards["network"] for job in every if "network" in job.wildcards)])
    rates = complete_rates(measured_rates(model) | dict(given), networks)
    flop = [model.job_flop(job) if job.gpus or job.rule in TRAINING_KINDS else None for job in pending]
    hours = [_job_hours(job, count, rates) for job, count in zip(pending, flop, strict=True)]
    return Plan(model, every, pending, flop, hours, rates)


def _job_hours(job: Job, flop: float | None, rates: Mapping[str, Rate]) -> float:
    """Return the wall-clock hours of a job whose GPUs share its work evenly; 0 if they are not known."""
    if flop is None or not rates:
        return 0.0
    rate = rates[job.wildcards.get("network", PAPER_NETWORKS[0])]  # answering without video has no network: any rate does
    return flop / (rate.tflops * 1e12) / 3600 / max(1, job.gpus)


def rule_rows(plan: Plan) -> list[RuleRow]:
    """Return a row for each rule: those that compute most first, then the others by name."""
    jobs, pending = Counter(job.rule for job in plan.every), Counter(job.rule for job in plan.pending)
    flop: dict[str, float] = {}
    hours: dict[str, float] = {}
    for job, count, wall in zip(plan.pending, plan.flop, plan.hours, strict=True):
        if count is not None:
            flop[job.rule] = flop.get(job.rule, 0.0) + count
        if count is not None or plan.times:
            hours[job.rule] = hours.get(job.rule, 0.0) + wall * max(1, job.gpus)
    pflop, known = {rule: count / 1e15 for rule, count in flop.items()}, hours if plan.priced else {}
    rows = [RuleRow(rule, n, n - pending[rule], pending[rule], pflop.get(rule), known.get(rule)) for rule, n in jobs.items()]
    return sorted(rows, key=lambda row: (-(row.pflop or 0), row.rule))


def count_kinds(jobs: Sequence[Job]) -> dict[str, int]:
    """Return the number of training runs of each kind."""
    return dict(Counter(TRAINING_KINDS[job.rule] for job in jobs if job.rule in TRAINING_KINDS))


def disk_rows(plan: Plan, gpus: int) -> dict[str, float | None]:
    """Return the bytes of each stage in the end, and the additional bytes of ``gpus`` runs that train at the same time."""
    disk = DiskModel(plan.model.size)
    trainings = (job for job in plan.pending if job.rule in {"pretrain", "finetune"})
    states = sorted(map(disk.unfinished_run_bytes, trainings), reverse=True)
    return disk.stage_bytes(plan.every) | ({"states of unfinished runs": sum(states[:gpus])} if states else {})


def plan_data(plan: Plan, gpus: Sequence[int]) -> dict[str, Any]:
    """Return the plan for programs: FLOP, hours, bytes.

    Args:
        plan: The plan.
        gpus: Numbers of GPUs for which wall-clock hours are computed.
    """
    rows = rule_rows(plan)
    data: dict[str, Any] = {
        "runs": count_kinds(plan.every),
        "runs_left": count_kinds(plan.pending),
        "flop": sum(flop for flop in plan.flop if flop is not None),
        "rules": [row._asdict() for row in rows],
        "rates": {network: {"tflops": rate.tflops, "source": rate.source} for network, rate in plan.rates.items()},
        "bytes": disk_rows(plan, max(gpus)),
        "numbers_of_videos": plan.model.size.sources,
    }
    if plan.priced:
        gpus = [plan.times.at_once] if plan.times else gpus
        chain = schedule.longest_chain(plan.pending, plan.hours)
        data["gpu_hours"] = sum(row.gpu_hours or 0 for row in rows)
        data["wall_hours"] = {str(count): schedule.makespan(plan.pending, plan.hours, count) for count in gpus}
        data["chain"] = [{"job": plan.pending[index].name, "hours": plan.hours[index]} for index in chain]
    return data


def plan_lines(plan: Plan, gpus: Sequence[int]) -> list[str]:
    """Return the plan for people; the arguments are those of ``plan_data``."""
    data, rows = plan_data(plan, gpus), rule_rows(plan)
    kinds = ", ".join(f"{n} {KIND_NAMES[kind]} ({data['runs_left'].get(kind, 0)} to run)" for kind, n in data["runs"].items())
    header = (*HEADER[:-1], "hours") if plan.times else HEADER
    lines = aligned_lines([header, *(_cells(row) for row in rows if row.pflop is not None)])
    lines += ["", f"Runs: {kinds or 'none'}. To compute: {data['flop']:.3g} FLOP."]
    items = {job.rule for job in plan.pending if job.rule.startswith(f"{Path(job.outputs[0]).parent.name}_")}
    others = [f"{row.to_run} {row.rule}" for row in rows if row.to_run and row.pflop is None and row.rule not in items]
    others += [f"{len(items)} tables and figures"] if items else []
    if others:
        hours = sum(row.gpu_hours or 0 for row in rows if row.pflop is None)
        lines.append(f"Besides, {f'{hours:.2f} hours' if plan.times else 'not counted in hours'}: {', '.join(others)}.")
    lines += _job_lines(data, plan.times) if plan.times else _hour_lines(data) if plan.rates else [NO_RATES]
    lines += ["", _disk_line(data["bytes"], max(gpus)), ""]
    return [*lines, *(f"Videos of {dataset}: {source}." for dataset, source in data["numbers_of_videos"].items())]


def _cells(row: RuleRow) -> tuple[str, ...]:
    """Return the texts of a row under HEADER."""
    pflop, hours = (
        ("" if row.pflop is None else f"{row.pflop:,.0f}"),
        ("" if row.gpu_hours is None else f"{row.gpu_hours:,.2f}"),
    )
    return row.rule, str(row.jobs), str(row.done), str(row.to_run), pflop, hours


def _hour_lines(data: dict[str, Any]) -> list[str]:
    """Return the lines about GPU-hours, wall-clock hours and the longest chain."""
    rates = ", ".join(f"{network} {rate['tflops']:.3g} ({rate['source']})" for network, rate in data["rates"].items())
    wall = ", ".join(f"{hours:.1f} on {count}" for count, hours in data["wall_hours"].items())
    lines = [f"GPU-hours: {data['gpu_hours']:.1f}, at TFLOP/s of {rates}.", f"Wall hours by GPUs: {wall}."]
    return [*lines, *_chain_lines(data, 1)]


def _job_lines(data: dict[str, Any], times: JobTimes) -> list[str]:
    """Return the same lines where the seconds of all kinds of jobs are known."""
    [(count, wall)] = data["wall_hours"].items()
    said = f"Hours: {data['gpu_hours']:.2f} of all jobs, {wall:.2f} with {count} at a time, as measured ({times.source})."
    return [said, *_chain_lines(data, 2)]


def _chain_lines(data: dict[str, Any], digits: int) -> list[str]:
    """Return the line about the longest chain, if there is one."""
    if not data["chain"]:
        return []
    steps = " > ".join(f"{step['job']} {step['hours']:.2f}" for step in data["chain"] if step["hours"] >= 0.005)
    if not steps:
        return ["The longest chain takes less than a minute."]
    return [f"The longest chain, {sum(step['hours'] for step in data['chain']):.{digits}f} hours: {steps}."]


def _disk_line(sizes: dict[str, float | None], gpus: int) -> str:
    """Return the line about disk space. Decoding needs it twice for a while: for a part of each video, then for the store."""
    stages = ", ".join(f"{stage} {'unknown' if size is None else f'{size / 1e9:.1f} GB'}" for stage, size in sizes.items())
    return f"Disk: {stages} (on {gpus} GPUs). While a data set is decoded, its frames twice."
