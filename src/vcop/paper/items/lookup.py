"""Find and draw an item by its name: a row of ``standard`` or a module of this package."""

import importlib
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import vcop.paper.items
from vcop.paper.heading import Heading
from vcop.paper.items.standard import STANDARD
from vcop.paper.measurement.published import cells
from vcop.runtime.atomic_files import require_intact

GROUPS = ("cvpr2019_", "tmm2020_", "papers_", "beyond_")  # how names of items begin
SCHEMATIC = ("_figure1", "_figure2", "_figure3")  # why clips, the framework, the blocks: they explain the method
OF_ONE_TASK = ("cvpr2019_", "papers_")  # the 2020 paper varies the pretext task: its items name their tasks themselves


@dataclass(frozen=True)
class Item:
    """Table or figure that can be drawn; ``render`` takes its heading, the result files and the main file to write."""

    title: str
    caption: str
    render: Callable[[Heading, list[Path], Path], None]


def items() -> list[str]:
    """Return the names of all items, which are those of their rules, sorted."""
    modules = [module.name for module in pkgutil.iter_modules(vcop.paper.items.__path__)]
    return sorted([*STANDARD, *(name for name in modules if name.startswith(GROUPS))])


def find_item(name: str) -> Item:
    """Return the item of a name from ``items()``."""
    if name in STANDARD:
        row = STANDARD[name]
        return Item(row.title, row.caption, partial(row.draw, name))
    module = importlib.import_module(f"vcop.paper.items.{name}")
    return Item(module.TITLE, module.CAPTION, module.render)


def render_item(
    name: str, inputs: list[Path], out: Path, *, study: str, task: str, note: str = "", synthetic: bool = False
) -> None:
    """Draw a table or figure and write its files.

    Args:
        name: One of ``items()``, such as "tmm2020_table2".
        inputs: Result files; the module of each item says which ones it needs.
        out: Main file; others get the same name with another suffix.
        study: Description of the study for the heading.
        task: Pretext task of the study, such as "16-8-3"; items of the 2019 paper show its results.
        note: Limitation of the study that the heading has to state.
        synthetic: Whether the study's videos are synthetic.

    Raises:
        ValueError: A result file is missing or damaged.
    """
    item = find_item(name)
    published = name in ("papers_numbers", "tmm2020_claims") or any(cell.published is not None for cell in cells(name))
    shown_task = task if name.startswith(OF_ONE_TASK) else ""
    schematic = name.endswith(SCHEMATIC)
    heading = Heading(item.title, item.caption, study, shown_task, note, published, schematic=schematic, synthetic=synthetic)
    item.render(heading, [require_intact(path) for path in inputs], out.with_suffix(""))
