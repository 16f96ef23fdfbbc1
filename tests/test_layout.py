"""The house: every module has a test of its name, none is too long, and every command is run by some test."""

import re

import pytest
from support.helpers import ROOT

PACKAGE = ROOT / "src/vcop"
MODULES = sorted(path.relative_to(PACKAGE) for path in PACKAGE.rglob("*.py") if not path.name.startswith("__"))
COMMANDS = [path for path in MODULES if path.parts[0] == "commands"]
LONGEST = 250  # lines, docstrings included
SOURCES = "\n".join(path.read_text() for path in sorted((ROOT / "tests").rglob("*.py")))


@pytest.mark.parametrize("module", [path for path in MODULES if path not in COMMANDS], ids=str)
def test_a_module_has_a_test_of_its_name(module):
    assert (ROOT / "tests" / module.with_name(f"test_{module.name}")).is_file(), (
        f"write tests/{module.parent}/test_{module.name}"
    )


@pytest.mark.parametrize("command", [path.stem for path in COMMANDS if "flags" not in path.stem])
def test_a_command_is_run_by_a_test(command):
    assert re.search(rf'["\']{command}["\'],? ?|["\']{command} -', SOURCES), f"no test runs `vcop {command}`"


@pytest.mark.parametrize("module", MODULES, ids=str)
def test_a_module_is_not_too_long(module):
    lines = len((PACKAGE / module).read_text().splitlines())
    assert lines <= LONGEST, f"{lines} lines: divide it"


def test_every_package_says_what_it_is_for():
    for path in PACKAGE.rglob("__init__.py"):
        text = path.read_text()
        assert text.startswith('"""'), path
        assert 3 <= len(text.split('"""')[1].strip().splitlines()) <= 8, path
        if path.parent != PACKAGE:
            assert "import" not in text.split('"""')[2], f"{path}: a package imports nothing by itself"


def test_test_files_belong_to_a_module_or_to_a_folder_of_their_own():
    own = {"robustness", "workflow", "cluster", "support"}
    for path in (ROOT / "tests").rglob("test_*.py"):
        where = path.relative_to(ROOT / "tests")
        if where.parts[0] in own or len(where.parts) == 1:
            continue
        module = PACKAGE / where.with_name(where.name.removeprefix("test_"))
        assert module.is_file(), f"{where}: there is no module {module.relative_to(ROOT)}"


def test_nothing_lies_flat():
    own = {"__init__.py", "__main__.py", "api.py", "cli.py", "hub.py", "shared_start.py"}
    assert {path.name for path in PACKAGE.glob("*.py")} == own
    assert not list(PACKAGE.rglob("utils.py"))
