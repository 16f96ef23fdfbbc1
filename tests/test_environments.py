"""envs/*.yaml: bounds of pyproject.toml, pins of requirements.txt, and all that the code of their rules imports."""

import ast
import re
import runpy
import subprocess
import sys
import tomllib
from functools import cache
from importlib.metadata import packages_distributions

import pytest
import yaml
from support.helpers import ROOT

PIN = runpy.run_path(str(ROOT / "envs/pin.py"))
NAMES = sorted(path.stem for path in (ROOT / "envs").glob("*.yaml"))
PACKAGE = ROOT / "src/vcop"
RULE = r'conda:\s+"\.\./\.\./envs/(\w+)\.yaml"(?:(?!\nrule ).)*?python -m vcop (\w+)'
# Imported late, in functions that the verbs of these environments do not call; or part of what is named (ffmpeg, requests; torchvision brings pillow).
ELSEWHERE = {
    "decode": {"imageio-ffmpeg", "jsonschema", "torch", "urllib3"},
    "paper": {"jsonschema", "pyyaml", "torch"},
    "train": {"imageio-ffmpeg", "pillow", "pyarrow"},
}
# Programs, and what torch imports for us.
NOT_IMPORTED = {"python", "ffmpeg", "tensorboard"}


distributions = cache(packages_distributions)


def bounds(name):
    """Package to its bound."""
    packages = yaml.safe_load((ROOT / f"envs/{name}.yaml").read_text())["dependencies"]
    return dict(package.split(" ", 1) for package in packages)


def verbs(name):
    """The verbs of all rules that name an environment."""
    texts = [path.read_text() for path in (ROOT / "workflow/rules").glob("*.smk")]
    return {verb for text in texts for env, verb in re.findall(RULE, text, re.DOTALL) if env == name}


# What Snakemake itself brings along, or its profile's reader.
BROUGHT = {"jsonschema", "psutil", "pyyaml"}


@cache
def imports(path):
    """The names in all import statements of a file, also late ones."""
    names = set()
    for node in ast.walk(ast.parse(path.read_bytes())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return names


def needs(modules):
    """The distributions that modules of the package import, and the modules that these import."""
    waiting, seen, outside = [PACKAGE / module for module in modules], set(), set()
    while waiting:
        path = waiting.pop()
        if path in seen or not path.is_file():
            continue
        seen.add(path)
        for name in imports(path):
            if name.startswith("vcop."):
                inside = PACKAGE / name.removeprefix("vcop.").replace(".", "/")
                waiting += [inside.with_suffix(".py"), inside / "__init__.py"]
            elif name != "vcop" and name.split(".")[0] not in sys.stdlib_module_names:
                outside.add(name.split(".")[0])
    return {distributions()[name][0].lower() for name in outside}


def test_every_rule_with_a_command_names_an_environment():
    texts = [path.read_text() for path in (ROOT / "workflow/rules").glob("*.smk")]
    assert (
        sum(len(re.findall(RULE, text, re.DOTALL)) for text in texts)
        == sum(text.count("python -m vcop") for text in texts)
        > 10
    )
    assert NAMES == ["decode", "paper", "train"]
    assert {"decode", "synthesise"} <= verbs("decode")
    assert {"pretrain", "probe", "audit", "mine"} <= verbs("train")
    assert verbs("paper") == {"index", "render"}


@pytest.mark.parametrize("name", NAMES)
def test_pins_are_the_versions_of_the_requirements(name):
    pinned = (ROOT / f"envs/{name}.linux-64.pin.txt").read_text()
    assert pinned == PIN["pins"](name), "make requirements"
    assert "://" not in pinned


@pytest.mark.parametrize("name", NAMES)
def test_bounds_are_the_projects(name):
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    ranges = [*project["dependencies"], *(text for extra in project["optional-dependencies"].values() for text in extra)]
    known = dict(re.match(r"([\w-]+)(.*)", text).groups() for text in ranges) | {"python": project["requires-python"]}
    conda = {PIN["NAMES"].get(package, package): bound for package, bound in known.items()}
    assert {package: bound for package, bound in bounds(name).items() if package != "ffmpeg"}.items() <= conda.items()


@pytest.mark.parametrize("name", NAMES)
def test_an_environment_holds_what_its_verbs_import_and_no_more(name):
    modules = ["__main__.py", "cli.py", *(f"commands/{verb}.py" for verb in verbs(name))]
    if name == "paper":
        modules += [str(path.relative_to(PACKAGE)) for path in (PACKAGE / "paper").rglob("*.py")]
    if name == "train":  # backbones are found by their names
        modules += [str(path.relative_to(PACKAGE)) for path in (PACKAGE / "networks/backbones").glob("*.py")]
    wanted = {PIN["NAMES"].get(package, package) for package in needs(modules) - ELSEWHERE[name]}
    assert wanted == set(bounds(name)) - NOT_IMPORTED


def test_what_is_not_pinned_is_named(monkeypatch):
    monkeypatch.setitem(PIN["pins"].__globals__, "pinned", lambda: {"python": ">=3.11,<3.12"})
    with pytest.raises(ValueError, match=r"envs/paper.yaml: not in requirements.txt: h5py, matplotlib-base, "):
        PIN["pins"]("paper")


def test_the_snakefile_needs_what_snakemake_brings():
    texts = [path.read_text() for path in (ROOT / "workflow/rules").glob("*.smk")]
    lines = [line for text in texts for line in re.findall(r"^from vcop\.([\w.]+) import (.+)$", text, re.MULTILINE)]
    modules = {f"vcop.{module}" for module, _ in lines} | {
        f"vcop.{module}.{name}" for module, names in lines for name in names.split(", ") if name.islower()
    }
    assert {"vcop.config.reader", "vcop.sampling.tasks", "vcop.paper.dependencies"} < modules
    program = (
        "import importlib, sys\nfor name in sys.argv[1:]:\n    try: importlib.import_module(name)\n"
        "    except ModuleNotFoundError: pass\nprint(*{name.split('.')[0] for name in sys.modules})"
    )
    done = subprocess.run([sys.executable, "-c", program, *modules], capture_output=True, text=True, check=True)
    outside = set(done.stdout.split()) & set(distributions()) - set(sys.stdlib_module_names)
    assert {distributions()[name][0].lower() for name in outside} - {"vcop"} <= BROUGHT | {"pip", "setuptools"}
