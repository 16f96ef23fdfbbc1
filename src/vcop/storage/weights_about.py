"""What a weights file says of itself: the network that it belongs to, the clips that this network was trained on, and its origin.

The header of a safetensors file may hold texts. Ours holds one, ``about``: a JSON object of sorted keys, after the seal. docs/wildcards.md
lists the keys. All of them are checked when a file is read, since anybody can write such a file.

Files that vcop 0.2.0 wrote name the network alone. ``provenance.json`` beside them says the rest, if it is there.
"""

from __future__ import annotations

import json
import re
import struct
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any, Literal, get_origin

from vcop.config.data_options import FrameOptions
from vcop.config.fields import fields
from vcop.config.network_names import known_networks, network_identity
from vcop.config.options import InputOptions, NetworkOptions
from vcop.runtime.user_modules import NAME
from vcop.sampling.tasks import Task
from vcop.storage.sealing import WEIGHTS

LICENCE = "MIT"  # of the code, and of weights that it makes; videos have terms of their own
PROVENANCE_FILE = "provenance.json"
WEIGHTS_FILE = "model.safetensors"  # in the folder of a run
LARGEST = 2**22  # bytes of a header; one of R(2+1)D has less than 2**16
NETWORK_KEYS = tuple(f.name for f, _ in fields(NetworkOptions))
FROM_OPTIONS = {f.name: kind for section in (NetworkOptions, InputOptions) for f, kind in fields(section)}
# What a network needs from whoever uses it, and so part of the identity of weights.
NEEDED = ("network", *FROM_OPTIONS, "clip_length", "height", "width")
NETWORK_FILE = "network_file"  # digest of the user's file of the network, where it is not the package's
USED = (*NEEDED, NETWORK_FILE)
ADAPTED = ("crop", "frame_stride", "clip_length", "height", "width")  # what a further training may change
KINDS: dict[str, type] = {
    **{name: str if get_origin(kind) is Literal else kind for name, kind in FROM_OPTIONS.items()},
    **dict.fromkeys(("clip_length", "height", "width", "seed", "split", "labels"), int),
    **dict.fromkeys(("vcop", "licence", "study", "network", NETWORK_FILE, "weights", "start", "names", "task"), str),
    **dict.fromkeys(("dataset", "layer", "control"), str),
    **dict.fromkeys(("head_batchnorm", "joint_batchnorm"), bool),
    "dropout": float,
    "classes": list,
}
CONFIG = {
    f.name: f"{name}.{f.name}" for name, of in (("input", InputOptions), ("network", NetworkOptions)) for f, _ in fields(of)
}
CONFIG |= {
    "height": "frames.height",
    "width": "frames.width",
    "head_batchnorm": "pretrain.head_batchnorm",
    "clip_length": "task",
    "seed": "seeds",
}


def read_header(path: Path, data: bytes) -> dict[str, Any]:
    """Return what the header of a weights file says, checked; only the network's name for a file of vcop 0.2.0.

    Args:
        path: The file, for error messages.
        data: Its first bytes, with the whole header.

    Raises:
        ValueError: The header is not one that vcop writes.
    """
    try:
        (size,) = struct.unpack_from("<Q", data)
        if size > LARGEST:
            raise ValueError(f"a header of {size} bytes")
        about = json.loads(json.loads(data[8 : 8 + size])["__metadata__"]["about"])
        if not isinstance(about, dict):
            raise TypeError("the header describes no weights")
    except (ValueError, KeyError, TypeError, RecursionError, struct.error) as problem:
        raise WEIGHTS.damaged(path, f"its header cannot be read ({problem!s:.100})") from None
    about.pop("file", None)
    return checked(path, about if "vcop" in about else {k: v for k, v in about.items() if k == "network"})


def read_identity(path: Path) -> dict[str, Any]:
    """Return what a run depends on, from its provenance.json. Raises ValueError in one line that names the file."""
    try:
        identity = json.loads(path.read_text(encoding="utf-8"))["identity"]
        if not isinstance(identity, dict) or not re.fullmatch(NAME, str(identity.get("network"))):
            raise TypeError("it names no network")
    except (ValueError, KeyError, TypeError, RecursionError) as problem:
        raise ValueError(f"{path}: not a provenance file of a run: {problem!s:.100}") from None
    return identity


