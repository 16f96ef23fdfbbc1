"""The folder of a study: what makes it one, and how its configuration is read."""

from __future__ import annotations

from pathlib import Path

from vcop.config.reader import read_study
from vcop.config.study import Study
from vcop.config.yaml_reader import read_yaml

CONFIG = "config.yaml"


def require_study(folder: Path) -> None:
    """Raise ValueError unless the folder is a study, that is, unless it holds a config.yaml."""
    if not (folder / CONFIG).is_file():
        raise ValueError(f"{folder.absolute()}: not a study: no {CONFIG} in it")


def study_in_folder(folder: Path) -> Study:
    """Return the checked configuration of a study.

    Raises:
        ValueError: If the folder is no study, or its configuration is not valid.
    """
    require_study(folder)
    return read_study(read_yaml(folder / CONFIG), str(folder / CONFIG))
