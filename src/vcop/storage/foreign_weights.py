"""Weights files of others: safetensors and PyTorch files without our header, told apart by the names and shapes of their tensors.

Three sets of names are known: ours, as in a file of ours that another program saved again (of the papers' networks), those of the code that was
published in 2019 (``vcop.storage.published_names``), and torchvision's (``vcop.storage.torchvision_names``). PyTorch's files are pickles; they are read with ``weights_only``, which executes nothing.
"""

from __future__ import annotations

import dataclasses
import math
import pickle
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from vcop.config.data_options import FrameOptions
from vcop.config.names import PAPER_NETWORKS
from vcop.config.options import InputOptions
from vcop.storage import weights_about
from vcop.storage.published_names import ACTION_HEAD, ORDER_HEAD, PUBLISHED, STATISTICS, backbone_names, from_published
from vcop.storage.sealing import LINE, NEAR
from vcop.storage.torchvision_names import INDEX, MODULES, TORCHVISION, from_torchvision, recognise

OURS = "vcop"
HEADS = {*ORDER_HEAD, *ACTION_HEAD, *(f"{where}.{name}" for where in ("batchnorm", "head.batchnorm") for name in STATISTICS)}
# Texts of our headers: a file that has one is ours, and damaged if its seal cannot be found.
OUR_MARKS = (b"written by vcop", b"sha256", b"licence")
PICKLES = (b"PK\x03\x04", b"\x80\x02")  # PyTorch since 1.6, and before
WIDTHS = (64, 128, 256, 512)  # of the stages 1, 3, 4 and 5 in the papers
MOST_NAMED = 4  # tensors in one message
AGAIN = "get the file again, or check that it is the right one"
# What the papers say of the input (CVPR 2019, 4), taken for files that say nothing.
PAPERS = {
    **dataclasses.asdict(InputOptions()),
    **{name: getattr(FrameOptions(), name) for name in ("height", "width")},
    "clip_length": 16,
}
Named = dict[str, Tensor]


def is_foreign(path: Path) -> bool:
    """Whether a file is a safetensors or PyTorch file that does not claim to be ours."""
    if not path.is_file():
        return False
    with open(path, "rb") as file:
        head = file.read(NEAR)
        if LINE.search(head):
            return False
        if head.startswith(PICKLES):
            return True
        head += file.read(weights_about.LARGEST) if head[8:9] == b"{" else b""
    return head[8:9] == b"{" and not any(mark in head[: 8 + int.from_bytes(head[:8], "little")] for mark in OUR_MARKS)


def read_foreign(path: Path) -> tuple[dict[str, Any], Named]:
    """Read the weights of another program's file.

    Args:
        path: A safetensors file, or a file of ``torch.save`` that holds a dictionary of tensors, or one under ``state_dict``.

    Returns:
        What is known of the weights, as the header of a weights file says it, with ``names`` (``vcop``, ``2019`` or ``torchvision``); and the weights by our
        names. For 2019's names the input is as in the papers, for the published files do not say it.

    Raises:
        ValueError: In one line, if the file is damaged, holds something else than tensors of numbers, or belongs to no network known here.
    """
    found = _without_prefix("module.", _read_tensors(path))
    tensors = {name: _sound(path, name, value) for name, value in found.items()}
    if of_torchvision := recognise(tensors):
        multiplier, tensors = from_torchvision(of_torchvision, tensors)
        return weights_about.checked(
            path, {"names": TORCHVISION, "network": of_torchvision, "multiplier": multiplier}
        ), tensors
    network, names = _recognise(path, tensors)
    if names == PUBLISHED:
        tensors = from_published(network, tensors)
    elif not any(name.startswith("backbone.") for name in tensors):  # the state of a backbone alone
        tensors = {name if name in HEADS else f"backbone.{name}": value for name, value in tensors.items()}
    tensors = _complete(path, network, names, tensors)
    about = {"names": names, "network": network, "multiplier": _multiplier(path, network, tensors)}
    return weights_about.checked(path, about | _about_head(path, names, tensors)), tensors


