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


def write_provenance(path: Path, identity: dict[str, Any], seconds: float, counts: dict[str, Any], gpus: int) -> None:
    """Write provenance.json.

    Args:
        path: The file.
        identity: All that the result depends on.
        seconds: Duration of the training, in seconds.
        counts: Numbers of videos or questions, by list.
        gpus: Number of processes that shared the training.
    """
    gpu = torch.cuda.get_device_name() if torch.cuda.is_available() else None
    machine = {"host": platform.node(), "system": platform.platform(), "processor": platform.machine(), "gpu": gpu}
    about = {
        "vcop": __version__,
        "commit": code_version(),
        "python": platform.python_version(),
        "torch": torch.__version__,
        "machine": machine | {"gpus": gpus},
        "training_seconds": round(seconds, 1),
        "identity": identity,
    } | counts
    write_result(path, json.dumps(about, indent=1, default=str) + "\n")
