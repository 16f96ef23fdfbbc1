"""The lists of names, and that nothing else spells them out."""

import re

from support.helpers import ROOT

from vcop.config.names import DATASETS, LAYERS, PAPER_NETWORKS


def test_a_backbone_has_five_stages():
    assert len(LAYERS) == 5


def test_no_other_module_lists_the_networks_or_data_sets():
    lists = "|".join(", ".join(f'"{name}"' for name in names) for names in (PAPER_NETWORKS, DATASETS))
    found = [path for path in (ROOT / "src").rglob("*.py") if re.search(rf"[(\[]({lists})[)\]]", path.read_text())]
    assert [path.name for path in found] == ["names.py"]
