"""Tables as LaTeX: read back, they say what the CSV says; and LaTeX, where there is one, sets all of them."""

import csv
import re
import shutil
import subprocess

import pytest
from support.hand_made import read

from vcop.paper.heading import Heading
from vcop.paper.measurement.published import SOURCE
from vcop.paper.measurement.scores import Measured
from vcop.paper.pages import latex, tables

ITEMS = sorted(
    {row["item"] for row in csv.DictReader(SOURCE.read_text(encoding="utf-8").splitlines()) if "table" in row["item"]}
)
NASTY = Heading("Table 0", '50 % of <a> & {b}_c #1 $2 \\x ~^ "q" |é| [d] – 2×', "a study of Büchler's", "16-8-3", "so\nto say")
CELL = Measured(12.34, 10.0, 15.0, 377, 9137, 3, 0.4, Measured(-1.26, -12.0, 10.5, 377))


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Every table of both papers, with all that a cell can have."""
    root = tmp_path_factory.mktemp("tables")
    for item in ITEMS:
        tables.write_table(tables.measured_table(item, lambda cell: CELL, "16-8-3"), NASTY, root / item)
    return root


def rows_of(text):
    """The lines of the tabular as lists of cells, without rules."""
    body = text[text.index("\\toprule") : text.index("\\bottomrule")]
    lines = [line for line in body.splitlines() if line not in ("\\toprule", "\\midrule")]
    assert all(line.endswith(" \\\\") for line in lines)
    return [[cell.strip() for cell in re.split(r"(?<!\\)&", line.removesuffix("\\\\"))] for line in lines]


def test_there_are_ten_tables():
    assert len(ITEMS) == 10


@pytest.mark.parametrize("item", ITEMS)
def test_every_cell_of_the_csv_is_read_back(item, folder):
    (_, *columns), *lines = rows_of((folder / f"{item}.tex").read_text())
    found, name = {}, ""
    for first, *cells in lines:
        name = first or name
        assert len(cells) == len(columns)
        for column, cell in zip(columns, cells, strict=True):
            found.setdefault((name, column), []).append(re.sub(r"^\{\\scriptsize (.*)\}$", r"\1", cell))
    for row in read(folder / f"{item}.csv"):
        value, *more = found[latex.escape(row["row"]), row["column"]]
        ours = " / \\textbf{12.3}" * bool(row["measured"])
        assert value == (row["published"] or "--") + ours
        said = " ".join(filter(None, more))
        assert said == "{[}10.0, 15.0{]} (n 377, trained on 9137; 3 seeds, sd 0.4) -1.3 {[}-12.0, +10.5{]}" * bool(
            row["measured"]
        )


@pytest.mark.parametrize("item", ITEMS)
def test_what_is_opened_is_closed(item, folder):
    text = (folder / f"{item}.tex").read_text()
    bare = re.sub(r"\\[\\&%$#_{}]", "", text)
    assert bare.count("{") == bare.count("}")
    assert re.findall(r"\\(begin|end)\{(\w+)\}", text) == [
        ("begin", "table"), ("begin", "tabular"), ("end", "tabular"), ("end", "table"),
    ]  # fmt: skip
    assert re.search(r"\\label\{tab:[a-z0-9-]+:" + item.replace("_", "-") + r"\}", text)
    assert "\\caption{Table 0. 50 \\% of \\textless{}a\\textgreater{} \\& \\{b\\}\\_c \\#1 \\$2 " in text


def test_what_is_measured_is_bold_in_prose():
    assert (
        latex.latex_prose("published / **measured** [95 % interval]") == "published / \\textbf{measured} {[}95 \\% interval{]}"
    )


def test_an_empty_group_draws_no_line():
    assert latex.latex_table(["c"], "l", ["A"], [[], latex.table_row("r", [["1"]])]).count("\\midrule") == 1


@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="no pdflatex on this machine")
def test_latex_sets_every_table(folder):
    inputs = "\n".join(f"\\input{{{item}}}" for item in ITEMS)
    start = "\\documentclass[twocolumn]{article}\n\\usepackage{booktabs}\n\\renewenvironment{table}{\\begin{table*}}{\\end{table*}}"
    (folder / "all.tex").write_text(f"{start}\n\\begin{{document}}\n{inputs}\n\\end{{document}}\n")
    command = ["pdflatex", "-draftmode", "-halt-on-error", "-interaction=nonstopmode", "all.tex"]
    said = subprocess.run(command, cwd=folder, capture_output=True, text=True, errors="replace", check=False)
    assert said.returncode == 0, said.stdout[-2000:]
    assert "Missing character" not in (folder / "all.log").read_text(errors="replace")
