"""Model and instruction sets of the CPU: they decide how fast networks are, and the last bits of their numbers."""

from __future__ import annotations

import platform
from pathlib import Path

# Those that the libraries below PyTorch choose their code by.
INSTRUCTION_SETS = ("avx2", "avx512f", "avx512_vnni", "avx512_bf16", "avx512_fp16", "amx_bf16", "asimd", "sve", "bf16")
CPUINFO = Path("/proc/cpuinfo")


def cpu_model(cpuinfo: Path = CPUINFO) -> str:
    """Return the name of the CPU, or that of its architecture where the kernel gives no name.

    Args:
        cpuinfo: The kernel's description of all cores.
    """
    return _last_core(cpuinfo).get("model name") or platform.processor() or platform.machine()


def instruction_sets(cpuinfo: Path = CPUINFO) -> list[str]:
    """Return those of ``INSTRUCTION_SETS`` that the CPU has; none where the kernel does not say.

    Args:
        cpuinfo: The kernel's description of all cores.
    """
    core = _last_core(cpuinfo)
    have = set(core.get("flags", core.get("Features", "")).split())  # x86, ARM
    return [name for name in INSTRUCTION_SETS if name in have]


def _last_core(cpuinfo: Path) -> dict[str, str]:
    """Return what the kernel says of the last core."""
    lines = cpuinfo.read_text(errors="replace").splitlines() if cpuinfo.exists() else []
    return {key.strip(): value.strip() for key, _, value in (line.partition(":") for line in lines)}