def note(path: Path, about: Mapping[str, Any]) -> str:
    """Return the line to print where such a file is used, empty for files of ours.

    Args:
        path: The file.
        about: What is known of it.
    """
    if "names" not in about:
        return ""
    known = f"{path}: {about['network']} of width {about['multiplier']:g}, told by names and shapes"
    if about["names"] == OURS:
        return f"{known}; the file does not say what has to enter the network, so that is as the options say"
    if about["names"] == TORCHVISION:
        return (
            f"{known} of {TORCHVISION}, without its classifier; it was trained on RGB of about mean 0.43 and deviation 0.22, that is "
            "input_mean 0.43, input_gain 4.5, which the file does not say"
        )
    task = f", task {about['task']}" if "task" in about else ""
    return (
        f"{known} of {PUBLISHED}; the input is taken to be as in the papers: clips of {PAPERS['clip_length']} frames, a crop of "
        f"{PAPERS['crop']} pixels, RGB in [0, 1] without mean or gain{task}"
    )


def list_tensors(tensors: Iterable[tuple[str, tuple[int, ...]]]) -> str:
    """Return the names and shapes of the first tensors, and the number of the others."""
    words = [f"{name} {'x'.join(map(str, shape)) or 'a number'}" for name, shape in tensors]
    return ", ".join(words[:MOST_NAMED]) + (f" and {len(words) - MOST_NAMED} more" if len(words) > MOST_NAMED else "")


def _read_tensors(path: Path) -> dict[str, Any]:
    """Read a dictionary from a safetensors or PyTorch file."""
    from safetensors import SafetensorError
    from safetensors.torch import load

    data = path.read_bytes()
    if not data.startswith(PICKLES):
        try:
            return load(data)
        except (SafetensorError, ValueError, KeyError, TypeError, RuntimeError) as problem:
            raise ValueError(f"{path}: not a whole safetensors file ({_line(problem)}): {AGAIN}") from None
    _require_unpacked(path)
    try:
        found = torch.load(path, map_location="cpu", weights_only=True)
    except pickle.UnpicklingError as problem:
        raise ValueError(
            f"{path}: holds more than tensors, or is damaged, and is not read, for it could execute code ({_line(problem)}): save the "
            "state_dict() of its network alone"
        ) from None
    except Exception as problem:  # noqa: BLE001  # a damaged pickle ends in any error
        raise ValueError(f"{path}: not a whole file of PyTorch ({_line(problem)}): {AGAIN}") from None
    if isinstance(found, dict) and isinstance(found.get("state_dict"), dict):
        found = found["state_dict"]
    if not isinstance(found, dict) or not found or not all(type(name) is str for name in found):
        raise ValueError(f"{path}: holds no dictionary of tensors by name: save the state_dict() of its network")
    return dict(found)


