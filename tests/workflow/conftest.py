"""A whole small study, run once a session by Snakemake from a copy of the repository.

Snakemake runs three times: with conda for the files ``IN_CONDA``, without conda for the other jobs of the stages, as in ``make run``, and
with conda again for the tables and figures. So every rule runs in its conda environment at least once.
"""

from pathlib import Path

import pytest
from support.conda import Conda
from support.studies import Study, copy_code

from vcop.commands.render import items

# To make these files, every rule before the tables and figures has to run at least once, and those of two figures.
IN_CONDA = (
    "results/answers/r3d/16-8-3/seed-0.csv",
    "results/answers/question-only/seed-0.csv",
    "results/order/r3d/16-8-3-hard/seed-0.csv",
    "results/recognition/ucf101-1/r3d/random/from-conv1/seed-0.csv",
    "results/retrieval/ucf101/r3d/random/conv5-seed-0.csv",
    "results/retrieval/ucf101-in-hmdb51/r3d/16-8-3/conv5-seed-0.csv",
    "results/cvpr2019/figure2.png",
    "results/cvpr2019/figure3.png",
)


@pytest.hookimpl(tryfirst=True)  # before -m chooses
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark all files that look at the whole small study, so that two processes can share the work, and one of them makes the study."""
    files = {item.path for item in items if "finished" in getattr(item, "fixturenames", ())}
    for item in items:
        if item.path in files:
            item.add_marker(pytest.mark.whole)


@pytest.fixture(scope="session")
def code(tmp_path_factory) -> Path:
    return copy_code(tmp_path_factory.mktemp("code"))


@pytest.fixture(scope="session")
def conda(tmp_path_factory) -> Conda:
    return Conda(tmp_path_factory.mktemp("conda"))


@pytest.fixture(scope="session")
def in_conda() -> tuple[str, ...]:
    """Files of the finished study of which all jobs, from the videos on, ran with ``--use-conda``."""
    return IN_CONDA


@pytest.fixture(scope="session")
def finished(code, conda, tmp_path_factory) -> Study:
    study = Study(tmp_path_factory.mktemp("study") / "a study", code)
    study.variables = conda.environment(study.environment["PATH"])
    study.configure()
    study.snakemake("--use-conda", "--", *IN_CONDA)
    study.snakemake("--omit-from", *items(), shared=True)
    study.snakemake("--use-conda")
    return study


@pytest.fixture
def study(code, tmp_path) -> Study:
    made = Study(tmp_path / "study", code)
    made.configure()
    return made


@pytest.fixture
def own(code, tmp_path) -> Study:
    """A study of twelve videos of one's own, which nothing reads in a dry run."""
    made = Study(tmp_path / "own", code)
    (tmp_path / "clips").mkdir()
    for i in range(12):
        (tmp_path / "clips" / f"{i}.mp4").touch()
    made.configure_own(videos=str(tmp_path / "clips"))
    return made
