"""Time and memory that the papers' numbers took, by stage of the workflow and by table or figure.

Trainings are counted by their provenance files, all other jobs by Snakemake's benchmark files.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from html import escape
from itertools import groupby
from pathlib import Path

import pandas as pd

from vcop.paper.heading import Heading
from vcop.paper.items.lookup import find_item
from vcop.paper.measurement import costs, job_lineage
from vcop.paper.measurement.costs import PLACES, Benchmark, Cost, Training, format_hours
from vcop.paper.pages import tables
from vcop.paper.pages.web_page import html_page, scrolling
from vcop.runtime.atomic_files import write_text

ITEM = "papers_costs"
TITLE = "What the numbers took"
CAPTION = (
    "By stage, every job behind the items of both papers counts once; by table or figure, all that stands behind one, so that items "
    "share jobs and do not add up. Trainings: wall hours of the training loop over all attempts (provenance files); GPU-hours are "
    "those on a GPU, times its GPUs. Last attempts: wall hours, CPU hours and largest memory of whole processes, as far as Snakemake "
    "has measured them (benchmark files): an interrupted attempt leaves none, and neither did studies before these files were "
    "kept. A dash: nothing of the kind, or nothing known; jobs of a second may have been too short for CPU time and memory, "
    "and those of `make run` work in a process that Snakemake does not see."
)
HEADER = ["by", "name", "trainings", "wall_hours", "gpu_hours", "jobs", "last_wall_hours", "last_cpu_hours", "peak_memory_mib"]
GROUPS = {
    "all attempts of trainings": ["trainings", "wall h", "GPU-h"],
    "last attempts": ["jobs", "wall h", "CPU h", "memory"],
}
STAGE, SHOWN, OTHER = "stage", "table or figure", "other jobs"
HEADINGS = {
    STAGE: "By stage: the rule's name",
    SHOWN: "By table or figure, with all behind it",
    OTHER: "Besides: jobs that no number of the papers stands on, by rule",
}
STYLE = Path(__file__).with_suffix(".css").read_text(encoding="utf-8")


@dataclass(frozen=True)
class Row:
    """Time and memory of some jobs.

    Attributes:
        by: Kind of row: STAGE, SHOWN or OTHER.
        name: Rule, item, or "all".
        runs: Trainings among the jobs.
        benchmarks: Benchmark files of the jobs.
    """

    by: str
    name: str
    runs: Sequence[Training]
    benchmarks: Sequence[Benchmark]

    @property
    def numbers(self) -> list[float | None]:
        """Cells under HEADER without the first two; None where nothing is known."""
        wall, gpu = round(sum(run.hours for run in self.runs), PLACES), Cost.of(self.runs).gpu_hours
        trained = [len(self.runs), wall, gpu] if self.runs else [None] * 3
        seconds = [_sum(b.wall for b in self.benchmarks), _sum(b.cpu for b in self.benchmarks)]
        memory = max((b.memory for b in self.benchmarks if b.memory is not None), default=None)
        last = [None if s is None else round(s / 3600, PLACES) for s in seconds]
        return [*trained, len(self.benchmarks) or None, *last, memory]

    @property
    def texts(self) -> list[str]:
        """The cells of ``numbers`` as printed."""
        trained, wall, gpu, jobs, *last, memory = self.numbers
        counts = [f"{n:.0f}" if n is not None else "–" for n in (trained, jobs)]
        spent = [format_hours(h) if h is not None else "–" for h in (wall, gpu, *last)]
        peak = f"{memory / 1024:.1f} GiB" if memory is not None else "–"
        return [counts[0], spent[0], spent[1] if gpu else "–", counts[1], *spent[2:], peak]


def render(heading: Heading, inputs: list[Path], out: Path) -> None:
    """Write the page.

    Inputs: the provenance.json of every training behind the items, and the directory of benchmark files, which may be missing.
    """
    runs, items = costs.read_trainings([path for path in inputs if path.suffix]), job_lineage.jobs_of_items(heading.task)
    runs = costs.select_runs(ITEM, job_lineage.jobs_behind(job for jobs in items.values() for job in jobs), runs)
    measured = [benchmark for folder in inputs if not folder.suffix for benchmark in costs.read_benchmarks(folder)]
    rows = tally(items, runs, measured)
    cells = [[row.by, row.name, *(_plain(n) for n in row.numbers)] for row in rows]
    tables.save_csv(pd.DataFrame(cells, columns=HEADER, dtype=object), out)
    heading, trained_on = replace(heading, task=""), machines(runs)
    write_text(out.with_suffix(".md"), markdown(heading, rows, trained_on))
    write_text(out.with_suffix(".html"), html(heading, rows, trained_on))


def tally(items: dict[str, list[str]], runs: Sequence[Training], measured: Sequence[Benchmark]) -> list[Row]:
    """Return rows by stage, their sum, rows by item, and rows of other measured jobs."""
    seeds = {"", *(run.seed for run in runs)}

    def row(by: str, name: str, jobs: set[str]) -> Row:
        return Row(by, name, [r for r in runs if r.job in jobs], [b for b in measured if b.job in jobs and b.seed in seeds])

    behind = {item: job_lineage.jobs_behind(jobs) for item, jobs in items.items()}
    needed = list(dict.fromkeys(job for jobs in behind.values() for job in jobs))
    stages = {
        rule: {job for job in needed if job.split("/")[0] == rule} for rule in dict.fromkeys(j.split("/")[0] for j in needed)
    }
    rows = [row(STAGE, rule, jobs) for rule, jobs in stages.items()]
    rows = [r for r in rows if r.runs or r.benchmarks] + [row(STAGE, "all", set(needed))]
    rows += [row(SHOWN, item, set(jobs)) for item, jobs in behind.items()]
    others = sorted((b for b in measured if b.job not in needed or b.seed not in seeds), key=lambda b: b.rule)
    return rows + [Row(OTHER, rule, [], list(benchmarks)) for rule, benchmarks in groupby(others, lambda b: b.rule)]


def machines(runs: Sequence[Training]) -> str:
    """Return the sentences that name the GPUs and the commits of the trainings."""
    by_gpu: dict[str, list[Training]] = {}
    for run in runs:
        by_gpu.setdefault(run.gpu or "no GPU", []).append(run)
    named = [
        f"{name} ({len(group)} trainings, {format_hours(sum(run.hours for run in group))} h)"
        for name, group in sorted(by_gpu.items())
    ]
    return f"Trained on: {'; '.join(named)}. Commits: {', '.join(Cost.of(runs).commits)}."


def markdown(heading: Heading, rows: Sequence[Row], trained_on: str) -> str:
    """Return the page as Markdown."""
    lines = [f"# {heading.title}", "", heading.caption, "", f"*{heading.measured_on}*", "", trained_on]
    for by, group in groupby(rows, lambda row: row.by):
        names = [f"{name}, {columns}" if name == "wall h" else name for columns, names in GROUPS.items() for name in names]
        lines += ["", f"## {HEADINGS[by]}", "", f"| | {' | '.join(names)} |", "|---" * (1 + len(names)) + "|"]
        lines += [f"| {_name(row)} | {' | '.join(row.texts)} |" for row in group]
    return "\n".join(lines) + "\n"


def html(heading: Heading, rows: Sequence[Row], trained_on: str) -> str:
    """Return the page as HTML."""
    groups = "".join(f'<th colspan="{len(names)}">{group}</th>' for group, names in GROUPS.items())
    names = "".join(f"<th>{escape(name)}</th>" for names in GROUPS.values() for name in names)
    head, body = f"<tr><th></th>{groups}</tr><tr><th></th>{names}</tr>", ""
    for by, group in groupby(rows, lambda row: row.by):
        lines = "".join(_line(row) for row in group)
        table = scrolling(f"<table><thead>{head}</thead><tbody>{lines}</tbody></table>")
        body += f"<h2>{escape(HEADINGS[by])}</h2>{table}"
    return html_page(heading, trained_on, body, STYLE)


def _line(row: Row) -> str:
    """Return a row as HTML."""
    kind = ' class="total"' if row.by == STAGE and row.name == "all" else ""
    cells = "".join(f"<td>{escape(text)}</td>" for text in (_name(row), *row.texts))
    return f"<tr{kind}>{cells}</tr>"


def _name(row: Row) -> str:
    """Return the printed name of a row. For an item this is its title."""
    return find_item(row.name).title if row.by == SHOWN else row.name


def _sum(values: Iterable[float | None]) -> float | None:
    """Return the sum of the known values; None if no value is known."""
    known = [value for value in values if value is not None]
    return sum(known) if known else None


def _plain(number: float | None) -> str:
    """Return a number as it is written to the CSV file."""
    return "" if number is None else f"{number:.{PLACES}f}".rstrip("0").rstrip(".")
