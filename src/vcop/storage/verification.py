"""Check files of this package for damage, to the last byte: stores, features, weights, states and results (`vcop check PATH`)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from vcop.runtime.atomic_files import digest_path, require_intact
from vcop.storage import feature_store, sealing
from vcop.storage.frame_store import FrameStore

KIND_OF_SUFFIX = {".h5": sealing.STORE, ".safetensors": sealing.WEIGHTS, ".pt": sealing.STATE, ".previous": sealing.STATE}


def sealed_files(path: Path) -> list[Path]:
    """List the files that have a seal or a checksum file beside them.

    Args:
        path: A file, or a directory that is searched with its sub-directories.

    Raises:
        ValueError: There is no such file.
    """
    files = [path] if path.is_file() else sorted(p for p in path.rglob("*") if p.is_file())
    sealed = [p for p in files if p.suffix in KIND_OF_SUFFIX or digest_path(p).exists() or sealing.kind_of(p)]
    if not sealed:
        raise ValueError(f"{path}: no file of vcop: neither sealed nor with its digest beside it")
    return sealed


def find_damage(path: Path) -> Iterator[str]:
    """Read a file completely, and yield one line for each damage; nothing if the file is intact."""
    kind = sealing.kind_of(path) or KIND_OF_SUFFIX.get(path.suffix)
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
