"""What draws an item: its own code, as far as it is for drawing, and no more."""

import subprocess
import sys

import pytest

from vcop.commands.render import items
from vcop.paper.dependencies import drawn_by


def names(item, **where):
    return {path.name for path in drawn_by(item, **where)}


@pytest.fixture
def package(tmp_path):
    """An item by way of a module to another, in all spellings of an import; beside them what it does not import."""
    paper = tmp_path / "paper"
    paper.mkdir()
    for name, text in {
        "cvpr2019_table9": "import pandas as pd\nfrom vcop.paper import first, SECOND\nfrom vcop.storage.frame_store import FrameStore\n",
        "first": "import vcop.paper.second\nfrom vcop.stats import wilson\n",
        "second": "def f():\n    from vcop.paper.third import x\n    from vcop.paper import cvpr2019_table9\n",
        "third": "",
        "stranger": "import vcop.paper.first\n",
    }.items():
        (paper / f"{name}.py").write_text(text)
    for name in ("paper/third.csv", "paper/stranger.csv", "frames.py", "intervals.py"):
        (tmp_path / name).write_text("")
    return tmp_path


def test_imports_are_followed(package):
    drawn = ["cvpr2019_table9.py", "first.py", "second.py", "third.csv", "third.py"]
    assert drawn_by("cvpr2019_table9", package) == [package / "intervals.py", *(package / "paper" / name for name in drawn)]


def test_an_item_without_a_module_is_named(package):
    with pytest.raises(ValueError, match=r"paper/cvpr2019_table8.py: no such file; an item's rule and its module"):
        drawn_by("cvpr2019_table8", package)


def test_a_module_that_cannot_be_read_is_named(package):
    (package / "paper/third.py").write_text("x = 1\ny = (\n")
    with pytest.raises(ValueError, match=r"paper/third.py, line 2: '\(' was never closed"):
        drawn_by("cvpr2019_table9", package)


@pytest.mark.parametrize("item", items())
def test_every_item_has_its_own_module_and_nobody_elses(item):
    assert {name for name in names(item) if name.removesuffix(".py") in items()} == {f"{item}.py"}


def test_figures_have_the_style_and_tables_have_not():
    for item in items():
        if "figure" in item or item.startswith("beyond_"):
            assert "style.py" in names(item)
    assert not {"style.py", "claims.py"} & names("cvpr2019_table2")
    assert {"claims.py", "claims_page.py", "compared.py", "published.csv", "intervals.py"} < names("tmm2020_claims")


def test_training_code_draws_nothing():
    assert not set.union(*map(names, items())) & {"training.py", "pretrain.py", "stage.py", "annotations.py", "frames.py"}


def test_what_the_snakefile_asks_imports_nothing_heavy():
    heavy = "{'torch', 'h5py', 'pandas', 'numpy', 'matplotlib'}"
    program = f"import sys; from vcop.commands import render; from vcop.paper import dependencies; [dependencies.drawn_by(i) for i in render.items()]; sys.exit(bool({heavy} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
