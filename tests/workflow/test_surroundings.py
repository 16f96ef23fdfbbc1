"""What lies around a study and its code: files in the study's folder, the path of the checkout, programs on PATH."""

import os
import shutil
import subprocess
import sys

import pytest
from support.studies import Study, copy_code

LIGHT = "results/pretrain/c3d/random/seed-0/model.safetensors"  # a job of seconds that needs no other
TRAINING = "results/pretrain/r3d/16-8-3/seed-0/model.safetensors"


@pytest.fixture
def obstructed(study):
    """A study whose folder holds names of Python's modules and of the package."""
    (study.folder / "random.py").write_text("raise SystemExit('the study\\'s random.py was imported')\n")
    (study.folder / "vcop").mkdir()
    (study.folder / "vcop/__init__.py").write_text("raise SystemExit('the study\\'s vcop was imported')\n")
    return study


def test_jobs_import_nothing_from_the_studys_folder(obstructed):
    obstructed.snakemake(LIGHT)
    assert (obstructed.folder / LIGHT).is_file()


def test_an_overview_imports_nothing_from_the_studys_folder(obstructed):
    command = [sys.executable, "-P", "-m", "vcop", "status", ".", TRAINING]
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONSAFEPATH"}
    environment["PYTHONPATH"] = str(obstructed.code / "src")
    done = subprocess.run(command, cwd=obstructed.folder, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "1 waiting" in done.stdout


@pytest.mark.parametrize("name", ["code {wildcards.seed}", "code {}", "code }"])
def test_braces_in_the_path_of_the_code_are_one_line(tmp_path, name):
    """Snakemake formats this path, in inputs and environments, too."""
    study = Study(tmp_path / "study", copy_code(tmp_path / name))
    study.configure()
    done = study.snakemake("--dry-run", check=False)
    assert done.returncode == 1
    assert f"{study.code}: Snakemake cannot use a workflow with braces in its path" in done.stdout + done.stderr
    assert "Traceback" not in done.stdout + done.stderr


def test_without_activating_jobs_run_the_python_of_snakemake(study, tmp_path):
    """As with `.venv/bin/snakemake`: another Python is first on PATH."""
    other = tmp_path / "of another" / "python"
    other.parent.mkdir()
    other.write_text("#!/bin/sh\necho another Python >&2\nexit 1\n")
    other.chmod(0o755)
    study.variables = {"PATH": f"{other.parent}:/usr/bin:/bin"}
    study.snakemake(LIGHT)
    assert (study.folder / LIGHT).is_file()


@pytest.fixture
def without_slurm(code, tmp_path):
    """A study under profiles/slurm, with a PATH that has no SLURM."""
    study = Study(tmp_path / "study", code, profile="slurm", always=())
    study.configure()
    programs = tmp_path / "bin"
    programs.mkdir()
    for name in ("bash", "sh", "uname", "which"):
        (programs / name).symlink_to(shutil.which(name))
    study.variables = {"PATH": str(programs)}
    return study


def test_the_profile_of_slurm_without_slurm_is_one_line(without_slurm):
    done = without_slurm.snakemake("results/frames/ucf101.digest", check=False)
    said = done.stdout + done.stderr
    assert done.returncode == 1
    assert said.count("profiles/slurm: there is no sbatch on PATH: start this on a login node of a SLURM cluster") == 1
    assert "Traceback" not in said
    assert "Trying to restart" not in said
    assert "Error in rule" not in said
    assert not (without_slurm.folder / "results").exists()


def test_the_profile_of_slurm_may_be_asked_for_its_plan_anywhere(without_slurm):
    assert without_slurm.planned("results/frames/ucf101.digest") == {"synthesise": 1, "decode": 1}
