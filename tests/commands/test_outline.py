import json

from support.helpers import vcop

from vcop.config.names import PAPER_NETWORKS
from vcop.config.options import InputOptions, NetworkOptions
from vcop.networks.outline import outline_networks


def test_the_outline_is_written_as_json(tmp_path, capsys):
    assert vcop("outline", "--out", tmp_path / "o.json", "--multiplier", "0.125", "--crop", 32, "--clip-length", 8) == 0
    outline = json.loads((tmp_path / "o.json").read_text())
    assert outline == outline_networks(NetworkOptions(multiplier=0.125), InputOptions(crop=32), clip_length=8)
    assert tuple(outline["networks"]) == PAPER_NETWORKS
    assert "o.json: outline of c3d, r3d, r21d" in capsys.readouterr().out
