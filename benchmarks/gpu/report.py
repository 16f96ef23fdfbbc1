"""Report of the GPU benchmark: gpu.json, for programs, and gpu.md, for people.

Both are written anew after each part, so that a run that is cut short keeps what it has.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks import timing
from vcop.planning.rates import RATES_FORMAT
from vcop.runtime.atomic_files import write_text

OK, WRONG = "equal", "**NOT EQUAL**"


class Report:
    """Findings of a run.

    Args:
        folder: Directory of gpu.md and gpu.json.
        about: Machine, date and command.
    """

    def __init__(self, folder: Path, about: dict[str, Any]) -> None:
        self.folder, self.sections = folder, dict[str, tuple[str, ...]]()
        self.data: dict[str, Any] = {
            "format": RATES_FORMAT,
            **about,
            "finished": False,
            "cut": [],
            "rows": [],
            "parts": {},
            "rates": {},
        }

    def row(
        self, part: str, what: str, result: str, seconds: float, code: Callable[..., Any], *, equal: bool | None = None
    ) -> None:
        """Add a finding.

        Args:
            part: Name of the part.
            what: What was checked or measured.
            result: The number, with its unit.
            seconds: Time that it took.
            code: The function that found it.
            equal: Whether it is what it should be; None where nothing is compared.
        """
        where = f"{code.__module__}.{code.__qualname__}"
        found = {"part": part, "what": what, "result": result, "seconds": round(seconds, 2), "code": where, "equal": equal}
        self.data["rows"].append(found)
        print(f"    {what}: {result}{'' if equal is None else '; equal' if equal else '; NOT EQUAL'}", flush=True)
        self.write()

    def cut(self, part: str, what: str) -> None:
        """Note what was not done, or not to its end, so that a page without a failure is not taken for a complete one."""
        self.data["cut"].append({"part": part, "what": what})
        self.write()

    def keep(self, part: str, **values: Any) -> None:
        """Keep values for programs."""
        self.data["parts"].setdefault(part, {}).update(values)

    def section(self, title: str, *paragraphs: str) -> None:
        """Put paragraphs and tables below the first table; those that the title had before are replaced."""
        self.sections[title] = paragraphs
        self.write()

    @property
    def wrong(self) -> list[dict[str, Any]]:
        """The findings that are not what they should be."""
        return [row for row in self.data["rows"] if row["equal"] is False]

    def write(self) -> None:
        """Write both files."""
        write_text(self.folder / "gpu.json", json.dumps(self.data, indent=1) + "\n")
        write_text(self.folder / "gpu.md", self.text())

    def text(self) -> str:
        """Return the page."""
        about = self.data
        cudnn = f", cuDNN {about['cudnn']}" if about["cudnn"] else ""
        head = f"*{about['gpu']}, driver {about['driver']}{cudnn}; {about['machine']}*"
        state = "All parts have run." if about["finished"] else "The run has not finished: what follows is what it had so far."
        if about["cut"]:
            missing = "; ".join(f"{one['part']}: {one['what']}" for one in about["cut"])
            state += f" **Not complete**: {missing}."
        small = " Networks and clips are small: this run tests the command and measures nothing." if about["tiny"] else ""
        verdict = f"**{len(self.wrong)} of the comparisons failed.**" if self.wrong else "No comparison failed."
        said = f"`{about['command']}`, {about['date']}, code {about['commit'] or 'without a commit'}. {state} {verdict}{small}"
        rows = [
            [row["part"], row["what"], self._result(row), f"{row['seconds']:.1f}", f"`{row['code']}`"] for row in about["rows"]
        ]
        lines = [["part", "what", "result", "seconds", "code"], ["---", "---", "---", "---:", "---"], *rows]
        table = "\n".join(f"| {' | '.join(line)} |" for line in lines)
        parts = [part for title, paragraphs in self.sections.items() for part in (f"**{title}**", *paragraphs)]
        return "\n\n".join([head, said, table, *parts]) + "\n"

    def _result(self, row: dict[str, Any]) -> str:
        verdict = {None: "", True: f"; {OK}", False: f"; {WRONG}"}[row["equal"]]
        return row["result"] + verdict


def curve_table(points: list[dict[str, float]], columns: dict[str, str], longest: int = 24) -> str:
    """Return every n-th point of a curve as a table, at most ``longest`` of them and always the last one."""
    every = -(-len(points) // longest)
    chosen = [point for number, point in enumerate(points) if (len(points) - 1 - number) % every == 0]
    return timing.table(list(columns.values()), [[timing.number(point[key]) for key in columns] for point in chosen])
