"""Page of pretrained weights: a row for each network and its weights, a column for each measure; and audits of the tasks below it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from statistics import fmean

from vcop.paper import labels
from vcop.paper.heading import Heading
from vcop.paper.measurement.audits import CONDITIONS
from vcop.paper.measurement.claims import ONE_SEED
from vcop.paper.measurement.scores import Measured, csv_number
from vcop.paper.measurement.transfer import ABOVE, AT, BELOW, MEASURES, OWN, Number, Setting, Transfer
from vcop.paper.pages import retrieval
from vcop.paper.pages.markdown import heading_lines, table_lines
from vcop.paper.pages.tables import format_points
from vcop.paper.pages.web_page import html_page, prose_html, scrolling
from vcop.runtime.atomic_files import write_text

HEADER = ["network", "weights", "measure", "measured", "low", "high", "n", "seeds", "gain", "gain_low", "gain_high"]
HEADER += ["chance", "against_chance", "epochs", "clips"]
AUDIT_HEADER = ["network", "task", "condition", "measured", "low", "high", "n", "seeds", "change", "change_low", "change_high"]
LEGEND = (
    "Percent [95 % interval]; below it the gain on the same network's random weights, on the same videos, in points. Own task: accuracy on "
    "test videos, and chance. Top 1, top 5: video retrieval. k-NN, linear: classifiers on frozen features. Labels: accuracy after "
    "fine-tuning on so many of them. UCF101 split 1."
)
AUDITED = (
    "Which cues each task needs: its accuracy on test samples, and the change in points where they are altered. Where nothing falls, the cue is "
    "not needed. Reversing the frames turns the answer of a task round that asks about their direction."
)
SIGNS = {ABOVE: "✓ above", BELOW: "✗ below", AT: "? not apart from", ONE_SEED: "one seed;"}
Audits = Mapping[Setting, Mapping[str, Measured]]  # by condition


@dataclass(frozen=True)
class Table:
    """A table of texts with lines: each cell is a list of lines, the first of which may hold Markdown's bold."""

    title: str
    header: Sequence[str]
    rows: Sequence[Sequence[Sequence[str]]]

    def markdown(self) -> list[str]:
        """Return it as lines of Markdown."""
        cells = ([" ".join(lines) for lines in row] for row in self.rows)
        return [self.title, "", *table_lines(self.header, cells), ""]

    def html(self) -> str:
        """Return it as HTML; the first line of a cell is large."""
        head = "".join(f"<th>{escape(name)}</th>" for name in self.header)
        rows = "".join(f"<tr>{''.join(map(_cell_html, row))}</tr>" for row in self.rows)
        table = f'<table class="many"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>'
        return f"<p>{prose_html(self.title)}</p>{scrolling(table)}"


def _cell_html(lines: Sequence[str]) -> str:
    """Return a cell."""
    first, *more = lines
    return f"<td>{prose_html(first)}{''.join(f'<br><small>{escape(line)}</small>' for line in more)}</td>"


def chance_of(measure: str, paths: list[Path]) -> float:
    """Return the accuracy of guessing at a measure, other than a task's own, from its result files."""
    if measure.startswith("top "):
        return retrieval.chance_at(int(measure.removeprefix("top ")), "video", paths)
    return retrieval.chance_of_classes(retrieval.count_classes(paths, ""))


def write_page(heading: Heading, tables: Sequence[Table], summary: str, links: Mapping[str, str], out: Path) -> None:
    """Write a page as .md and .html.

    Args:
        heading: Title, caption and whose numbers these are.
        tables: The tables, one below the other.
        summary: What the tables say, in one sentence.
        links: Other files of the item, beside this one: their names by what they hold.
        out: Path of the files without ending.
    """
    named = ", ".join(f"[{words}]({name})" for words, name in links.items())
    lines = heading_lines(heading, f"**{summary}**", f"Beside this page: {named}.", LEGEND)
    write_text(out.with_suffix(".md"), "\n".join([*lines, *(line for table in tables for line in table.markdown())]))
    anchors = ", ".join(f'<a href="{escape(name)}">{escape(words)}</a>' for words, name in links.items())
    body = f"<p><b>{escape(summary)}</b></p><p>Beside this page: {anchors}.</p>" + "".join(table.html() for table in tables)
    write_text(out.with_suffix(".html"), html_page(heading, LEGEND, body, summary=summary))


