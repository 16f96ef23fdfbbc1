"""An item is drawn by its own code, as far as that is for drawing, and by no more."""

import subprocess
import sys

import pytest

from vcop.paper.dependencies import drawn_by
from vcop.paper.items.lookup import items
from vcop.paper.items.standard import STANDARD


def names(item):
    return {path.name for path in drawn_by(item)}


@pytest.fixture
def package(tmp_path):
    """An item that imports a module by way of another, in all spellings of an import; beside them what it does not import."""
    for name, text in {
        "paper/items/cvpr2019_table9": "import pandas as pd\nfrom vcop.paper.pages import first, SECOND\nfrom vcop.storage.frame_store import FrameStore\n",
        "paper/pages/first": "import vcop.paper.pages.second\nfrom vcop.stats.proportions import wilson_interval\n",
        "paper/pages/second": "def f():\n    from vcop.paper.measurement.third import x\n    from vcop.paper.items import cvpr2019_table9\n",
        "paper/measurement/third": "",
        "paper/pages/stranger": "import vcop.paper.pages.first\n",
        "paper/items/standard": "from vcop.paper import heading\n"
        "def plot(item):\n    from vcop.paper.pages import stranger\n"
        "def table(item):\n    from vcop.paper.measurement import third\n"
        "ROWS = {'cvpr2019_table8': Row('a title', partial(table, dataset='ucf101')), 'cvpr2019_figure8': Row('b', plot)}\n",
        "paper/heading": "",
        "storage/frame_store": "",
        "stats/proportions": "",
    }.items():
        path = tmp_path / f"{name}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    for name in ("measurement/third.csv", "pages/stranger.csv"):
        (tmp_path / "paper" / name).write_text("")
    return tmp_path


def test_imports_are_followed(package):
    files = ["items/cvpr2019_table9.py", "measurement/third.csv", "measurement/third.py", "pages/first.py", "pages/second.py"]
    assert drawn_by("cvpr2019_table9", package) == [
        *(package / "paper" / name for name in files),
        package / "stats/proportions.py",
    ]


@pytest.mark.parametrize(
    ("item", "files"),
    [
        ("cvpr2019_table8", ["heading.py", "items/standard.py", "measurement/third.csv", "measurement/third.py"]),
        (
            "cvpr2019_figure8",
            [
                *(
                    "heading.py",
                    "items/cvpr2019_table9.py",
                    "items/standard.py",
                    "measurement/third.csv",
                    "measurement/third.py",
                ),
                *("pages/first.py", "pages/second.py", "pages/stranger.csv", "pages/stranger.py"),
            ],
        ),
    ],
)
def test_of_the_registry_a_row_counts_with_its_function_and_no_other(item, files, package):
    assert [p for p in drawn_by(item, package) if p.name != "proportions.py"] == [package / "paper" / name for name in files]


def test_who_only_looks_up_titles_in_the_registry_is_not_drawn_by_what_its_rows_need(package):
    (package / "paper/items/papers_all.py").write_text("from vcop.paper.items import standard\n")
    assert [p.name for p in drawn_by("papers_all", package)] == ["heading.py", "papers_all.py", "standard.py"]


def test_an_unknown_item_is_named(package):
    with pytest.raises(
        ValueError, match=r"paper/items/cvpr2019_table7.py: no such file, and no row of standard.py: an item has"
    ):
        drawn_by("cvpr2019_table7", package)


def test_a_module_that_cannot_be_read_is_named(package):
    (package / "paper/measurement/third.py").write_text("x = 1\ny = (\n")
    with pytest.raises(ValueError, match=r"measurement/third.py, line 2: '\(' was never closed"):
        drawn_by("cvpr2019_table9", package)


@pytest.mark.parametrize("item", items())
def test_every_item_is_drawn_by_its_own_module_and_no_other_items(item):
    own = "standard.py" if item in STANDARD else f"{item}.py"
    assert own in names(item)
    assert {name for name in names(item) if name.removesuffix(".py") in items()} == {own} - {"standard.py"}


def test_figures_have_the_style_and_tables_have_not():
    for item in items():
        if "figure" in item or item.startswith("beyond_"):
            assert "style.py" in names(item)
        elif "table" in item or item.startswith("papers_"):
            assert not {"style.py", "canvas.py"} & names(item)
    assert "claims.py" not in names("cvpr2019_table2")
    assert {"claims.py", "comparisons.py", "published.csv", "estimates.py", "source_groups.py"} < names("tmm2020_claims")


def test_the_code_of_chance_and_intervals_counts():
    assert {"tasks.py", "estimates.py"} < names("tmm2020_figure5")


def test_training_code_draws_nothing():
    assert not set.union(*map(names, items())) & {
        "trainer.py",
        "pretraining.py",
        "run.py",
        "activitynet_qa.py",
        "frame_store.py",
    }


def test_what_the_snakefile_asks_imports_nothing_heavy():
    heavy = "{'torch', 'h5py', 'pandas', 'numpy', 'matplotlib'}"
    program = (
        "import sys; from vcop.commands import render; from vcop.paper.dependencies import drawn_by; "
        f"[drawn_by(i) for i in render.items()]; sys.exit(bool({heavy} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
