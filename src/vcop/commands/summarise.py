"""``vcop summarise``: write the summary of a study of one's own videos."""

from __future__ import annotations

import argparse
from pathlib import Path

from vcop.own_videos.summary import HEADER, Results, numbers, video_lines
from vcop.own_videos.summary_page import summary_html, summary_lines
from vcop.runtime.atomic_files import write_csv, write_text


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the flags."""
    add = parser.add_argument
    add("dataset", metavar="DATASET", help="Name of the data set.")
    add("--list", type=Path, required=True, help="List of the videos, made by `vcop list` (.csv).")
    add("--checked", type=Path, required=True, help="Table of `vcop check` (.csv).")
    add("--unreadable", type=Path, required=True, help="Table of `vcop decode`: videos left out or noted (.csv).")
    add("--task", required=True, help="Pretext task, for example 16-8-3.")
    add("--order", type=Path, nargs="*", default=[], help="Predicted orders, one file a seed (.csv).")
    add("--audit", type=Path, nargs="*", default=[], help="Results of `vcop audit`, one file a seed (.csv).")
    add("--provenance", type=Path, nargs="*", default=[], help="Provenance of the pretrainings (.json).")
    add(
        "--labelled",
        type=Path,
        nargs="*",
        default=[],
        help="Results of retrieval, probe and fine-tuning, if there are labels (.csv).",
    )
    add("--study", default="", help="Name of the study.")
    add("--out", type=Path, required=True, help="Page to write (.html).")
    add("--table", type=Path, required=True, help="Table to write: every number with its interval (.csv).")


def run(arguments: argparse.Namespace) -> None:
    """Summarise. Raises ValueError if a file is missing or does not fit."""
    results = Results(
        videos=arguments.list,
        checked=arguments.checked,
        unreadable=arguments.unreadable,
        order=arguments.order,
        audit=arguments.audit,
        provenance=arguments.provenance,
        labelled=arguments.labelled,
    )
    lines, rows = video_lines(results), numbers(results, arguments.task)
    write_csv(arguments.table, HEADER, [["" if cell is None else cell for cell in row] for row in rows])
    write_text(arguments.out, summary_html(arguments.dataset, arguments.study, arguments.task, lines, rows))
    print(*lines, *summary_lines(rows), f"{arguments.out}: written", sep="\n")
