"""``vcop render``: draw one table or figure of the papers from the result files its rule lists."""

import argparse
import importlib
import pkgutil
from pathlib import Path

import vcop.paper.items


def items() -> list[str]:
    """The items that can be drawn, as their rules are named."""
    found = [m.name for m in pkgutil.iter_modules(vcop.paper.items.__path__)]
    return [name for name in found if name.startswith(("cvpr2019_", "tmm2020_", "papers_", "beyond_"))]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The verb's flags."""
    parser.add_argument("item", choices=items(), metavar="ITEM", help=", ".join(items()))
    parser.add_argument("--study", required=True, help="what the heading says the numbers are of")
    parser.add_argument("--task", required=True, help="the study's pretext task, which the 2019 paper's items are of")
    parser.add_argument("--note", default="", help="what the heading has to confess besides")
    parser.add_argument("--inputs", type=Path, nargs="+", required=True, help="result files")
    parser.add_argument("--out", type=Path, required=True, help="the item's main file; others go beside it")


def run(arguments: argparse.Namespace) -> None:
    """Draw it. Raises ValueError where a result is missing, or not as it was written."""
    from vcop.paper.heading import Heading
    from vcop.paper.measurement.published import cells
    from vcop.runtime.atomic_files import require_intact

    module = importlib.import_module(f"vcop.paper.items.{arguments.item}")
    # The 2020 paper varies the task: its items say themselves which tasks they are of.
    task = arguments.task if arguments.item.startswith(("cvpr2019_", "papers_")) else ""
    printed = arguments.item == "papers_numbers" or any(cell.published is not None for cell in cells(arguments.item))
    heading = Heading(module.TITLE, module.CAPTION, arguments.study, task, arguments.note, printed)
    module.render(heading, [require_intact(path) for path in arguments.inputs], arguments.out.with_suffix(""))
