"""A study without some sections of the papers' data: `all` is what the others allow, and status and plan speak of that."""

import json
import subprocess
import sys

import pytest
import yaml
from support.studies import SMALL

LEFT = "Left out of `all`, since config.yaml has no data.hmdb51 and no questions: "
NEED_NO_OTHER = {"cvpr2019_table1", "cvpr2019_table2", "cvpr2019_figure4", "tmm2020_table4", "tmm2020_figure10"}
NEED_THEM = {"cvpr2019_table3", "cvpr2019_figure5", "tmm2020_table6", "tmm2020_claims", "papers_numbers"}


@pytest.fixture
def ucf101_alone(study):
    config = {key: value for key, value in SMALL.items() if key not in ("questions", "quiz")}
    config["data"] = {"ucf101": SMALL["data"]["ucf101"]}
    (study.folder / "config.yaml").write_text(yaml.safe_dump(config))
    return study


def vcop_of(study, *words):
    command = [sys.executable, "-m", "vcop", *words]
    variables = study.environment | {"PYTHONPATH": str(study.code / "src")}
    return subprocess.run(command, capture_output=True, text=True, env=variables, check=True)


def test_what_needs_no_other_data_is_made_and_the_rest_named(ucf101_alone):
    planned = ucf101_alone.planned()
    assert set(planned) >= NEED_NO_OTHER | {"index"}
    assert not NEED_THEM & set(planned)
    assert not {"answer", "decode_questions"} & set(planned)
    assert planned["decode"] == 1
    said = ucf101_alone.snakemake("--dry-run")
    (line,) = {line for line in (said.stdout + said.stderr).splitlines() if line.startswith("Left out")}
    assert line.startswith(LEFT)
    assert set(line.removeprefix(LEFT).split(", ")) >= NEED_THEM


def test_a_target_that_needs_absent_data_says_so(ucf101_alone):
    said = ucf101_alone.snakemake("--dry-run", "cvpr2019_table3", check=False)
    assert said.returncode != 0
    assert "config.yaml: data.hmdb51 is not there, and this target needs it" in said.stdout + said.stderr


def test_status_and_plan_know_what_waits(ucf101_alone):
    said = json.loads(vcop_of(ucf101_alone, "status", ucf101_alone.folder, "--json").stdout)
    assert said["plan_known"]
    assert said["counts"]["waiting"] > 20


def test_a_whole_study_leaves_nothing_out(study):
    said = study.snakemake("--dry-run")
    assert "Left out" not in said.stdout + said.stderr
