"""File provenance.json: which code, versions and machine made the files beside it."""

from __future__ import annotations

import json
import platform
from pathlib import Path
from typing import Any

import torch

from vcop import __version__
from vcop.runtime.atomic_files import write_result
from vcop.runtime.code_version import code_version
from vcop.runtime.processor import cpu_model, instruction_sets
from vcop.training.distributed import Group


def write_provenance(path: Path, identity: dict[str, Any], seconds: float, counts: dict[str, Any], group: Group) -> None:
    """Write provenance.json.

    Args:
        path: The file.
        identity: All that the result depends on. Machine and versions are no part of it.
        seconds: Duration of the training, in seconds.
        counts: Numbers of videos or questions, by list.
        group: The processes that shared the training, and their device.
    """
    about = {
        "vcop": __version__,
        "commit": code_version(),
        "python": platform.python_version(),
        "torch": torch.__version__,
        "machine": _machine(group),
        "training_seconds": round(seconds, 1),
        "identity": identity,
    } | counts
    write_result(path, json.dumps(about, indent=1, default=str) + "\n")


def _machine(group: Group) -> dict[str, Any]:
    """Describe the machine: what decides the speed of a training and the last bits of its result."""
    return {
        "host": platform.node(),
        "system": platform.platform(),
        "cpu": cpu_model(),
        "instruction_sets": instruction_sets(),
        "torch_cpu_capability": torch.backends.cpu.get_cpu_capability(),  # what PyTorch's own code makes use of
        "gpu": torch.cuda.get_device_name(group.device) if group.device.type == "cuda" else None,
        "gpus": group.size,
    }
