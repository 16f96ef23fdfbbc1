"""Entry points for ``torch.hub.load``: trained backbones from a file, and the three backbones with random weights."""

import sys
from pathlib import Path

dependencies = ["safetensors", "torch", "yaml"]

sys.path.insert(0, str(Path(__file__).parent / "src"))  # without an installation

import vcop as _vcop  # noqa: E402


def backbone(weights: str | Path) -> _vcop.Backbone:
    """Load a trained backbone: ``weights`` is a run's folder, a published folder or a weights file (docs/weights.md)."""
    return _vcop.load_backbone(weights)


def c3d(multiplier: float = 1.0, seed: int = 0) -> _vcop.Backbone:
    """Build C3D with random weights."""
    return _vcop.build_backbone("c3d", _vcop.NetworkOptions(multiplier=multiplier), seed).eval()


def r3d(multiplier: float = 1.0, seed: int = 0) -> _vcop.Backbone:
    """Build R3D with random weights."""
    return _vcop.build_backbone("r3d", _vcop.NetworkOptions(multiplier=multiplier), seed).eval()


def r21d(multiplier: float = 1.0, seed: int = 0) -> _vcop.Backbone:
    """Build R(2+1)D with random weights."""
    return _vcop.build_backbone("r21d", _vcop.NetworkOptions(multiplier=multiplier), seed).eval()
