"""Compute context of a command: machine options, device, process group, frame store and network options."""

from __future__ import annotations

import os
from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch

from vcop.config.fields import Options, identity
from vcop.config.network_names import network_identity
from vcop.config.options import ComputeOptions, InputOptions, MachineOptions, NetworkOptions
from vcop.loading.batches import Batches
from vcop.loading.samples import Samples
from vcop.storage import weights_about
from vcop.storage.frame_store import FrameStore
from vcop.storage.weights import read_about
from vcop.training import distributed
from vcop.training.distributed import Group


@dataclass(frozen=True)
class ComputeSession:
    """Compute context of a command: compute and machine options, device and process group, and the name of the study."""

    compute: ComputeOptions
    machine: MachineOptions
    group: Group
    study: str = field(default="", kw_only=True)  # written into weights files

    @classmethod
    def start(cls, machine: MachineOptions, compute: ComputeOptions, *, study: str = "") -> ComputeSession:
        """Choose the device and set the number of CPU threads. Raises ValueError if the machine lacks a requested device."""
        group = _start_group(machine, compute, share_batches=False)
        return cls(compute=compute, machine=machine, group=group, study=study)

    def batches(self, data: Samples, batch_size: int, seed: int | None = None, **more: Any) -> Batches:
        """Return batches that are loaded by as many processes as the machine options say."""
        machine = self.machine
        return Batches(data, batch_size, machine.workers, seed, wait_minutes=machine.wait_minutes, **more)


@dataclass(frozen=True)
class ModelSession(ComputeSession):
    """Compute context of a command that runs a network over a frame store."""

    store: FrameStore
    network: str
    inputs: InputOptions
    nets: NetworkOptions

    @classmethod
    def open(
        cls,
        store: FrameStore,
        network: str,
        inputs: InputOptions,
        nets: NetworkOptions,
        *,
        machine: MachineOptions | None = None,
        compute: ComputeOptions | None = None,
        share_batches: bool = False,
        study: str = "",
    ) -> ModelSession:
        """Start a session over a frame store.

        Args:
            store: The frames.
            network: Name of a backbone, see ``vcop.config.network_names``.
            inputs: What enters the network of a stored clip.
            nets: Options of the backbone.
            machine: Device, loader workers and number of GPUs; the defaults use one GPU if there is one.
            compute: Precision, memory layout and CPU threads.
            share_batches: Whether several processes may share each batch (pretraining alone can).
            study: Name of the study, for weights files.

        Raises:
            ValueError: If the machine lacks a requested device, or several processes are requested but cannot share the work.
        """
        machine, compute = machine or MachineOptions(), compute or ComputeOptions()
        group = _start_group(machine, compute, share_batches=share_batches)
        what: dict[str, Any] = {"store": store, "network": network, "inputs": inputs, "nets": nets}
        return cls(compute=compute, machine=machine, group=group, study=study, **what)

    def identity(self, *sections: Options, **more: Any) -> dict[str, Any]:
        """Return all that a result of this command depends on."""
        mine = {"network": self.network, "frames": self.store.digest} | network_identity(self.network)
        return identity(self.inputs, self.nets, self.compute, *sections, **mine, **more)

    def needed(self, clip_length: int) -> dict[str, Any]:
        """Return what is needed to use weights that this session trains: network, options, and the size of clips and frames."""
        size = {"clip_length": clip_length, "height": self.store.height, "width": self.store.width}
        return identity(self.nets, self.inputs, network=self.network, **size, **network_identity(self.network))

    def require_fit(self, weights_file: Path, clip_length: int, adapted: Collection[str] = (), **more: Any) -> None:
        """Compare a weights file with this session, and print a note for each difference that is allowed.

        Args:
            weights_file: The weights to use or to start from.
            clip_length: Frames of a clip.
            adapted: What may differ, see ``weights_about.compare``.
            **more: Further values that have to agree.

        Raises:
            ValueError: Weights and session differ elsewhere, or the file cannot be read.
        """
        about = read_about(weights_file)
        notes = weights_about.compare(weights_file, about, self.needed(clip_length) | more, adapted)
        if "multiplier" not in about:
            notes.append(
                f"{weights_file}: does not say what it was trained on (written by vcop 0.2.0 or older); used as the options say"
            )
        if self.group.first:
            print(*notes, sep="\n", end="\n" if notes else "")


def _start_group(machine: MachineOptions, compute: ComputeOptions, *, share_batches: bool) -> Group:
    """Start the processes that share the work, with the CPU threads, TF32 and the determinism that the options ask for."""
    if machine.gpus * machine.nodes > 1 and not share_batches:
        count = f"gpus: {machine.gpus}" if machine.gpus > 1 else f"nodes: {machine.nodes}"
        raise ValueError(f"machine.{count}, but only pretraining can share its work")
    torch.backends.cudnn.allow_tf32, torch.backends.cudnn.deterministic = compute.allow_tf32, compute.deterministic
    if compute.deterministic:  # otherwise matrix products on a GPU may differ from run to run
        os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")
    # `cudnn` covers cuDNN's operations alone, not the gradients of S3D's pools and of word vectors. The call below takes 2 s.
    if compute.deterministic != torch.are_deterministic_algorithms_enabled():
        torch.use_deterministic_algorithms(compute.deterministic, warn_only=True)
    group = distributed.start_group(machine)
    torch.set_num_threads(compute.torch_threads)  # after the start, which divides the machine's cores among the processes
    return group
