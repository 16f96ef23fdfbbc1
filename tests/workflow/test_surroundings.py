"""What lies around a study and its code: files in the study's folder, the path of the checkout, programs on PATH."""

import os
import shutil
import site
import subprocess
import sys
import tempfile
from pathlib import Path

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


@pytest.mark.parametrize("name", ["code {wildcards.seed}", "code {}", "code }", "code:2"])
def test_braces_and_colons_in_the_path_of_the_code_are_one_line(tmp_path, name):
    """Snakemake formats this path, in inputs and environments, too; PYTHONPATH would end at the colon."""
    study = Study(tmp_path / "study", copy_code(tmp_path / name))
    study.configure()
    done = study.snakemake("--dry-run", check=False)
    assert done.returncode == 1
    assert f"{study.code}: Snakemake cannot use a workflow with braces or colons in its path" in done.stdout + done.stderr
    assert "Traceback" not in done.stdout + done.stderr


def test_a_link_to_such_a_path_works(tmp_path):
    """What the line advises."""
    link = tmp_path / "link"
    link.symlink_to(copy_code(tmp_path / "{a}b: c'd"))
    study = Study(tmp_path / "study", link)
    study.configure()
    study.snakemake(LIGHT, "results/outline.json")
    assert (study.folder / LIGHT).is_file()
    assert not study.planned(LIGHT, "results/outline.json")


def test_quotes_and_dollars_in_paths_and_another_package_on_pythonpath(tmp_path):
    study = Study(tmp_path / "a study's $HOME", copy_code(tmp_path / 'the "code" of d\'or $PATH `x`'))
    study.configure()
    (tmp_path / "other/vcop").mkdir(parents=True)
    (tmp_path / "other/vcop/__init__.py").write_text("raise SystemExit('another vcop was imported')\n")
    study.variables = {"PYTHONPATH": str(tmp_path / "other")}
    study.snakemake(LIGHT, "results/cvpr2019/figure3.png", "results/synthetic/hmdb51.csv")
    assert (study.folder / LIGHT).is_file()


def test_a_run_writes_nothing_into_the_code(study, tmp_path):
    """It may be read-only, as where one copy serves many users. Python tries to keep what it has compiled, and does not need to."""

    def files():
        return {path: path.stat().st_mtime_ns for path in study.code.rglob("*") if "__pycache__" not in str(path)}

    before = files()
    study.variables = {"PYTHONDONTWRITEBYTECODE": "1"}
    study.snakemake(LIGHT, "results/synthetic/hmdb51.csv")
    assert files() == before


def test_results_may_lie_on_another_disk(study):
    """As a link to a scratch file system."""
    shared = Path("/dev/shm")
    if not shared.is_dir() or shared.stat().st_dev == study.folder.stat().st_dev:
        pytest.skip("no second disk here")
    with tempfile.TemporaryDirectory(dir=shared) as elsewhere:
        (study.folder / "results").symlink_to(elsewhere)
        study.snakemake(LIGHT, "results/frames/hmdb51.h5")
        assert (Path(elsewhere) / "frames/hmdb51.h5").is_file()


def test_without_activating_jobs_run_the_python_of_snakemake(study, tmp_path):
    """As with `.venv/bin/snakemake`: another Python is first on PATH."""
    other = tmp_path / "of another" / "python"
    other.parent.mkdir()
    other.write_text("#!/bin/sh\necho another Python >&2\nexit 1\n")
    other.chmod(0o755)
    study.variables = {"PATH": f"{other.parent}:/usr/bin:/bin"}
    study.snakemake(LIGHT)
    assert (study.folder / LIGHT).is_file()


def test_a_python_that_jobs_would_not_find_is_one_line(study, tmp_path):
    """As of a system whose only name for it is python3: the next `python` on PATH would be another one."""
    alone = tmp_path / "bin/python3"
    alone.parent.mkdir()
    alone.symlink_to(Path(sys.executable).resolve())
    study.variables = {"PYTHONPATH": os.pathsep.join(site.getsitepackages())}
    command = [str(alone), *study.command("--dry-run", LIGHT)[1:]]
    done = subprocess.run(command, capture_output=True, text=True, env=study.environment, check=False)
    assert done.returncode == 1
    assert f"There is no `python` beside {alone}" in done.stdout + done.stderr
    assert "Traceback" not in done.stdout + done.stderr


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
