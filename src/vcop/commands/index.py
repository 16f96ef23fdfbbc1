"""``vcop index``: write results/index.html, the page that leads to all tables, figures and trainings of a study."""

from __future__ import annotations

import argparse
import time
from pathlib import Path

from vcop.planning.run_status import RunStatus, started_runs

FILES = ("history.csv", "provenance.json")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the flags of this command."""
    parser.add_argument("folder", type=Path, nargs="?", default=Path(), help="Folder of the study, with its results/.")
    parser.add_argument(
        "--study", help="Description of the study, printed in the heading; by default that of its config.yaml."
    )
    parser.add_argument("--note", default="", help="Limitation of the study, printed in the heading.")
    parser.add_argument("--synthetic", action="store_true", help="The study's videos are synthetic: say so in the heading.")


def run(arguments: argparse.Namespace) -> None:
    """Write the page. Raise ValueError if the folder has no results."""
    from vcop.paper.heading import Heading
    from vcop.paper.items.contents import study_sections
    from vcop.paper.pages.index import Training, index_html
    from vcop.runtime.atomic_files import write_text

    results = arguments.folder / "results"
    if not results.is_dir():
        raise ValueError(f"{results.absolute()}: no such directory: run the workflow first")
    study, note, synthetic = arguments.study, arguments.note, arguments.synthetic
    if study is None:
        from vcop.planning.study_folder import study_in_folder  # a rule names the study: its environment reads no YAML

        options = study_in_folder(arguments.folder)
        study, note, synthetic = options.study, options.note, options.synthesise is not None
    caption = "All pages and figures of this study, and its trainings."
    heading = Heading("Video clip order prediction: results", caption, study, "", note, synthetic=synthetic)
    trainings = [Training(*training_texts(run), files) for run, files in training_files(arguments.folder)]
    write_text(results / "index.html", index_html(heading, study_sections(results), trainings))


def training_files(folder: Path) -> list[tuple[RunStatus, list[str]]]:
    """Return the trainings of a study that have begun, each with the files that say how it went, relative to results/."""
    runs = started_runs(folder, time.time())
    return [(run, [f"{run.run}/{name}" for name in FILES if (folder / "results" / run.run / name).is_file()]) for run in runs]


def training_texts(run: RunStatus) -> tuple[str, str, str, str]:
    """Return name, state, epochs and validation accuracy; nothing that would differ between two equal studies."""
    epochs = "" if run.epoch is None else f"{run.epoch:.0f}"
    validation = "" if run.validation_accuracy is None else f"{run.validation_accuracy:.1%}"
    return run.run, run.state, epochs, validation
