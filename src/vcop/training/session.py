"""Compute context of a command: machine options, device, process group, frame store and network options."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch

from vcop.config.fields import Options, identity
from vcop.config.options import ComputeOptions, InputOptions, MachineOptions, NetworkOptions
from vcop.loading.batches import Batches
from vcop.loading.samples import Samples
from vcop.storage.frame_store import FrameStore
from vcop.training import distributed
from vcop.training.distributed import Group


@dataclass(frozen=True)
class ComputeSession:
    """Compute context of a command: compute and machine options, device and process group."""

    compute: ComputeOptions
    machine: MachineOptions
    group: Group

    @classmethod
    def start(cls, machine: MachineOptions, compute: ComputeOptions) -> ComputeSession:
        """Choose the device and set the number of CPU threads. Raises ValueError if the machine lacks a requested device."""
        return cls(compute=compute, machine=machine, group=_start_group(machine, compute, share_batches=False))

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
    ) -> ModelSession:
        """Start a session over a frame store.

        Args:
            store: The frames.
            network: Name of a backbone, see ``vcop.config.names.NETWORKS``.
            inputs: What enters the network of a stored clip.
            nets: Options of the backbone.
            machine: Device, loader workers and number of GPUs; the defaults use one GPU if there is one.
            compute: Precision, memory layout and CPU threads.
            share_batches: Whether several processes may share each batch (pretraining alone can).

        Raises:
            ValueError: If the machine lacks a requested device, or several processes are requested but cannot share the work.
        """
        machine, compute = machine or MachineOptions(), compute or ComputeOptions()
        group = _start_group(machine, compute, share_batches=share_batches)
        return cls(compute=compute, machine=machine, group=group, store=store, network=network, inputs=inputs, nets=nets)

    def identity(self, *sections: Options, **more: Any) -> dict[str, Any]:
        """Return all that a result of this command depends on."""
        mine = {"network": self.network, "frames": self.store.digest}
        return identity(self.inputs, self.nets, self.compute, *sections, **mine, **more)


def _start_group(machine: MachineOptions, compute: ComputeOptions, *, share_batches: bool) -> Group:
    """Set the number of CPU threads and what cuDNN may do, and start the processes that share the work."""
    if machine.gpus * machine.nodes > 1 and not share_batches:
        count = f"gpus: {machine.gpus}" if machine.gpus > 1 else f"nodes: {machine.nodes}"
        raise ValueError(f"machine.{count}, but only pretraining can share its work")
    torch.set_num_threads(compute.torch_threads)
    torch.backends.cudnn.allow_tf32, torch.backends.cudnn.deterministic = compute.allow_tf32, compute.deterministic
    return distributed.start_group(machine)
