"""Results of a copied study, whose files no longer have the times at which Snakemake saw them written.

Snakemake compares times. After a copy without them (``cp -r``) results may look older than what they were made from, and would be
made again, trainings included. Its records in .snakemake/ tell such a copy from results whose inputs are really newer.
"""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode
from collections.abc import Iterable, Sequence
from pathlib import Path

RECORDS = Path(".snakemake/metadata")
LONGEST_NAME = 254  # characters: Snakemake divides longer names of records into directories
ROUNDING = 2.5  # seconds; some file systems store times that coarsely
ADVICE = (
    "copy the study again with its times (`cp -a`, `rsync -a`), or mark its results as up to date, before config.yaml is changed: "
    "`snakemake --touch --cores 1`"
)
UNRECORDED = (
    "Copied without .snakemake/: it is not recorded with which options the results were made, so that a change of config.yaml makes "
    "none of them again. Copy .snakemake/, too."
)


def recorded_time(folder: Path, path: str) -> float | None:
    """Return when Snakemake saw a result written, in seconds since 1970; None if it has no record of it.

    Args:
        folder: The study's folder, in which Snakemake runs.
        path: Path of the result as the workflow names it.
    """
    name = urlsafe_b64encode(path.encode(errors="surrogateescape")).decode()
    parts = [name[start : start + LONGEST_NAME] for start in range(0, len(name), LONGEST_NAME)]
    record = folder.joinpath(RECORDS, *(f"@{part}" for part in parts[:-1]), parts[-1])
    try:
        time = json.loads(record.read_bytes())["endtime"]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return float(time) if isinstance(time, int | float) else None


def copied_results(folder: Path, paths: Iterable[str]) -> list[str]:
    """Return those of some results that are there, but not as Snakemake saw them written: without a record, or of another time."""
    return [path for path in paths if (folder / path).is_file() and not _as_recorded(folder, path)]


def outdated_by_copying(folder: Path, outdated: Iterable[str], every: Iterable[str]) -> list[str]:
    """Return those of the results that look out of date which seem so because the study was copied without its times.

    It was if at least half of its results are not as recorded. A single record may be missing for another reason, such as a power cut.

    Args:
        folder: The study's folder.
        outdated: Paths of the results that are older than what they were made from.
        every: Paths of all results.
    """
    copied = copied_results(folder, outdated)
    there = [path for path in every if (folder / path).is_file()] if copied else []
    return copied if 2 * len(copied_results(folder, there)) >= len(there) else []


def _as_recorded(folder: Path, path: str) -> bool:
    """Return whether a result has the time of its record."""
    time = recorded_time(folder, path)
    return time is not None and abs((folder / path).stat().st_mtime - time) < ROUNDING


def copy_advice(copied: Sequence[str]) -> str:
    """Return the line about results that only their times make look out of date."""
    others = f" and {len(copied) - 1} more" if len(copied) > 1 else ""
    return f"Copied without the times of its files: {copied[0]}{others} would be made again by times alone; {ADVICE}"
