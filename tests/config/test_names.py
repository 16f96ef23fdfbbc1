"""The lists of names, and that nothing else spells them out."""

import re

import pytest
from support.helpers import ROOT

from vcop.config.names import LAYERS, PAPER_DATASETS, PAPER_NETWORKS, require_dataset_name


def test_a_backbone_has_five_stages():
    assert len(LAYERS) == 5


def test_no_other_module_lists_the_networks_or_data_sets():
    lists = "|".join(", ".join(f'"{name}"' for name in names) for names in (PAPER_NETWORKS, PAPER_DATASETS))
    found = [path for path in (ROOT / "src").rglob("*.py") if re.search(rf"[(\[]({lists})[)\]]", path.read_text())]
    assert [path.name for path in found] == ["names.py"]


def test_a_data_set_has_a_name_that_paths_can_hold():
    require_dataset_name("data", "phone_clips2")
    for name in ("my clips", "a-b", "2020", "a/b", ""):
        with pytest.raises(ValueError, match="cannot be the name of a data set: use letters"):
            require_dataset_name("data", name)
