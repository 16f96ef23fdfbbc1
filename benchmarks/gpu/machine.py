"""The machine of a run: names and versions that decide its numbers."""

from __future__ import annotations

import datetime as dt
import shutil
import subprocess
from typing import Any

import torch

from benchmarks import timing
from vcop.runtime.code_version import code_version


def about(device: torch.device, command: str, *, tiny: bool) -> dict[str, Any]:
    """Return what the report says first: GPU, driver, libraries, CPU, date, command and commit."""
    return {
        "gpu": torch.cuda.get_device_name(device) if device.type == "cuda" else "no GPU: the CPU",
        "driver": driver() if device.type == "cuda" else "none",
        "cuda": torch.version.cuda or "none",
        "cudnn": torch.backends.cudnn.version() if device.type == "cuda" else None,
        "memory_gib": torch.cuda.get_device_properties(device).total_memory / 2**30 if device.type == "cuda" else 0,
        "torch": torch.__version__,
        "machine": timing.machine(),
        "date": dt.datetime.now(dt.UTC).strftime("%Y-%m-%d %H:%M UTC"),
        "command": command,
        "commit": code_version(),
        "tiny": tiny,
    }


def driver() -> str:
    """Return the version of the GPU's driver; "unknown" where nvidia-smi does not say."""
    program = shutil.which("nvidia-smi")
    if program is None:
        return "unknown"
    command = [program, "--query-gpu=driver_version", "--format=csv,noheader"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=20)
    except (OSError, subprocess.TimeoutExpired):
        return "unknown"
    return next(iter(done.stdout.split()), "unknown")
