import json
import platform

import torch

from vcop import __version__
from vcop.runtime.code_version import code_version
from vcop.runtime.processor import cpu_model, instruction_sets
from vcop.training.distributed import Group
from vcop.training.provenance import write_provenance


def test_versions_machine_and_identity_are_written(tmp_path):
    path, group = tmp_path / "provenance.json", Group(torch.device("cpu"))
    group.size = 2
    write_provenance(path, {"seed": 3, "network": "r3d"}, 12.345, {"videos": {"training": 7}}, group)
    about = json.loads(path.read_text())
    assert list(about) == ["vcop", "commit", "python", "torch", "machine", "training_seconds", "identity", "videos"]
    assert about["commit"] == code_version()
    assert (about["python"], about["machine"]["host"]) == (platform.python_version(), platform.node())
    assert (about["vcop"], about["torch"]) == (__version__, torch.__version__)
    assert about["identity"] == {"seed": 3, "network": "r3d"}
    assert about["training_seconds"] == 12.3
    assert about["videos"] == {"training": 7}
    machine = about["machine"]
    assert list(machine) == ["host", "system", "cpu", "instruction_sets", "torch_cpu_capability", "gpu", "gpus"]
    assert (machine["cpu"], machine["instruction_sets"]) == (cpu_model(), instruction_sets())
    assert machine["torch_cpu_capability"] == torch.backends.cpu.get_cpu_capability()
    assert (machine["gpu"], machine["gpus"]) == (None, 2)  # trained on the CPU, whether the machine has a GPU or not
