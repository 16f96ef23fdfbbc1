"""Seconds of a study's jobs on one machine, as ``python -m benchmarks.rates`` measures them with a miniature of the study.

A job takes some seconds whatever its work is: its process starts, checks the machine, reads and writes. The rest grows with its work,
which is counted: floating point operations of trainings and features, videos of data sets that are made or decoded.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from vcop.config.fields import identity
from vcop.config.study import Study
from vcop.planning.cost_model import CostModel
from vcop.planning.snakemake_jobs import Job

TIMES_FORMAT = "vcop seconds of jobs, 1"  # `format` in the rates.json of ``python -m benchmarks.rates``
AGAIN = "run python -m benchmarks.rates again"
OTHER = "other"  # stands for all rules that were not measured: tables, figures and other small ones


@dataclass(frozen=True)
class JobTime:
    """Seconds that a job takes without its work, and the work of a second after that; 0 where none is counted."""

    start: float
    speed: float

    def seconds(self, work: float) -> float:
        """Return the seconds of a job with so much work."""
        return self.start + (work / self.speed if self.speed else 0.0)


@dataclass(frozen=True)
class JobTimes:
    """Seconds of jobs by rule and network; a rule without networks has one entry, "".

    Attributes:
        source: File and machine, in words.
        at_once: Jobs that the machine runs at the same time; their seconds were measured side by side.
        between: Seconds that Snakemake takes between two jobs of one core.
        rules: Seconds of the measured rules, and of all others under ``OTHER``.
    """

    source: str
    at_once: int
    between: float
    rules: dict[str, dict[str, JobTime]]

    def seconds(self, model: CostModel, job: Job) -> float:
        """Return the seconds of a job, Snakemake's included."""
        times = self.rules[self._measured(job.rule)]
        work = job_work(model, job) or 0.0
        network = job.wildcards.get("network", "")
        alike = [times[network]] if network in times else list(times.values())
        return self.between + sum(time.seconds(work) for time in alike) / len(alike)

    def _measured(self, rule: str) -> str:
        """Return the measured rule that a rule is, or is a variant of (retrieve_across of retrieve)."""
        found = [name for name in self.rules if rule == name or rule.startswith(f"{name}_")]
        return max(found, key=len, default=OTHER)


def job_work(model: CostModel, job: Job) -> float | None:
    """Return the FLOP of a training or of features, or the videos that a job makes or decodes; None for all other jobs."""
    if job.rule in {"synthesise", "decode"}:
        return model.size.dataset(job.wildcards["dataset"]).videos
    if job.rule in {"synthesise_questions", "decode_questions"}:
        return model.size.questions[1]
    return model.job_flop(job)


def what_was_measured(study: Study) -> dict[str, Any]:
    """Return the options on which the seconds depend beside the counted work."""
    options = identity(study.frames, study.input, study.network, study.compute)
    return options | {"joint_batchnorm": study.pretrain.joint_batchnorm, "workers": study.machine.workers}


def read_times(path: Path, study: Study) -> JobTimes | None:
    """Return the seconds of jobs in a file; None if it is another kind of file.

    Args:
        path: The rates.json of ``python -m benchmarks.rates``.
        study: The study that is planned.

    Raises:
        ValueError: The file was measured for other networks, inputs or settings, or it is damaged.
    """
    try:
        found: Any = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    if not isinstance(found, dict) or found.get("format") != TIMES_FORMAT:
        return None
    wanted = what_was_measured(study)
    if different := sorted(key for key in wanted if (found.get("options") or {}).get(key) != wanted[key]):
        raise ValueError(f"{path}: was measured with another {', '.join(different)} than this study has: {AGAIN}")
    try:
        rules = {r: {n: _time(*numbers) for n, numbers in of.items()} for r, of in found["rules"].items()}
        times = JobTimes(f"{path.name}, {found['machine']}", int(found["at_once"]), _number(found["between"]), rules)
        if times.at_once < 1 or not all(rules.values()) or OTHER not in rules:
            raise ValueError
    except (ValueError, TypeError, KeyError, AttributeError):
        raise ValueError(f"{path}: is damaged: {AGAIN}") from None
    return times


def _time(start: Any, speed: Any) -> JobTime:
    return JobTime(_number(start), _number(speed))


def _number(value: Any) -> float:
    """Return a number that is finite and not negative. Raises ValueError if it is none."""
    if type(value) not in (int, float) or not math.isfinite(value) or value < 0:
        raise ValueError(value)
    return float(value)
