"""Several processes that train one network on the same batches as one process would (``machine.gpus``).

Lightning Fabric starts the processes, finds the GPUs and joins the gradients; here is what the loop asks of it. One process
alone needs none of that, and is spared the import.
"""

from __future__ import annotations

import fcntl
import inspect
import logging
import os
import sys
import tempfile
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from datetime import timedelta
from pathlib import Path
from typing import Any, Never, TextIO

import torch
from torch import Tensor, nn

from vcop.config.options import ComputeOptions, MachineOptions
from vcop.networks.batchnorm import share_statistics
from vcop.networks.residual import FlatConv3d
from vcop.runtime.file_lease import WAIT_LIMIT

TAKEN = "VCOP_GPUS"
CLAIMS: list[TextIO] = []


class Group:
    """The processes that share a training: this one's ``rank`` among ``size``, and its device."""

    def __init__(self, device: torch.device, fabric: Any = None) -> None:
        self.device, self._fabric = device, fabric
        self.rank: int = fabric.global_rank if fabric else 0
        self.size: int = fabric.world_size if fabric else 1

    @property
    def first(self) -> bool:
        """Whether this process is the one that writes."""
        return self.rank == 0

    def wrap(self, network: nn.Module) -> tuple[nn.Module, Callable[..., Any]]:
        """The network on its device, and what to call in training so that gradients are joined."""
        if self._fabric is None:
            network.to(self.device)
            return network, network
        network = share_statistics(network, self.device)
        return network, self._fabric.setup_module(network)

    def backward(self, loss: Tensor) -> None:
        """Gradients of the sum of all processes' losses."""
        if self._fabric is None:
            loss.backward()
        else:
            self._fabric.backward(loss * self.size)  # it joins by the mean

    def joining(self, wrapped: Callable[..., Any], on: bool) -> AbstractContextManager[None]:
        """Gradients are joined once a step, with the last part of a batch."""
        return nullcontext() if self._fabric is None else self._fabric.no_backward_sync(wrapped, enabled=not on)

    def total(self, *values: float | Tensor, alone: Tensor | None = None) -> list[float]:
        """The sums over all processes of numbers and of what tensors hold, then this process's own value ``alone``."""
        if self._fabric is None and not any(isinstance(v, Tensor) for v in values):
            return [float(v) for v in values]
        summed = torch.cat([torch.as_tensor(v, dtype=torch.float64, device=self.device).reshape(-1) for v in values])
        if self._fabric is not None:
            torch.distributed.all_reduce(summed)
        numbers: list[float] = (summed if alone is None else torch.cat([summed, alone.double().reshape(1)])).tolist()
        return numbers

    def gather(self, rows: list[Any]) -> list[Any]:
        """All processes' rows, by rank."""
        if self._fabric is None:
            return rows
        parts: list[Any] = [None] * self.size
        torch.distributed.all_gather_object(parts, rows)
        return [row for part in parts for row in part]

    def stop(self, problem: BaseException) -> Never:
        """Raise ``problem``, on which all processes agree, once: the others leave in silence."""
        if self.first:
            raise problem
        raise SystemExit(0)


def choose_device(machine: MachineOptions) -> torch.device:
    """The device to use. Raises ValueError if a GPU is asked for and none is there."""
    if machine.device == "cuda" and not torch.cuda.is_available():
        raise ValueError("machine.device: cuda, but PyTorch sees no GPU here")
    return torch.device("cuda" if machine.device != "cpu" and torch.cuda.is_available() else "cpu")


def autocast(where: torch.device, compute: ComputeOptions) -> torch.autocast:
    """The chosen precision, for the forward pass."""
    return torch.autocast(where.type, torch.bfloat16, enabled=compute.precision == "bf16")


def set_layout(network: nn.Module, compute: ComputeOptions) -> None:
    """The chosen memory layout, and way of computing what is 2D."""
    for module in network.modules():
        if isinstance(module, FlatConv3d):
            module.flat = compute.flat
    if compute.channels_last:
        network.to(memory_format=torch.channels_last_3d)  # type: ignore[call-overload]


