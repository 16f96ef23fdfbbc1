"""A study that is copied or moved, each time with and without its times and Snakemake's records: nothing is made again unawares."""

import os
import shutil
import subprocess
import sys

import pytest
from support.studies import Study

from vcop.planning import snakemake_jobs
from vcop.planning.copied_results import UNRECORDED
from vcop.planning.run_overview import UP_TO_DATE

TARGET = "results/retrieval/ucf101/r3d/random/conv5-seed-0.csv"
WEIGHTS, FEATURES = "results/pretrain/r3d/random/seed-0/model.safetensors", "results/features/ucf101/r3d/random/seed-0.h5"


@pytest.fixture(scope="module")
def small(code, tmp_path_factory) -> Study:
    """Videos, frames, random weights, features and neighbours."""
    study = Study(tmp_path_factory.mktemp("small") / "study", code)
    study.configure()
    study.snakemake("--", TARGET)
    return study


def copied(study, folder, *, records=True) -> Study:
    """Copy a study with new times in the worst order: what results were made from comes last."""
    ignore = None if records else shutil.ignore_patterns(".snakemake")
    shutil.copytree(study.folder, folder, copy_function=shutil.copyfile, ignore=ignore)
    for when, path in enumerate((TARGET, FEATURES, WEIGHTS)):
        os.utime(folder / path, (1e9 + 10 * when,) * 2)
    return type(study)(folder, study.code)


def status(study, *flags) -> str:
    command = [sys.executable, "-m", "vcop", "status", str(study.folder), TARGET, *flags]
    variables = os.environ | {"PYTHONPATH": str(study.code / "src")}
    done = subprocess.run(command, capture_output=True, text=True, env=variables, check=True)
    return done.stdout + done.stderr


def test_with_its_times_nothing_is_made_again(small, tmp_path):
    shutil.copytree(small.folder, tmp_path / "moved")
    moved = Study(tmp_path / "moved", small.code)
    assert moved.planned("--", TARGET) == {}
    assert status(moved).splitlines()[-1] == UP_TO_DATE


def test_a_whole_study_with_its_times_and_its_code_elsewhere(finished, tmp_path):
    shutil.copytree(finished.folder, tmp_path / "moved", ignore=shutil.ignore_patterns("*.avi", "state.pt"))
    assert Study(tmp_path / "moved", finished.code).planned() == {}


def test_small_files_are_compared_by_content(small, tmp_path):
    assert copied(small, tmp_path / "copy").planned("--", TARGET) == {}


def test_without_times_and_records_nothing_is_removed(small, tmp_path):
    study = copied(small, tmp_path / "copy", records=False)
    before = {path: (study.folder / path).read_bytes() for path in (TARGET, FEATURES)}
    assert study.planned("--", TARGET) == {"extract": 1, "retrieve": 1}
    said = status(study).splitlines()
    assert said[-2].startswith(f"Copied without the times of its files: {FEATURES} would be made again by times alone")
    assert said[-1] == UNRECORDED
    refused = study.snakemake("--", TARGET, check=False)
    assert refused.returncode != 0
    assert "`snakemake --touch --cores 1`" in refused.stdout + refused.stderr
    assert {path: (study.folder / path).read_bytes() for path in before} == before
    study.snakemake("--touch", "--", TARGET)
    assert study.planned("--", TARGET) == {}
    assert status(study).splitlines()[-1] == UP_TO_DATE


def test_what_is_really_newer_is_made_again(small, tmp_path):
    """Other weights in the place of these; features and neighbours are as Snakemake wrote them."""
    shutil.copytree(small.folder, tmp_path / "copy")
    study = Study(tmp_path / "copy", small.code)
    before = (study.folder / TARGET).read_bytes()
    other = WEIGHTS.replace("seed-0", "seed-1")
    study.snakemake("--", other)
    shutil.copyfile(study.folder / other, study.folder / WEIGHTS)
    assert study.planned("--", TARGET) == {"extract": 1, "retrieve": 1}
    assert "Copied" not in status(study)
    study.snakemake("--", TARGET)
    assert (study.folder / TARGET).read_bytes() != before


def test_a_study_that_may_only_be_read_is_one_line(small, tmp_path, monkeypatch):
    shutil.copytree(small.folder, tmp_path / "copy")
    monkeypatch.setattr(os, "access", lambda path, mode: mode != os.W_OK)  # root may write anywhere
    with pytest.raises(ValueError, match=r"\.snakemake cannot be written, and Snakemake plans only where it can"):
        snakemake_jobs.dry_run(tmp_path / "copy", [TARGET], "--summary")
