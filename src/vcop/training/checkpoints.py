"""Files of training states: complete, recent, and refused where they belong to another run.

A file is a sealed line (``vcop.storage.sealing``) and then what ``torch.save`` wrote. The state before the newest one is kept until the
newest is whole. States are read with ``weights_only``, so that nothing in them is executed, and what would unpack to more than
the file is refused.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import sys
import zipfile
from pathlib import Path
from typing import Any

import torch

from vcop.runtime.atomic_files import atomic_write
from vcop.storage.sealing import OPTIMISER, STATE, FileKind, OtherFormatError, read_sealed, seal


def fingerprint(parts: dict[str, Any]) -> str:
    """Return one line that two runs share only if all ``parts`` are equal."""
    return json.dumps(parts, sort_keys=True, default=str)


def save_checkpoint(path: Path, state: dict[str, Any]) -> None:
    """Write a state; the one that was there becomes the previous one."""
    with atomic_write(path) as unfinished:
        _write(unfinished, state, STATE)
        if path.exists():
            os.replace(path, _previous(path))


def delete_previous(path: Path) -> None:
    """Remove the previous state: a finished run needs one only."""
    _previous(path).unlink(missing_ok=True)


def delete_checkpoints(path: Path) -> None:
    """Remove all states of a run that is to begin anew."""
    delete_previous(path)
    path.unlink(missing_ok=True)


def load_checkpoint(path: Path, expected: str) -> dict[str, Any] | None:
    """Return the newest complete state of a run, or None. The log names every file that cannot be used.

    Args:
        path: File of the newest state; the previous one is beside it.
        expected: Fingerprint of the run.

    Raises:
        ValueError: If a state has the format of another version.
    """
    for candidate in (path, _previous(path)):
        try:
            state = read_state(candidate, STATE)
            other = "" if state["fingerprint"] == expected else _difference(state["fingerprint"], expected)
        except OtherFormatError:  # starting another version must not throw away days of training
            raise
        except (ValueError, KeyError, TypeError, AttributeError) as problem:
            if not candidate.exists():
                continue
            print(f"{problem}: passed over", file=sys.stderr)
            # The next save would keep this bad file as the previous state, in place of the good one.
            candidate.unlink(missing_ok=True)
            continue
        if other:
            print(f"{candidate}: of {other}; passed over", file=sys.stderr)
            continue
        return state
    return None


def save_optimiser(path: Path, momenta: dict[str, Any]) -> None:
    """Write an optimiser's state on its own, for a run that goes on with it."""
    with atomic_write(path) as unfinished:
        _write(unfinished, momenta, OPTIMISER)


def load_optimiser(path: Path, optimiser: torch.optim.Optimizer) -> None:
    """Give an optimiser the momenta of another run, but none of its settings. Raises ValueError where they do not fit."""
    momenta = read_state(path, OPTIMISER)
    try:
        optimiser.load_state_dict(optimiser.state_dict() | {"state": momenta["state"]})
    except (ValueError, RuntimeError, KeyError, TypeError, AttributeError) as problem:
        raise ValueError(f"{path}: not the optimiser's state of this network ({problem})") from None


def optimiser_digest(path: Path) -> str:
    """Return the SHA-256 of an optimiser's state in a file, without the seal, which names the version. Raises ValueError for another file."""
    return hashlib.sha256(read_sealed(path, OPTIMISER).partition(b"\n")[2]).hexdigest()


def _write(path: Path, state: dict[str, Any], kind: FileKind) -> None:
    with open(path, "wb") as file:
        file.write(kind.line() + b"\n")
        buffer = io.BytesIO()
        torch.save(state, buffer)
        file.write(buffer.getbuffer())
    seal(path)


def read_state(path: Path, kind: FileKind) -> dict[str, Any]:
    """Read a state. Raises ValueError for a file that is damaged, or holds anything but numbers, texts and tensors."""
    data = read_sealed(path, kind).partition(b"\n")[2]
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            sizes = [entry.file_size for entry in packed.infolist()]
        if sum(sizes) > len(data):
            raise ValueError("it would unpack to more bytes than the file has")
        state = torch.load(io.BytesIO(data), map_location="cpu", weights_only=True)
        if not isinstance(state, dict):
            raise TypeError("it is no dictionary")
    except Exception as problem:  # noqa: BLE001 - whatever a hostile file makes of the reader
        raise kind.damaged(path, " ".join(str(problem).split())[:200]) from None
    return state


def _previous(path: Path) -> Path:
    return path.with_suffix(".previous")


def _difference(one: str, other: str) -> str:
    """Describe where two fingerprints differ."""
    a, b = json.loads(one), json.loads(other)
    keys = sorted(k for k in a.keys() | b.keys() if a.get(k) != b.get(k))
    return "another run (" + ", ".join(f"{k} {a.get(k)!s:.20} instead of {b.get(k)!s:.20}" for k in keys[:3]) + ")"
