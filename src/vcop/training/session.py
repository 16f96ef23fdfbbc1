"""Where a command computes, and on what: machine options, device, process group, frame store and network options."""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from typing import Any, Self

import torch

from vcop.config.data_options import FrameOptions
from vcop.config.fields import Options, identity
from vcop.config.options import ComputeOptions, InputOptions, MachineOptions, NetworkOptions
from vcop.loading.batches import Batches
from vcop.loading.samples import Samples
from vcop.storage.frame_store import FrameStore
from vcop.training import distributed
from vcop.training.distributed import Group


@dataclass(frozen=True)
class ComputeSession:
    """Where a verb computes: the options of the machine, the device, and the processes that share the work."""

    compute: ComputeOptions
    machine: MachineOptions
    group: Group

    @classmethod
    def from_flags(cls, arguments: argparse.Namespace, *, shared: bool = False) -> Self:
        """Start what processes share the work (``shared``), and set the number of threads of each.

        Raises ValueError where something does not fit.
        """
        machine, compute = MachineOptions.from_flags(arguments), ComputeOptions.from_flags(arguments)
        if machine.gpus * machine.nodes > 1 and not shared:
            count = f"gpus: {machine.gpus}" if machine.gpus > 1 else f"nodes: {machine.nodes}"
            raise ValueError(f"machine.{count}, but only pretraining can share its work")
        more = cls.more_from_flags(arguments)
        torch.set_num_threads(compute.torch_threads)
        return cls(compute=compute, machine=machine, group=distributed.start_group(machine), **more)

    @classmethod
    def more_from_flags(cls, arguments: argparse.Namespace) -> dict[str, Any]:
        """The fields of a subclass, looked at before anything is started."""
        return {}

    def batches(self, data: Samples, batch_size: int, seed: int | None = None, **more: Any) -> Batches:
        """Batches as this machine loads them."""
        machine = self.machine
        return Batches(data, batch_size, machine.workers, seed, wait_minutes=machine.wait_minutes, **more)


@dataclass(frozen=True)
class ModelSession(ComputeSession):
    """What every verb over frames begins with besides: the store, checked against the study, and the options of its sections."""

    store: FrameStore
    network: str
    inputs: InputOptions
    nets: NetworkOptions

    @classmethod
    def more_from_flags(cls, arguments: argparse.Namespace) -> dict[str, Any]:
        """Open the store. Raises ValueError where it does not fit the study."""
        return {
            "store": FrameStore(arguments.frames, FrameOptions.from_flags(arguments)),
            "network": arguments.network,
            "inputs": InputOptions.from_flags(arguments),
            "nets": NetworkOptions.from_flags(arguments),
        }

    def identity(self, *sections: Options, **more: Any) -> dict[str, Any]:
        """What a result of this verb depends on."""
        mine = {"network": self.network, "frames": self.store.digest}
        return identity(self.inputs, self.nets, self.compute, *sections, **mine, **more)