def claim_gpus(count: int, present: int, folder: Path | None = None) -> list[int]:
    """Numbers of ``count`` of the ``present`` GPUs that no other of our processes on this machine has claimed.

    A claim is a lock on a file, which ends with the process however that ends. Where all are taken (jobs that were not counted by
    Snakemake), the first ones are shared. A scheduler that hides the other GPUs has chosen already.
    """
    folder = folder or Path(tempfile.gettempdir())
    mine: list[int] = []
    for number in range(present):
        if len(mine) == count:
            break
        file = open(folder / f"vcop-{os.getuid()}-gpu-{number}.lock", "w")  # noqa: SIM115  # open as long as it is claimed
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.close()
            continue
        CLAIMS.append(file)
        mine.append(number)
    return mine if len(mine) == count else list(range(count))


def set_meeting_point(nodes: int) -> None:
    """Tell Fabric which of the nodes this is and where they meet: at the first, from which `srun` was called.

    Raises ValueError unless `srun` started one process on each of ``nodes``.
    """
    told = {name: os.environ.get(f"SLURM_{name}", "") for name in ("STEP_NUM_NODES", "STEP_NUM_TASKS", "LAUNCH_NODE_IPADDR")}
    if not told["LAUNCH_NODE_IPADDR"] or {told["STEP_NUM_NODES"], told["STEP_NUM_TASKS"]} != {str(nodes)}:
        raise ValueError(
            f"machine.nodes: {nodes}, but SLURM's srun did not start this as one of {nodes} processes, one a node: "
            "use --workflow-profile profiles/slurm (docs/cluster.md)"
        )
    os.environ.setdefault("MASTER_ADDR", told["LAUNCH_NODE_IPADDR"])
    os.environ.setdefault("MASTER_PORT", str(15000 + int(os.environ["SLURM_JOB_ID"]) % 10000))
    os.environ.setdefault("NODE_RANK", os.environ["SLURM_NODEID"])


def start_group(machine: MachineOptions) -> Group:
    """This process alone, or the group of ``machine.gpus`` processes on each of ``machine.nodes`` of which it becomes one.

    The other processes of a node are started with this one's own command line. Raises ValueError where there are fewer GPUs.
    """
    kind = choose_device(machine)
    if machine.nodes > 1:
        set_meeting_point(machine.nodes)
    elif machine.gpus == 1:
        return Group(torch.device("cuda", claim_gpus(1, torch.cuda.device_count())[0]) if kind.type == "cuda" else kind)
    if kind.type == "cuda" and torch.cuda.device_count() < machine.gpus:
        raise ValueError(f"machine.gpus: {machine.gpus}, but PyTorch sees {torch.cuda.device_count()} here")
    from lightning.fabric import Fabric
    from lightning.fabric.plugins.environments.lightning import LightningEnvironment
    from lightning.fabric.strategies.ddp import DDPStrategy

    if kind.type == "cuda" and TAKEN not in os.environ:  # the processes that this one starts take what it has chosen
        os.environ[TAKEN] = ",".join(str(n) for n in claim_gpus(machine.gpus, torch.cuda.device_count()))
    chosen = [int(n) for n in os.environ.get(TAKEN, "").split(",") if n]
    logging.getLogger("lightning.fabric").setLevel(logging.WARNING)
    # Buffers are equal anyway, sending them would only cost time. (PyTorch has renamed the option.)
    known = inspect.signature(nn.parallel.DistributedDataParallel).parameters
    buffers: dict[str, Any] = {"forward_sync_buffers" if "forward_sync_buffers" in known else "broadcast_buffers": False}
    backend = "gloo" if kind.type == "cpu" else "nccl"
    fabric = Fabric(
        accelerator=kind.type,
        devices=chosen if kind.type == "cuda" else machine.gpus,
        num_nodes=machine.nodes,
        strategy=DDPStrategy(
            process_group_backend=backend,
            # For another one, which may itself wait for a batch, or for another job's end.
            timeout=timedelta(minutes=machine.wait_minutes, seconds=WAIT_LIMIT),
            **buffers,
        ),
        # One task of the scheduler a node starts all processes there: the same with and without a scheduler.
        plugins=[LightningEnvironment()],
    )
    fabric.launch()
    if fabric.global_rank > 0:
        sys.stdout = open(os.devnull, "w")  # noqa: SIM115  # until the process ends
    return Group(fabric.device, fabric)
