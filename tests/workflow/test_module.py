"""The workflow as a module of another Snakefile (docs/module.md)."""

import os
import shutil
import sys
from pathlib import Path

import pytest
import yaml
from support.helpers import ROOT
from support.studies import SMALL, Study

from vcop import __version__
from vcop.commands.render import items
from vcop.datasets.splits import UCF101_LISTS
from vcop.runtime.file_lease import Lease

LIGHT = "results/pretrain/c3d/random/seed-0/model.safetensors"  # a job of seconds that needs no other
RECORD = "results/synthetic/hmdb51.csv"
HEAD = """
configfile: "config.yaml"


module vcop:
    snakefile: "{code}/Snakefile"
    config: config["vcop"]
{more}

"""
OWN_RULE = """
rule mine:
    output:
        "mine.txt",
    shell:
        "mkdir -p mine; cd mine; python -c 'import random' ; echo ${{PYTHONPATH:-none}} > ../{output}"


"""


class Importing(Study):
    """A study with a Snakefile of its own."""

    def command(self, *words: str) -> list[str]:
        own = super().command(*words)
        return [str(self.folder / "Snakefile") if word == str(self.code / "Snakefile") else word for word in own]

    def write(self, *, before: str = "", more: str = "", use: str = "use rule * from vcop as vcop_*", after: str = "") -> None:
        text = f"{before}{HEAD.format(code=self.code, more=more)}{use}\n\n\n{after}"
        (self.folder / "Snakefile").write_text(text)

    def refused(self, *words: str) -> str:
        """What is said by a run that does not begin."""
        done = self.snakemake(*words, check=False)
        assert done.returncode == 1
        assert "Traceback" not in done.stdout + done.stderr
        assert not (self.folder / "results").exists()
        return done.stdout + done.stderr


@pytest.fixture
def importing(code, tmp_path):
    study = Importing(tmp_path / "importing", code)
    (study.folder / "config.yaml").write_text(yaml.safe_dump({"of_the_study": 1, "vcop": SMALL}))
    study.write()
    return study


@pytest.fixture
def rules_alone(code, tmp_path):
    """What Snakemake fetches of a repository."""
    folder = tmp_path / "fetched"
    shutil.copytree(code, folder, ignore=shutil.ignore_patterns("src"))
    return folder


def package(folder: Path, text: str) -> dict[str, str]:
    """Variables of a user whose PYTHONPATH holds another package of this name."""
    (folder / "other/vcop").mkdir(parents=True)
    (folder / "other/vcop/__init__.py").write_text(text)
    return {"PYTHONPATH": str(folder / "other")}


def test_every_target_is_planned_under_other_names(importing, study):
    theirs, ours = importing.planned("vcop_all", "vcop_beyond"), study.planned("all", "beyond")
    assert sum(ours.values()) > 200
    assert theirs == {f"vcop_{rule}": jobs for rule, jobs in ours.items()}


def test_jobs_run_in_the_folder_of_the_study_with_the_package_of_the_rules(importing, tmp_path):
    """Though PYTHONPATH holds another package and the folder a module of Python's name; a rule of the study keeps its shell."""
    importing.variables = package(tmp_path, "raise SystemExit('another vcop was imported')\n")
    (importing.folder / "random.py").write_text("raise SystemExit('the study\\'s random.py was imported')\n")
    importing.write(before=OWN_RULE)
    importing.snakemake("mine", LIGHT, "results/cvpr2019/figure3.png", RECORD)
    for name in (LIGHT, "results/cvpr2019/figure3.pdf", RECORD):
        assert (importing.folder / name).is_file()
    assert (importing.folder / "mine.txt").read_text().strip() == str(tmp_path / "other")
    assert not importing.planned("mine", LIGHT, "results/cvpr2019/figure3.png", RECORD)


@pytest.mark.parametrize("place", ["before", "after"])
def test_the_lock_is_held_beside_a_handler_of_the_study(importing, place):
    importing.write(**{place: 'onstart:\n    print("held:", os.path.exists(".snakemake/run.lock"))\n'})
    assert "held: True" in importing.snakemake(LIGHT).stdout
    assert not (importing.folder / ".snakemake/run.lock").exists()


def test_two_runs_of_a_study_refuse_each_other(importing):
    held = Lease(importing.folder / ".snakemake/run.lock")
    held.take("a test")
    try:
        assert f"Another run works on this study: process {os.getpid()} on " in importing.refused(LIGHT)
        assert importing.planned(LIGHT) == {"vcop_initialise": 1}
    finally:
        held.release()


