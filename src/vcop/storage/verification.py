"""Whether files of ours are as they were written, to the last byte: stores, features, weights, states, results."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from vcop.runtime.atomic_files import digest_path, require_intact
from vcop.storage import feature_store, sealing
from vcop.storage.frame_store import FrameStore

SEALED = {".h5": sealing.STORE, ".safetensors": sealing.WEIGHTS, ".pt": sealing.STATE, ".previous": sealing.STATE}


def sealed_files(path: Path) -> list[Path]:
    """The file itself, or all files of a folder that can be checked. Raises ValueError where there is none."""
    found = [path] if path.is_file() else sorted(p for p in path.rglob("*") if p.is_file())
    known = [p for p in found if p.suffix in SEALED or digest_path(p).exists() or sealing.kind_of(p)]
    if not known:
        raise ValueError(f"{path}: no file of ours: neither sealed nor with its digest beside it")
    return known


def find_damage(path: Path) -> Iterator[str]:
    """What is wrong with a file, as one line each; nothing of a whole one."""
    kind = sealing.kind_of(path) or SEALED.get(path.suffix)
    try:
        if kind is None:
            require_intact(path)
        elif kind is sealing.STORE:
            yield from FrameStore(path).check()
        elif kind is sealing.FEATURES:
            yield from feature_store.find_damaged_features(path)
        else:
            sealing.verify(path, kind)
    except ValueError as problem:
        yield str(problem)
