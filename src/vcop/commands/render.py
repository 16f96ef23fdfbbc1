"""``vcop render``: draw one table or figure of the papers from the result files its rule lists."""

import argparse
from pathlib import Path

from vcop.paper.items.lookup import items, render_item


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's flags."""
    parser.add_argument("item", choices=items(), metavar="ITEM", help=f"Table or figure to draw: {', '.join(items())}.")
    parser.add_argument("--study", required=True, help="Description of the study, printed in the heading.")
    parser.add_argument("--task", required=True, help="Pretext task of the study; items of the 2019 paper show its results.")
    parser.add_argument("--note", default="", help="Limitation of the study, printed in the heading.")
    parser.add_argument(
        "--synthetic",
        action="store_true",
        help="The study's videos are synthetic: do not compare its numbers with the papers'.",
    )
    parser.add_argument("--inputs", type=Path, nargs="+", required=True, help="Result files, as the item's rule lists them.")
    parser.add_argument("--out", type=Path, required=True, help="Main file of the item; other formats are written beside it.")


def run(arguments: argparse.Namespace) -> None:
    """Draw the item. Raise ValueError where a result is missing or damaged."""
    render_item(
        arguments.item,
        arguments.inputs,
        arguments.out,
        study=arguments.study,
        task=arguments.task,
        note=arguments.note,
        synthetic=arguments.synthetic,
    )
