"""Check of a whole data set: its lists and videos against each other, and against the official counts.

Faults are what must be repaired; notes are worth knowing only (duplicates, files that no list names). Nothing is written into the
directories that are checked.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from vcop.datasets import official_counts
from vcop.preparation.checking import counts, findings
from vcop.preparation.checking.counts import CountRow
from vcop.preparation.checking.findings import CROSSES_SPLIT, VIDEO_FAULTS
from vcop.preparation.checking.inventory import FAULTS, NOTES, Finding, Inventory
from vcop.preparation.checking.survey import CheckOptions, SurveyResult, survey_videos
from vcop.preparation.checking.video_check import VideoCheck
from vcop.runtime.atomic_files import write_csv

PRINTED = 20  # findings of one kind that are printed
PRINTED_OF = {"header": 3}  # of kinds that concern most videos of a data set
COLUMNS = ("video", "class", "split1", "split2", "split3", "frames", "header", "width", "height", "bytes", "findings")


@dataclass(frozen=True)
class DatasetReport:
    """Result of the check of a data set.

    Attributes:
        inventory: Lists and files.
        survey: Check of every video.
        rows: Table of counts.
        findings: All faults and notes.
        compared: Whether the lists were compared with the official counts.
    """

    inventory: Inventory
    survey: SurveyResult
    rows: Sequence[CountRow]
    findings: Sequence[Finding]
    compared: bool

    def lines(self) -> Iterator[str]:
        """Yield the report as text: the table (of classes only those that differ), sizes of the videos, and the findings."""
        if not self.compared:
            yield "other lists than the official ones: not compared with the official counts (--official compares them)"
        totals = [row for row in self.rows if "," not in row.what and not row.what.startswith("class ")]
        details = [row for row in self.rows if row not in totals and _differs(row)]
        yield from counts.table_lines([*totals, *details[:PRINTED]])
        if len(details) > PRINTED:
            yield f"... and {len(details) - PRINTED} more classes and lists of classes that differ (--counts FILE has all)"
        headers = [check.header for check in self.survey.videos.values() if check.header]
        if headers:
            yield f"sizes: {counts.size_line((header.width, header.height) for header in headers)}"
        pairs = [finding.reason for finding in self.findings if finding.kind in {"same bytes", "same pictures"}]
        if pairs:
            crossing = sum(CROSSES_SPLIT in reason for reason in pairs)
            yield f"duplicates: {len(pairs)}, of these {crossing} between training and test of a split"
        yield from finding_lines(self.findings)

    def verdict(self, allow_unreadable: int = 0) -> str:
        """Return the conclusion as one line.

        Args:
            allow_unreadable: Number of videos that may be missing or unreadable.

        Raises:
            ValueError: If there are other faults, or more videos are missing or unreadable.
        """
        faults = [finding for finding in self.findings if finding.kind in FAULTS]
        unreadable = [finding for finding in faults if finding.kind in VIDEO_FAULTS]
        notes, dataset = _plural(len(self.findings) - len(faults), "note"), self.inventory.dataset
        if len(unreadable) > allow_unreadable or len(faults) > len(unreadable):
            videos = _plural(len(unreadable), "video")
            allowed = f", {allow_unreadable} of {videos} may be missing or unreadable" if allow_unreadable else ""
            raise ValueError(f"{dataset}: {_plural(len(faults), 'fault')} and {notes} (named above){allowed}")
        if faults:
            return f"{dataset}: {_plural(len(faults), 'video')} missing or unreadable, as allowed ({notes})"
        return f"{dataset}: no problems found ({notes})"

    def write_counts(self, path: Path) -> None:
        """Write the whole table of counts (.csv), every class included."""
        write_csv(path, CountRow._fields, (["" if cell is None else cell for cell in row] for row in self.rows))

    def write_videos(self, path: Path) -> None:
        """Write a table (.csv) with a row for every video, listed or not, and all its findings."""
        write_csv(path, COLUMNS, self._video_rows())

    def _video_rows(self) -> Iterator[Sequence[object]]:
        remarks: dict[str, list[str]] = {}
        for kind, name, reason in self.findings:
            remarks.setdefault(name, []).append(f"{kind}: {reason}")
        splits, survey = self.inventory.splits, self.survey
        for video, label in sorted(splits.labels.items()):
            check = survey.videos.get(video, VideoCheck())
            header = check.header
            of_header = ("", "", "") if header is None else (header.frames, header.width, header.height)
            roles = [official_counts.ROLE_NAMES[role] for role in splits.roles[video]]
            numbers = (survey.frames.get(video, check.count or ""), *of_header, check.size or "")
            yield video, splits.classes[label], *roles, *numbers, "; ".join(remarks.get(video, []))
        for name in sorted(self.inventory.surplus):
            yield name, *[""] * 9, "; ".join(remarks.get(name, ["surplus"]))


def check_dataset(inventory: Inventory, options: CheckOptions) -> DatasetReport:
    """Check all videos of a data set, count them, and look for duplicates.

    Args:
        inventory: Lists and files, from ``inventory.take_inventory``.
        options: How thoroughly to check.

    Returns:
        The report; faults of lists and videos are part of it.

    Raises:
        ValueError: If the options name something that cannot be read.
    """
    compare = options.official
    if compare is None:
        compare = official_counts.looks_official(inventory.dataset, inventory.splits)
    survey = survey_videos(inventory, options)
    listed = [
        *inventory.findings,
        *findings.video_findings(inventory, survey, compare),
        *findings.frame_count_findings(options.frame_counts, inventory, survey),
    ]
    rows = findings.count_rows(inventory, survey, compare)
    if compare:
        listed += list(findings.count_findings(inventory, rows, listed))
    if options.duplicates and not options.frame_counts:
        listed += findings.duplicate_findings(inventory, survey, options.processes)
    return DatasetReport(inventory, survey, rows, listed, compare)


def finding_lines(listed: Sequence[Finding]) -> list[str]:
    """Return one line per finding, faults first, of each kind only the first few."""
    lines = []
    for kind in (*FAULTS, *NOTES):
        same_kind, most = [finding for finding in listed if finding.kind == kind], PRINTED_OF.get(kind, PRINTED)
        prefix = kind if kind in FAULTS else f"note: {kind}"
        lines += [f"{prefix}: {f.name}{f': {f.reason}' if f.reason else ''}" for f in same_kind[:most]]
        if len(same_kind) > most:
            lines.append(f"{prefix}: ... and {len(same_kind) - most:,} more (--out FILE names all)")
    return [line.encode(errors="surrogateescape").decode(errors="replace") for line in lines]


def _differs(row: CountRow) -> bool:
    return len({number for number in row[1:] if number is not None}) > 1


def _plural(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"
