"""docs/formats.md as data, and whether a file is as it says."""

import csv
import json
import re
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import h5py
from support.helpers import ROOT

PAGE = ROOT / "docs/formats.md"
KINDS = {
    "integer": r"[+-]?\d+",
    "number": r"[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?|nan",
    "text": r"(?s).+",
    "0 or 1": "[01]",
    "empty": "",
}
JSON = {"text": str, "number": (int, float), "object": dict, "null": type(None)}


@dataclass
class Section:
    """Path with wildcards, and the rows of the table: name, type, all cells."""

    title: str
    path: str
    rows: list[list[str]]

    def files(self, folder: Path) -> list[Path]:
        return sorted(folder.glob(re.sub(r"\{\w+\}", "*", self.path)))

    def fits(self, files: list[Path]) -> list[Path]:
        """Without those of a longer name that another section describes: seed-0-classes.csv."""
        named = re.escape(self.path).replace(r"\*\*", ".*")
        pattern = re.compile(
            re.sub(r"\\\{(\w+)\\\}", lambda m: r"\d+" if m[1] in ("seed", "number") else "[^/]+", named) + "$"
        )
        return [path for path in files if pattern.search(path.as_posix())]


def sections() -> dict[str, Section]:
    """By heading; those that describe a file by a table."""
    found = {}
    for part in re.split(r"^### ", PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]:
        title, body = part.split("\n", 1)
        body = re.split(r"^## ", body, flags=re.MULTILINE)[0]
        table = [[cell.strip() for cell in line[1:-1].split("|")] for line in body.splitlines() if line.startswith("|")]
        if table:
            found[title] = Section(
                title, re.search(r"`([^`]+)`", body)[1], [[row[0].strip("`"), *row[1:]] for row in table[2:]]
            )
    return found


def pattern_of(name: str) -> str:
    return re.sub(r"\\\{\w+\\\}", ".+", re.escape(name))


def described(section: Section, names: list[str]) -> list[list[str]]:
    """The row that describes each name. Every row without `optional` has to describe one; the order is that of the page."""
    found = []
    closest = sorted(section.rows, key=lambda row: ("{" in row[0], -len(re.sub(r"\{.*?\}", "", row[0]))))
    for name in names:
        row = next((row for row in closest if re.fullmatch(pattern_of(row[0]), name)), None)
        assert row is not None, f"{section.title}: {name} is not described"
        found.append(row)
    missing = [row[0] for row in section.rows if "optional" not in row[1] and row not in found]
    assert not missing, f"{section.title}: {missing} are not there"
    return found


def check_table(section: Section, path: Path) -> None:
    """Names and their order, and the type of every cell."""
    with open(path, encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    found = described(section, header)
    places = [section.rows.index(row) for row in found]
    assert all(a <= b for a, b in pairwise(places)), f"{path}: columns in another order"
    assert rows, f"{path}: no rows"
    for place, (_, kind, *_) in enumerate(found):
        kinds = kind.removesuffix(", optional")
        allowed = [KINDS[kinds]] if kinds in KINDS else [KINDS[name] for name in kinds.split(" or ")]
        wrong = next((row for row in rows if not any(re.fullmatch(one, row[place]) for one in allowed)), None)
        assert wrong is None, f"{path}: {header[place]} is {wrong[place]!r}, not {kind}"


def check_hdf5(section: Section, path: Path) -> None:
    """Names, types and shapes; a letter is the same number wherever it stands."""
    sizes: dict[str, int] = {}
    with h5py.File(path) as file:
        names = list(file)
        for name, (_, kind, shape, *_) in zip(names, described(section, names), strict=True):
            dtype = "text" if file[name].dtype.kind in "SO" else str(file[name].dtype)
            assert dtype in kind.removesuffix(", optional").split(" or "), f"{path}: {name} is {dtype}, not {kind}"
            letters = shape.strip("()").split(", ")
            assert len(letters) == file[name].ndim, f"{path}: {name} is {file[name].shape}, not {shape}"
            for letter, size in zip(letters, file[name].shape, strict=True):
                known = int(letter) if letter.isdigit() else size if letter == "?" else sizes.setdefault(letter, size)
                assert known == size, f"{path}: {name} is {file[name].shape}, not {shape} with {letter} = {known}"


def check_json(section: Section, path: Path) -> None:
    """Keys and types."""
    content = json.loads(path.read_bytes())
    for (name, value), (_, kind, *_) in zip(content.items(), described(section, list(content)), strict=True):
        kinds = kind.removesuffix(", optional").split(" or ")
        assert any(isinstance(value, JSON[kind]) for kind in kinds), f"{path}: {name} is {value!r}, not {kind}"


def check(section: Section, path: Path) -> None:
    {".csv": check_table, ".h5": check_hdf5, ".json": check_json}[path.suffix](section, path)
