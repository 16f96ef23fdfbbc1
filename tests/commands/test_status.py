"""The command, and what it prints where Snakemake cannot plan. Its tables: tests/planning/test_run_overview.py."""

import json
import subprocess
import sys

import pytest
from support.helpers import vcop
from support.run_folders import HEADER, R3D, ROWS, TUNED, make_run, progress


@pytest.fixture
def study(tmp_path):
    (tmp_path / "config.yaml").write_text("")
    return tmp_path


def test_json_holds_all_figures_and_the_counts(study, capsys):
    make_run(study, TUNED, weights="w", history=HEADER + ROWS)
    make_run(study, R3D, progress=json.dumps(progress(stopped="SIGTERM")))
    assert vcop("status", study, "--no-plan", "--json") == 0
    said = json.loads(capsys.readouterr().out)
    assert (said["counts"], said["plan_known"]) == ({"running": 0, "interrupted": 1, "waiting": 0, "done": 1}, False)
    assert [(run["run"], run["loss"]) for run in said["runs"]] == [(R3D, 1.25), (TUNED, 1.0)]


def test_without_snakemake_the_rest_is_listed(study, capsys, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", str(study))
    (study / "snakemake.py").write_text("import sys; sys.exit('Using x.\\nWorkflowError in file y:\\n  lists are missing')")
    make_run(study, TUNED, weights="w", history=HEADER + ROWS)
    assert vcop("status", study) == 0
    said = capsys.readouterr()
    assert said.err == "vcop status: it is not known which runs wait: lists are missing\n"
    assert said.out.endswith("1 run: 1 done, 0 running, 0 interrupted\n")


def test_a_study_without_runs(study, capsys):
    assert vcop("status", study, "--no-plan") == 0
    assert capsys.readouterr().out == "0 runs: 0 done, 0 running, 0 interrupted\n"


def test_a_folder_that_is_no_study_is_one_line(tmp_path, capsys):
    assert vcop("status", tmp_path) == 1
    assert capsys.readouterr().err == f"vcop status: {tmp_path}: not a study: no config.yaml in it\n"


def test_it_answers_at_once(study):
    """Without what takes a process seconds to import."""
    program = "import sys, vcop.commands.status; sys.exit(bool({'torch', 'h5py', 'pandas', 'numpy', 'snakemake'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
