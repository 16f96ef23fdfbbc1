"""The state of an interrupted training: whole, recent, and refused where it does not belong.

A file is a SHA-256 digest and then what ``torch.save`` wrote. The state before the newest one is kept until the newest is
whole. States are read with ``weights_only``, so that nothing in them is executed.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import pickle
import sys
from pathlib import Path
from typing import Any

import torch

from vcop.files import replacing
from vcop.options import existing


def fingerprint(parts: dict[str, Any]) -> str:
    """One line that two runs share only if they are the same run."""
    return json.dumps(parts, sort_keys=True, default=str)


def save(path: Path, state: dict[str, Any]) -> None:
    """Write ``state``; the one that was there becomes the previous one."""
    buffer = io.BytesIO()
    torch.save(state, buffer)
    data = buffer.getbuffer()
    with replacing(path) as unfinished:
        with open(unfinished, "wb") as file:
            file.write(hashlib.sha256(data).digest())
            file.write(data)
        if path.exists():
            os.replace(path, _previous(path))


def forget_previous(path: Path) -> None:
    """Remove the previous state: of a finished run one is enough."""
    _previous(path).unlink(missing_ok=True)


def forget(path: Path) -> None:
    """Remove all states of a run that is to begin anew."""
    forget_previous(path)
    path.unlink(missing_ok=True)


def clear_unfinished(path: Path) -> None:
    """Remove what kills in the middle of ``save`` have left: each is as large as a state."""
    for part in path.parent.glob(f".{path.name}.*.part"):
        part.unlink(missing_ok=True)


def load(path: Path, expected: str) -> dict[str, Any] | None:
    """The newest whole state of the run whose fingerprint is ``expected``; says why it passes one over."""
    for candidate in (path, _previous(path)):
        if not candidate.exists():
            continue
        try:
            data = candidate.read_bytes()
            if hashlib.sha256(data[32:]).digest() != data[:32]:
                raise ValueError("its digest differs")
            state: dict[str, Any] = torch.load(io.BytesIO(data[32:]), map_location="cpu", weights_only=True)
        except (ValueError, RuntimeError, EOFError, pickle.UnpicklingError) as problem:
            print(f"{candidate}: a damaged state, passed over ({problem})", file=sys.stderr)
            continue
        if state["fingerprint"] != expected:
            print(f"{candidate}: of {_difference(state['fingerprint'], expected)}; passed over", file=sys.stderr)
            continue
        return state
    return None


def save_optimiser(path: Path, momenta: dict[str, Any]) -> None:
    """An optimiser's state on its own, for a run that goes on with it."""
    with replacing(path) as unfinished:
        torch.save(momenta, unfinished)


def load_optimiser(path: Path, optimiser: torch.optim.Optimizer) -> None:
    """Give an optimiser the momenta of another run, but none of its settings. Raises ValueError where they do not fit."""
    try:
        momenta = torch.load(existing(path, "the optimiser's state"), map_location="cpu", weights_only=True)["state"]
        optimiser.load_state_dict(optimiser.state_dict() | {"state": momenta})
    except (ValueError, RuntimeError, EOFError, KeyError, pickle.UnpicklingError) as problem:
        raise ValueError(f"{path}: not the optimiser's state of this network ({problem})") from None


def _previous(path: Path) -> Path:
    return path.with_suffix(".previous")


def _difference(one: str, other: str) -> str:
    """Where two fingerprints part, for people."""
    a, b = json.loads(one), json.loads(other)
    keys = sorted(k for k in a.keys() | b.keys() if a.get(k) != b.get(k))
    return "another run (" + ", ".join(f"{k} {a.get(k)!s:.20} instead of {b.get(k)!s:.20}" for k in keys[:3]) + ")"
