"""What is planned and what is refused, without running anything."""

import shutil

import pytest
import yaml

from vcop.splits import HMDB51_SUFFIX, UCF101_LISTS

TWO_THOUSAND_NINETEEN = {
    "initialise": 3, "decode": 2, "pretrain": 3, "extract": 12, "retrieve": 12, "retrieve_across": 2, "finetune": 36,
    "cvpr2019_table1": 1, "cvpr2019_table2": 1, "cvpr2019_table3": 1, "cvpr2019_table4": 1,
    "cvpr2019_figure4": 1, "cvpr2019_figure5": 1, "cvpr2019_figure6": 1,
}  # fmt: skip


def test_the_first_papers_runs(study):
    assert study.planned("cvpr2019") == TWO_THOUSAND_NINETEEN | {"synthesise": 2, "cvpr2019": 1}


def test_the_curriculum_begins_with_the_easiest_task(study):
    goal = "results/order/r3d/16-16-5/seed-0.csv"
    assert study.planned(goal)["pretrain"] == 3
    said = study.snakemake("--dry-run", goal)
    text = said.stdout + said.stderr
    assert "start: " not in text or text.index("16-16-3") < text.index("16-16-4")
    assert study.planned("results/order/r3d/16-16-4-scratch/seed-0.csv")["pretrain"] == 1


@pytest.fixture
def papers(study):
    shutil.copy(study.code / "studies/paper/config.yaml", study.folder)
    return study


def test_the_papers_study_says_what_is_missing_and_where_to_put_it(papers):
    done = papers.snakemake("--dry-run", check=False)
    assert done.returncode != 0
    said = done.stdout + done.stderr
    assert "the official list data/ucfTrainTestlist/classInd.txt is missing" in said
    assert "data.ucf101.videos" in said
    assert "Traceback (most recent call last)" not in said


def test_the_papers_study_is_planned_from_lists_and_folders(papers):
    data = papers.folder / "data"
    for name in ("ucfTrainTestlist", "testTrainMulti_7030_splits", "UCF-101", "hmdb51"):
        (data / name).mkdir(parents=True)
    for name in UCF101_LISTS:
        (data / "ucfTrainTestlist" / name).write_text("")
    for split in (1, 2, 3):
        (data / "testTrainMulti_7030_splits" / ("wave" + HMDB51_SUFFIX.format(split=split))).write_text("")
    assert papers.planned("cvpr2019") == TWO_THOUSAND_NINETEEN | {"cvpr2019": 1}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"task": "16-8-6"}, "config.yaml: task: '16-8-6': a tuple has 2 to 5 clips"),
        ({"task": "16--8-3"}, "config.yaml: task: '16--8-3': the interval is negative"),
        (
            {"pretrain": {"epochz": 1}},
            "config.yaml: pretrain: Additional properties are not allowed ('epochz' was unexpected)",
        ),
        ({"finetune": {"epochs": "ten"}}, "config.yaml: finetune.epochs: 'ten' is not of type 'integer'"),
    ],
)
def test_a_broken_configuration_stops_before_any_job(study, change, said):
    study.configure(**change)
    done = study.snakemake(check=False)
    assert done.returncode != 0
    assert said in done.stdout + done.stderr
    assert "Traceback" not in done.stdout + done.stderr
    assert not (study.folder / "results").exists()


def test_every_profile_reruns_for_content_only(study):
    """A workflow profile replaces the default one, so each must say it."""
    profiles = list((study.code / "profiles").glob("*/config.yaml"))
    assert profiles
    for path in profiles:
        text = "\n".join(line for line in path.read_text().splitlines() if "?" not in line)
        assert yaml.safe_load(text)["rerun-triggers"] == ["mtime", "params", "input"], path
