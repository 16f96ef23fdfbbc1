"""``--use-conda``: each rule of the session's small study ran so, through a stand-in for conda (conda.py)."""

import base64
import json
import os
import shlex
import subprocess
from pathlib import Path

import pytest

from vcop.commands.render import items

DECODING = {"synthesise", "synthesise_questions", "decode", "decode_questions"}
TRAINING = {
    "initialise", "pretrain", "mine", "extract", "extract_questions", "retrieve", "retrieve_across", "finetune", "answer",
    "answer_without_video", "illustrate", "outline",
}  # fmt: skip
ALL_THREE = ("results/cvpr2019/figure3.png", "results/frames/ucf101.h5")  # for these, jobs run in each environment


def environment_of(rule):
    return "decode" if rule in DECODING else "train" if rule in TRAINING else "paper"


@pytest.fixture
def edited(code):
    """Replaces text in a file of the copied code."""
    before = {}

    def edit(name, old, new):
        path = code / name
        before.setdefault(path, path.read_text())
        assert old in path.read_text()
        path.write_text(path.read_text().replace(old, new))

    yield edit
    for path, text in before.items():
        path.write_text(text)


@pytest.fixture(scope="module")
def places(finished):
    """Name to folder of the three environments, by Snakemake's own list."""
    said = finished.snakemake("--use-conda", "--list-conda-envs").stdout.splitlines()
    rows = [line.split("\t") for line in said if ".yaml" in line]
    return {Path(row[0]).stem: (finished.folder / row[-1]).resolve() for row in rows}


@pytest.fixture(scope="module")
def jobs(finished):
    """Rule, command and the environment's text of every job that ran, by Snakemake's own records."""
    records = [json.loads(path.read_text()) for path in (finished.folder / ".snakemake/metadata").rglob("*") if path.is_file()]
    return {(r["rule"], r["shellcmd"], base64.b64decode(r["conda_env"])) for r in records}


def test_every_rule_names_its_environment_and_ran_in_it(jobs, places, conda, finished):
    assert {rule for rule, _, _ in jobs} == DECODING | TRAINING | {"index"} | {
        name for name in items() if "beyond" not in name
    }
    for rule, _, text in jobs:
        assert text == (finished.code / f"envs/{environment_of(rule)}.yaml").read_bytes(), rule
    ran = conda.ran()
    started = {(rule, ran.get(tuple(shlex.split(command.rsplit(" > ", 1)[0])))) for rule, command, _ in jobs}
    assert {(rule, place) for rule, place in started if place} == {(rule, places[environment_of(rule)]) for rule, _, _ in jobs}


def test_an_environment_holds_the_pinned_versions(places, code):
    for name, place in places.items():
        installed = {}
        for path in (place / "conda-meta").glob("*.json"):
            record = json.loads(path.read_text())
            installed[record["name"]] = record["version"]
        pins = [line for line in (code / f"envs/{name}.linux-64.pin.txt").read_text().splitlines() if "==" in line]
        assert len(pins) >= 5
        for pin in pins:
            package, version = pin.removeprefix("conda-forge::").split("==")
            assert installed[package] == version


@pytest.mark.parametrize(
    ("name", "module"), [("decode", "pandas"), ("train", "matplotlib"), ("paper", "torch"), ("paper", "vcop")]
)
def test_an_environment_has_what_its_packages_bring_alone(places, name, module):
    command = [places[name] / "bin/python", "-c", f"import numpy, {module}"]
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    said = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    assert f"No module named '{module}'" in said.stderr


def test_an_environment_for_plots_retrains_nothing(finished, in_conda, edited):
    """Neither by the profile's triggers, nor by Snakemake's own, which look at the software, too."""
    software = ("--use-conda", "--rerun-triggers", "software-env", "--", *in_conda)
    assert finished.planned(*software) == {}
    edited("envs/paper.yaml", "dependencies:", "dependencies:\n  - seaborn >=0.13")
    assert finished.planned("--use-conda") == {}
    assert set(finished.planned(*software)) == {"cvpr2019_figure2", "cvpr2019_figure3"}
    edited("envs/train.yaml", "dependencies:", "dependencies:\n  - scipy >=1")
    assert finished.planned(*software)["pretrain"] == 2


def test_without_the_pinned_versions_the_bounds_are_taken(finished, study, conda, edited):
    """As on a channel that lags behind the requirements; newer releases are empty here."""
    edited("envs/paper.linux-64.pin.txt", "pandas==", "pandas==99.")
    study.variables = finished.variables
    said = study.snakemake("--use-conda", "--conda-create-envs-only", "--", *ALL_THREE).stderr
    assert "Trying regular environment definition file" in said
    assert said.count("created (location:") == 1  # the others are shared between studies
    made = max(conda.environments.glob("*/conda-meta"), key=lambda path: path.stat().st_mtime)
    assert {path.name for path in made.glob("pandas-*.json")} == {"pandas-9999-0.json"}


def test_without_conda_one_line_says_so(study):
    folders = study.environment["PATH"].split(":")
    study.variables = {"PATH": ":".join(folder for folder in folders if not Path(folder, "conda").exists())}
    said = study.snakemake("--use-conda", "--dry-run", check=False)
    assert said.returncode
    assert "--use-conda: there is no conda on PATH; install conda, or run without it" in said.stdout + said.stderr
