"""A whole small study, run once a session by Snakemake from a copy of the repository, each rule in its conda environment."""

from pathlib import Path

import pytest
from support.conda import Conda
from support.studies import Study, copy_code


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
def finished(code, conda, tmp_path_factory) -> Study:
    study = Study(tmp_path_factory.mktemp("study") / "a study", code)
    study.variables = conda.environment(study.environment["PATH"])
    study.configure()
    study.snakemake("--use-conda")
    return study


@pytest.fixture
def study(code, tmp_path) -> Study:
    made = Study(tmp_path / "study", code)
    made.configure()
    return made
