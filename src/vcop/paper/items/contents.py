"""Contents of a study: which items of both papers are drawn in its folder, in the order of reading."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from html import unescape
from pathlib import Path

from vcop.paper.items.lookup import find_item, items
from vcop.paper.pages.index import Entry, Section
from vcop.paper.pages.web_page import first_sentence

FIRST = ("tmm2020_claims", "papers_numbers")  # what a reader wants to know first
PARTS = {
    "cvpr2019": "CVPR 2019: Video Clip Order Prediction",
    "tmm2020": "TMM 2020: Video Clip Order with Curriculum Learning",
    "beyond": "Beyond the papers",
    "papers": "Costs",
}
MAIN = (".html", ".png")  # endings of what is read; an item has one of them
REUSED = (".csv", ".md", ".tex", ".pdf", ".svg")
HEAD = 65536  # bytes at the beginning of a page that hold its title and its description: a style stands between


def study_sections(results: Path) -> list[Section]:
    """Return what is drawn in a directory of results, by paper; what is not drawn is named.

    Args:
        results: The directory results/ of a study.
    """
    names = sorted(items(), key=_reading_order)
    sections = [_section("Read first", results, FIRST, "", first=True)]
    for part, title in PARTS.items():
        own = [name for name in names if name.startswith(f"{part}_") and name not in FIRST]
        sections.append(_section(title, results, own, part))
    sections.insert(1, Section("Of this study alone", list(_others(results, names))))
    return sections


def _section(title: str, results: Path, names: Sequence[str], target: str, *, first: bool = False) -> Section:
    """Return a section of items: those that are drawn, and the names of the others."""
    drawn = {name: main for name in names if (main := _main_file(results, name))}
    missing = [_short(find_item(name).title).split(". ")[0] for name in names if name not in drawn]
    return Section(title, [_item(results, name, main) for name, main in drawn.items()], missing, target, first)


def _main_file(results: Path, name: str) -> Path | None:
    """Return the page or the picture of an item; None if it is not drawn."""
    paper, item = name.split("_", 1)
    return next((path for ending in MAIN if (path := results / paper / f"{item}{ending}").is_file()), None)


def _item(results: Path, name: str, main: Path) -> Entry:
    """Return the entry of an item that is drawn."""
    item = find_item(name)
    line = described(main)[1] if main.suffix == ".html" else ""
    others = (main.with_suffix(ending) for ending in REUSED)
    files = [path.relative_to(results).as_posix() for path in others if path.is_file()]
    return Entry(_short(item.title), line or first_sentence(item.caption), main.relative_to(results).as_posix(), files)


def _others(results: Path, names: Sequence[str]) -> Iterator[Entry]:
    """Yield the pages in results/ that no item of this list has made."""
    known = {_main_file(results, name) for name in names}
    for path in sorted(results.glob("*/**/*.html")):
        if path not in known:
            title, line = described(path)
            yield Entry(title or path.stem, line, path.relative_to(results).as_posix())


def described(page: Path) -> tuple[str, str]:
    """Return title and description of a page as they stand in its head; empty where it has none."""
    with open(page, encoding="utf-8", errors="replace") as file:
        head = file.read(HEAD)
    patterns = (r"<title>(.*?)</title>", r'<meta name="description" content="(.*?)">')
    found = (re.search(pattern, head, re.DOTALL) for pattern in patterns)
    title, line = (unescape(match[1]) if match else "" for match in found)
    return title, line


def _short(title: str) -> str:
    """Return a title without the paper, which is in the heading above."""
    return re.sub(r" \((?:CVPR|TMM) \d{4}\)", "", title)


def _reading_order(name: str) -> tuple[bool, str, int]:
    """Sort tables before figures, and both by number."""
    kind, number = re.fullmatch(r"(.*?)(\d*)", name.split("_", 1)[1]).groups()  # type: ignore[union-attr]
    return kind == "figure", kind, int(number or 0)
