import json

import torch

from vcop import __version__
from vcop.training.provenance import write_provenance


def test_versions_machine_and_identity_are_written(tmp_path):
    path = tmp_path / "provenance.json"
    write_provenance(path, {"seed": 3, "network": "r3d"}, 12.345, {"videos": {"training": 7}}, 2)
    about = json.loads(path.read_text())
    assert (about["vcop"], about["torch"]) == (__version__, torch.__version__)
    assert about["identity"] == {"seed": 3, "network": "r3d"}
    assert about["training_seconds"] == 12.3
    assert about["videos"] == {"training": 7}
    assert about["machine"].keys() == {"host", "system", "processor", "gpu", "gpus"}
    assert about["machine"]["gpus"] == 2