def numbers_table(transfer: Transfer, title: str) -> Table:
    """Return the table of all numbers, with chance in its last row."""
    rows = [
        [[_name(setting)], _work_lines(transfer, setting), *(_number_lines(numbers.get(name), name) for name in MEASURES)]
        for setting, numbers in transfer.numbers.items()
    ]
    guesses = {name: [n[name].chance for n in transfer.numbers.values() if name in n] for name in MEASURES if name != OWN}
    chances = [[f"{fmean(values):.1f}"] for values in guesses.values()]
    return Table(title, ["weights", "training", *MEASURES], [*rows, [["chance"], [""], [""], *chances]])


def audit_table(audits: Audits) -> Table:
    """Return the table of the audits: accuracies on plain samples, and the changes under each condition."""
    rows = []
    for setting, conditions in audits.items():
        changes = [[_points(m.gain)] if m.gain else [f"**{m.value:.1f}**", _bounds(m)] for m in conditions.values()]
        rows.append([[_name(setting)], *changes])
    return Table(AUDITED, ["weights", *CONDITIONS.values()], rows)


def chance_sentence(transfer: Transfer) -> str:
    """Return a sentence that names the tasks that are not answered better than chance by their interval."""
    own = {_name(setting): numbers[OWN] for setting, numbers in transfer.numbers.items() if OWN in numbers}
    if any(n.against_chance == ONE_SEED for n in own.values()):
        return "Pretrainings are of one seed, so that nothing is concluded on whether they answer their own task better than chance."
    left = [
        f"{name} ({n.measured.value:.1f} %, chance {n.chance:.1f})" for name, n in own.items() if n.against_chance != ABOVE
    ]
    if not left:
        return f"All {len(own)} pretrainings answer their own task better than chance, by its interval."
    return f"{len(own) - len(left)} of {len(own)} pretrainings answer their own task better than chance, by its interval; not {'; '.join(left)}."


def csv_rows(transfer: Transfer) -> list[list[object]]:
    """Return the rows of the CSV under HEADER."""
    rows: list[list[object]] = []
    for setting, numbers in transfer.numbers.items():
        work = transfer.works.get(setting)
        spent = [f"{work.epochs:.0f}", f"{work.clips:.0f}"] if work else ["", ""]
        for name, n in numbers.items():
            rows.append([*setting, name, *_csv_cells(n.measured), csv_number(n.chance), n.against_chance, *spent])
    return rows


def audit_rows(audits: Audits) -> list[list[object]]:
    """Return the rows of the audits' CSV under AUDIT_HEADER."""
    return [[*setting, name, *_csv_cells(m)] for setting, conditions in audits.items() for name, m in conditions.items()]


def _csv_cells(m: Measured) -> Iterable[object]:
    """Return number, interval, videos, seeds, and gain with its interval."""
    return [*m.texts, m.n, m.seeds, *(m.gain.texts if m.gain else [""] * 3)]


def _name(setting: Setting) -> str:
    """Return a setting for people."""
    network, weights = setting
    return f"{labels.NETWORK_LABELS.get(network, network)}, {weights}"


def _work_lines(transfer: Transfer, setting: Setting) -> list[str]:
    """Return the lines of a cell that says how long a pretraining was."""
    work = transfer.works.get(setting)
    return [f"{work.epochs:,.0f} epochs", f"{work.clips:,.0f} clips"] if work else ["–"]


def _number_lines(number: Number | None, name: str) -> list[str]:
    """Return the lines of a cell."""
    if number is None:
        return ["–"]
    m = number.measured
    below = [f"{SIGNS[number.against_chance]} chance {number.chance:.1f}"] if name == OWN else []
    return [f"**{m.value:.1f}**", _bounds(m), *below, *([_points(m.gain)] if m.gain else [])]


def _bounds(m: Measured) -> str:
    """Return an interval."""
    return f"[{m.low:.1f}, {m.high:.1f}]"


def _points(m: Measured) -> str:
    """Return a difference with its interval."""
    return format_points(*m.numbers)