def _require_unpacked(path: Path) -> None:
    """Raise ValueError for an archive that unpacks to more bytes than the file has: ``torch.save`` writes none."""
    if not zipfile.is_zipfile(path):
        return  # a file of PyTorch before 1.6, or damaged
    try:
        with zipfile.ZipFile(path) as archive:
            size = sum(entry.file_size for entry in archive.infolist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as problem:
        raise ValueError(f"{path}: not a whole file of PyTorch ({_line(problem)}): {AGAIN}") from None
    if size > path.stat().st_size:
        raise ValueError(f"{path}: would unpack to {size} bytes, more than the file has: {AGAIN}")


def _line(problem: Exception) -> str:
    """Return the beginning of an error in one line."""
    return " ".join(str(problem).split())[:120] or type(problem).__name__


def _without_prefix(prefix: str, tensors: dict[str, Any]) -> dict[str, Any]:
    """Return the tensors without a prefix that all names have: PyTorch's DataParallel adds ``module.``."""
    while tensors and all(name.startswith(prefix) for name in tensors):
        tensors = {name.removeprefix(prefix): value for name, value in tensors.items()}
    return tensors


def _sound(path: Path, name: str, value: Any) -> Tensor:
    """Return a tensor as 32-bit floating-point numbers; counters stay whole numbers."""
    where = f"{path}: {name[:80]!r}"
    if not isinstance(value, Tensor) or value.layout is not torch.strided or value.device.type != "cpu":
        raise ValueError(f"{where} is not a plain tensor: {AGAIN}")
    if value.numel() * value.element_size() > value.untyped_storage().nbytes():
        raise ValueError(f"{where} is larger than its data: {AGAIN}")
    counter = name.endswith(("num_batches_tracked", INDEX))
    if value.dtype not in ((torch.int64,) if counter else (torch.float32, torch.float16, torch.bfloat16)):
        wanted = "int64" if counter else "float32, float16 or bfloat16"
        raise ValueError(f"{where} is {str(value.dtype).removeprefix('torch.')}, and has to be {wanted}")
    if not torch.isfinite(value).all():
        raise ValueError(f"{where} holds numbers that are not finite: {AGAIN}")
    return value.detach().clone() if counter else value.detach().float().contiguous()


def _recognise(path: Path, tensors: Named) -> tuple[str, str]:
    """Return the network and the set of names that most tensors belong to."""
    bare = {name.removeprefix("backbone.").removeprefix("base_network.") for name in tensors}

    def known(network: str, names: str) -> set[str]:
        return set(backbone_names(network).values() if names == PUBLISHED else backbone_names(network))

    pairs = [(network, names) for network in PAPER_NETWORKS for names in (OURS, PUBLISHED)]
    best = max(pairs, key=lambda pair: len(bare & known(*pair)) / len(known(*pair)))
    if 2 * len(bare & known(*best)) < len(known(*best)):
        shapes = list_tensors((name[:80], tuple(value.shape)) for name, value in tensors.items())
        raise ValueError(
            f"{path}: not the weights of a network that vcop knows ({', '.join(PAPER_NETWORKS)}, by our names or those of {PUBLISHED}, or "
            f"{', '.join(MODULES)} by those of {TORCHVISION}): it "
            f"holds {shapes}"
        )
    return best


def _complete(path: Path, network: str, names: str, tensors: Named) -> Named:
    """Return the tensors with the counters that PyTorch before 0.4.1 did not save. Raises ValueError unless each has its place."""
    expected = [f"backbone.{name}" for name in backbone_names(network)]
    tensors = {name: torch.tensor(0) for name in expected if name.endswith("num_batches_tracked")} | tensors
    missing = [name for name in expected if name not in tensors]
    unknown = [(name[:80], tuple(value.shape)) for name, value in tensors.items() if name not in {*expected, *HEADS}]
    if missing or unknown:
        lacks = f"lacks {', '.join(missing[:MOST_NAMED])} ({len(missing)} in all)" if missing else ""
        holds = f"holds {list_tensors(unknown)}, which {network} has not" if unknown else ""
        raise ValueError(
            f"{path}: taken for {network} by the names of {names}, but it {' and '.join(filter(None, (lacks, holds)))}"
        )
    return tensors


def _multiplier(path: Path, network: str, tensors: Named) -> float:
    """Return the width of the network, from the BatchNorm layers that end its stages."""
    last = [f"conv{stage}" for stage in (1, 3, 4, 5)]
    ends = [
        [name for name in backbone_names(network) if name.startswith(f"{stage}.") and "running_var" in name] for stage in last
    ]
    found = [tensors[f"backbone.{names[-1]}"] for names in ends]
    if any(value.dim() != 1 or not len(value) for value in found):
        raise ValueError(f"{path}: backbone.{ends[-1][-1]} has no width: {AGAIN}")
    widths = [len(value) for value in found]
    candidates = [width / full for width, full in zip(widths[::-1], WIDTHS[::-1], strict=True)]
    fitting = (m for m in candidates if [max(1, round(full * m)) for full in WIDTHS] == widths)
    return next(fitting, candidates[0])


def _about_head(path: Path, names: str, tensors: Named) -> dict[str, Any]:
    """Return what head and names say: the input of the papers for 2019's files, and the task by the number of orders."""
    about: dict[str, Any] = dict(PAPERS) if names == PUBLISHED else {}
    if any(name.startswith(("head", "batchnorm")) for name in tensors):
        about["head_batchnorm"] = any("batchnorm." in name for name in tensors if not name.startswith("backbone."))
    if names == PUBLISHED and "head.order.bias" in tensors:
        lengths = [n for n in range(2, 6) if math.factorial(n) == tensors["head.order.bias"].numel()]
        if not lengths:
            raise ValueError(f"{path}: fc8.bias {tensors['head.order.bias'].numel()} is no number of orders of 2 to 5 clips")
        about |= {"task": f"16-8-{lengths[0]}", "dropout": 0.5, "joint_batchnorm": False}
    return about