def test_a_prefix_is_for_results_and_not_for_videos_and_lists(importing):
    lists = importing.folder / "lists"
    lists.mkdir()
    (importing.folder / "videos").mkdir()
    for name in UCF101_LISTS:
        (lists / name).touch()
    real = {k: v for k, v in SMALL.items() if k not in {"synthesise", "quiz", "questions"}}
    real["data"] = {"ucf101": {"videos": "videos", "lists": "lists", "validation_videos": 6}}
    (importing.folder / "config.yaml").write_text(yaml.safe_dump({"vcop": real}))
    importing.write(more='    prefix: "of/vcop"', use="use rule * from vcop")
    said = importing.snakemake("--dry-run", "of/vcop/results/retrieval/ucf101/c3d/16-8-3/conv5-seed-0.csv")
    words = (said.stdout + said.stderr).replace(",", " ").split()
    assert "lists/testlist01.txt" in words
    assert "of/vcop/results/frames/ucf101.h5" in words
    assert not [word for word in words if word.startswith("results/")]


def test_jobs_write_under_the_prefix(importing):
    importing.write(more='    prefix: "of/vcop"', use="use rule * from vcop")
    importing.snakemake(f"of/vcop/{LIGHT}", "of/vcop/results/cvpr2019/figure3.png")
    assert not (importing.folder / "results").exists()
    assert (importing.folder / "of/vcop/results/cvpr2019/figure3.svg").is_file()
    drawn = ("--allowed-rules", "figures", *items(), "--forcerun", "cvpr2019_figure3", "--", "figures")
    assert importing.planned(*drawn) == {"cvpr2019_figure3": 1, "figures": 1, "tmm2020_figure3": 1}


@pytest.mark.parametrize(("before", "target"), [("", "vcop_all"), (OWN_RULE, "mine")])
def test_without_a_target_the_first_rule_of_the_study_is_made_or_all_of_the_module(importing, before, target):
    importing.write(before=before)
    assert importing.planned()[target] == 1


def test_one_rule_may_be_changed(importing):
    changed = "use rule initialise from vcop as vcop_initialise with:\n    threads: 2\n"
    importing.write(after=changed)
    said = importing.snakemake("--dry-run", LIGHT)
    assert "threads: 2" in said.stdout + said.stderr
    importing.snakemake(LIGHT)


def test_rules_of_seconds_stay_local_under_their_new_names(importing):
    importing.write(after='print("local:", *workflow._localrules)\n')
    said = importing.snakemake("--dry-run", LIGHT)
    assert "localrules directive" not in said.stderr
    local = set(next(line for line in said.stdout.splitlines() if line.startswith("local:")).split()[1:])
    assert local == {
        f"vcop_{name}" for name in [*items(), "index", "initialise", "list_videos", "outline", "download_source", "summarise"]
    }


def test_a_fault_in_the_configuration_names_the_module(importing):
    (importing.folder / "config.yaml").write_text(yaml.safe_dump({"vcop": SMALL | {"epoch": 3}}))
    assert "config of the module vcop: " in importing.refused("--dry-run")


def test_rules_of_one_checkout_refuse_the_package_of_another(importing):
    importing.variables = {"PYTHONPATH": str(ROOT / "src")}
    importing.write(before="import vcop as imported_before\n")
    said = importing.refused("--dry-run")
    assert (
        f"The rules are those of {importing.code}, but the package vcop was imported from {ROOT / 'src/vcop'} before" in said
    )


def test_rules_alone_run_the_installed_package(importing, rules_alone):
    importing.code, importing.variables = rules_alone, {"PYTHONPATH": str(ROOT / "src")}
    importing.write()
    importing.snakemake(LIGHT)
    assert (importing.folder / LIGHT).is_file()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("raise ModuleNotFoundError('as if it were not there')\n", "The package vcop is missing: "),
        ("__version__ = '0.1.0'\n", f"The rules belong to vcop {__version__}, the package in "),
    ],
)
def test_rules_alone_refuse_another_version_and_none(importing, rules_alone, tmp_path, text, message):
    importing.code, importing.variables = rules_alone, package(tmp_path, text)
    importing.write()
    assert message in importing.refused("--dry-run")


def test_rules_alone_refuse_conda(importing, rules_alone, tmp_path):
    conda = tmp_path / "bin/conda"
    conda.parent.mkdir()
    conda.write_text("#!/bin/sh\n")
    conda.chmod(0o755)
    path = f"{conda.parent}:{Path(sys.executable).parent}:{os.environ['PATH']}"
    importing.code, importing.variables = rules_alone, {"PYTHONPATH": str(ROOT / "src"), "PATH": path}
    importing.write()
    assert "--use-conda: rules without their package" in importing.refused("--use-conda", "--dry-run")
