"""Copy the results of the benchmarks into the marked places of docs/performance.md: ``python -m benchmarks.page``.

The text between ``<!-- load -->`` and ``<!-- end -->`` is replaced by benchmarks/results/load.md, if this file exists.
"""

from __future__ import annotations

import argparse
import re
from pathlib import Path

from benchmarks.timing import RESULTS
from vcop.runtime.atomic_files import write_text

PAGE = Path(__file__).parents[1] / "docs/performance.md"
PLACE = re.compile(r"(<!-- (?!end )(?P<name>[\w-]+) -->\n).*?(?=<!-- end -->)", re.DOTALL)


def main(words: list[str] | None = None) -> None:
    """Fill the page."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.page", description=__doc__)
    parser.add_argument("--page", type=Path, default=PAGE)
    parser.add_argument("--results", type=Path, default=RESULTS)
    arguments = parser.parse_args(words)
    write_text(arguments.page, fill(arguments.page.read_text(), arguments.results))


def fill(page: str, results: Path) -> str:
    """Return the page with the results that exist; other places stay as they are."""

    def found(place: re.Match[str]) -> str:
        result = results / f"{place['name']}.md"
        return f"{place[1]}\n{result.read_text().strip()}\n\n" if result.exists() else place[0]

    return PLACE.sub(found, page)


if __name__ == "__main__":
    main()