def complete(path: Path, about: dict[str, Any]) -> dict[str, Any]:
    """Add to what a header says what provenance.json beside the file says, where the header is of vcop 0.2.0."""
    beside = path.with_name(PROVENANCE_FILE)
    if "vcop" in about or not beside.is_file():
        return about
    known = (*NEEDED, "task", "seed", "split", "layer", "head_batchnorm", "joint_batchnorm", "dropout")
    identity = read_identity(beside)
    return about | checked(beside, {key: identity[key] for key in known if key in identity})


def checked(path: Path, about: Mapping[str, Any]) -> dict[str, Any]:
    """Return a description of weights with numbers of the right type.

    Args:
        path: The file that says so, for error messages.
        about: The description; keys that are unknown stay as they are.

    Raises:
        ValueError: A value has a wrong type, or cannot be.
    """
    typed = {key: _typed(path, key, value) if key in KINDS else value for key, value in about.items()}
    if "network" in typed:
        _require_network(path, typed["network"], typed.get(NETWORK_FILE))
    try:
        for section in (NetworkOptions, InputOptions, FrameOptions):
            section(**{f.name: typed[f.name] for f, _ in fields(section) if f.name in typed})
        if typed.get("clip_length", 1) < 1:
            raise ValueError(f"clip_length: {typed['clip_length']} is below 1")
        if str(typed.get("task", ""))[:1].isdigit():  # other tasks have other names, and say their clip length
            typed.setdefault("clip_length", Task.parse(typed["task"]).clip_length)
    except ValueError as problem:
        raise ValueError(f"{path}: what it says of its weights cannot be: {problem!s:.200}") from None
    return typed


def _require_network(path: Path, network: str, digest: str | None) -> None:
    """Raise ValueError if a network is not known here, or if the user's file of it is another one than it was."""
    known = known_networks()
    if network not in known:
        raise ValueError(
            f"{path}: is of a network {network!r:.40}, and here {', '.join(known)} are known only; of a network of your own, "
            "networks/NAME.py has to be in the working folder"
        )
    if digest and network_identity(network).get(NETWORK_FILE) != digest:
        raise ValueError(
            f"{path}: was made with another networks/{network}.py (its digest was {digest:.40}): take that file again, or train again"
        )


def _typed(path: Path, key: str, value: Any) -> Any:
    """Return a value in the type of its key. Raises ValueError for another type."""
    kind = KINDS[key]
    if kind is float and type(value) is int and value.bit_length() < 64:
        return float(value)
    if type(value) is not kind or (isinstance(value, list) and not all(type(name) is str for name in value)):
        raise ValueError(f"{path}: what it says of its weights cannot be: {key} is {value!r:.40}")
    return value


def compare(path: Path, about: Mapping[str, Any], used: Mapping[str, Any], adapted: Collection[str] = ()) -> list[str]:
    """Compare how weights are about to be used with what their file says.

    Args:
        path: The weights file.
        about: What it says.
        used: Network, options, task and frames that are about to be used.
        adapted: Keys in which both may differ.

    Returns:
        A line for each difference in ``adapted``.

    Raises:
        ValueError: Both differ in another key. The line names flag and key of config.yaml, both values, and what to do.
    """
    notes = []
    for key, value in used.items():
        if about.get(key, value) == value:
            continue
        flag = {"task": "--task", "network": "--network"}.get(
            key
        ) or f"--{key.replace('_', '-')} ({CONFIG[key]} in config.yaml)"
        stored = key in ("height", "width")
        made, here = f"{path}: these weights were made with {key} {about[key]}", "of the frame store" if stored else "here"
        # That a file of 2019 expects the papers' input is our assumption, so options may say otherwise.
        if key in adapted or (about.get("names") == "2019" and key not in ("network", *NETWORK_KEYS)):
            notes.append(f"{made}; {here} it is {value}, {flag}")
            continue
        advice = f"use frames with {key} {about[key]}" if stored else f"give {about[key]} or leave the flag out"
        raise ValueError(
            f"{made}, but {flag} {'of the frame store ' if stored else ''}is {value}: {advice}, or use other weights"
        )
    return notes
