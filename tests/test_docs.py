"""The site: it is built strictly, loads nothing from a network, and names only what exists."""

import re
import shutil
import subprocess
import sys

import pytest
from support.helpers import ROOT

from vcop import __version__
from vcop.config.study import COMPARED
from vcop.pretext.task_names import BUILT_IN, split_name


def build(root, site):
    """Build the site of a copy of the repository."""
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--config-file", root / "mkdocs.yml", "--site-dir", site]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.fixture
def copy(tmp_path):
    """What the site is made of, to be changed."""
    for name in ("docs", "src", "tests", "workflow", "envs", "profiles", "benchmarks"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__", "results"))
    for name in ("mkdocs.yml", "CONTRIBUTING.md", "CHANGELOG.md"):
        shutil.copy(ROOT / name, tmp_path / name)
    return tmp_path


def test_the_site_is_built_strictly_and_loads_nothing_from_a_network(tmp_path):
    done = build(ROOT, tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    pages = list(tmp_path.rglob("*.html"))
    assert len(pages) > 40
    for page in pages:
        assert not re.findall(r"<(?:script|link|img|iframe)[^>]*(?:src|href)=\"?https?:", page.read_text()), page


@pytest.mark.parametrize(
    ("file", "faults"),
    [
        (
            "docs/method.md",
            {
                "\n[lost](away.md)\n": "away.md",
                "\n[lost](glossary.md#nowhere)\n": "nowhere",
                "\n`src/vcop/sampling/gone.py`\n": "src/vcop/sampling/gone.py",
                "\n`vcop.sampling.tasks.missing`\n": "vcop.sampling.tasks.missing",
            },
        ),
        ("src/vcop/sampling/tasks.py", {"\n\ndef silent() -> None:\n    pass\n": "vcop.sampling.tasks.silent"}),
    ],
)
def test_what_is_lost_or_undocumented_fails(copy, file, faults):
    """A link, an anchor, a file and a name that are not there, and a function without a docstring: each is named."""
    with (copy / file).open("a") as out:
        out.writelines(faults)
    done = build(copy, copy / "site")
    assert done.returncode != 0
    for named in faults.values():
        assert named in done.stdout + done.stderr


def test_the_example_of_a_pretext_task_is_the_real_file():
    example = re.search(r"```python\n(.*?)```", (ROOT / "docs/tasks.md").read_text(), re.DOTALL)[1]
    assert example == (ROOT / "src/vcop/pretext/tasks/arrow.py").read_text()


def test_every_pretext_task_is_in_the_table():
    page = (ROOT / "docs/tasks.md").read_text()
    rows = re.findall(r"^\| `([\w-]+)` .*\|", page, re.MULTILINE)
    assert {split_name(name)[0] for name in rows} >= set(BUILT_IN)
    assert set(COMPARED) <= set(rows)


def test_the_readme_fits_on_two_screens():
    assert len((ROOT / "README.md").read_text().splitlines()) <= 110


def test_what_the_repositorys_front_pages_link_to_exists():
    for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md"):
        for link in re.findall(r"\]\((?!https?:|#)([^)#]+)", (ROOT / name).read_text()):
            assert (ROOT / link).exists(), f"{name}: {link}"


def test_the_version_is_the_same_wherever_it_is_written():
    """It stands in src/vcop/__init__.py, from which pyproject.toml takes it."""
    version = re.escape(__version__)
    assert re.search(rf'^VERSION = "{version}"', (ROOT / "workflow/rules/configuration.smk").read_text(), re.MULTILINE)
    assert re.search(rf"^version: [\"']?{version}[\"']?$", (ROOT / "CITATION.cff").read_text(), re.MULTILINE)
    assert re.search(r"^## \[(\d[\d.]*)\]", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)[1] == __version__
