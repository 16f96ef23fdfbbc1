import json
import platform

import torch

from vcop import __version__
from vcop.runtime.code_version import code_version
from vcop.training.provenance import write_provenance


def test_versions_machine_and_identity_are_written(tmp_path):
    path = tmp_path / "provenance.json"
    write_provenance(path, {"seed": 3, "network": "r3d"}, 12.345, {"videos": {"training": 7}}, 2)
    about = json.loads(path.read_text())
    assert list(about) == ["vcop", "commit", "python", "torch", "machine", "training_seconds", "identity", "videos"]
    assert about["commit"] == code_version()
    assert (about["python"], about["machine"]["host"]) == (platform.python_version(), platform.node())
    assert (about["vcop"], about["torch"]) == (__version__, torch.__version__)
    assert about["identity"] == {"seed": 3, "network": "r3d"}
    assert about["training_seconds"] == 12.3
    assert about["videos"] == {"training": 7}
    assert about["machine"].keys() == {"host", "system", "processor", "gpu", "gpus"}
    assert about["machine"]["gpus"] == 2
