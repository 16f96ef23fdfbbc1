"""A study with a network of its own: its file is an input, and an unknown name is one line."""

import re

from support.helpers import ROOT

WEIGHTS, ORDER = "results/pretrain/toy/random/seed-0/model.safetensors", "results/order/toy/16-8-3/seed-0.csv"


def test_a_users_network_is_planned_made_again_when_it_changes(study):
    (example,) = re.findall(r"```python\n(.*?)```", (ROOT / "docs/backbones.md").read_text(), re.DOTALL)
    file = study.folder / "networks/toy.py"
    file.parent.mkdir()
    file.write_text(example)
    assert study.planned(ORDER) == {"synthesise": 1, "decode": 1, "initialise": 1, "pretrain": 1}
    study.snakemake(WEIGHTS)
    assert study.planned(WEIGHTS) == {}
    file.write_text(example + "# another text\n")
    assert study.planned(WEIGHTS) == {"initialise": 1}


def test_an_unknown_network_in_a_path_is_one_line_with_the_known_ones(study):
    said = study.snakemake("--dry-run", ORDER, check=False)
    assert said.returncode
    (line,) = [line for line in (said.stdout + said.stderr).splitlines() if "'toy'" in line]
    assert line.strip().startswith("network: there is no 'toy'; choose one of c3d, r3d, r21d, mc3_18, ")
    assert line.endswith("or write networks/toy.py")
