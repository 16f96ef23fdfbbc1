"""Several processes that train one network on the same batches as one process would (``machine.gpus``).

Lightning Fabric starts the processes, finds the GPUs and averages the gradients; here is what the loop asks of it. One process
alone needs none of that, and is spared the import of two seconds.
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
from itertools import chain
from pathlib import Path
from typing import Any, Never, TextIO

import torch
from torch import Tensor, nn

from vcop.config.options import ComputeOptions, MachineOptions
from vcop.networks.batchnorm import share_statistics
from vcop.networks.convolution import FlatConv3d
from vcop.runtime.file_lease import WAIT_LIMIT

TAKEN = "VCOP_GPUS"
CLAIMS: dict[Path, TextIO] = {}  # lock files of the GPUs that this process has claimed


class Group:
    """Process group of a training: this process's ``rank`` among ``size``, and its device."""

    def __init__(self, device: torch.device, fabric: Any = None) -> None:
        self.device, self._fabric = device, fabric
        self.rank: int = fabric.global_rank if fabric else 0
        self.size: int = fabric.world_size if fabric else 1

    @property
    def first(self) -> bool:
        """Whether this is the process that writes files and messages."""
        return self.rank == 0

    def wrap(self, network: nn.Module) -> tuple[nn.Module, Callable[..., Any]]:
        """Move a network to the device. Returns it, and what to call in training so that gradients are averaged."""
        if self._fabric is None:
            network.to(self.device)
            return network, network
        network = share_statistics(network, self.device)
        return network, self._fabric.setup_module(network)

    def backward(self, loss: Tensor) -> None:
        """Compute the gradients of the sum of all processes' losses."""
        if self._fabric is None:
            loss.backward()
        else:
            # DistributedDataParallel averages over processes; the losses are shares of one batch and have to be summed.
            self._fabric.backward(loss * self.size)

    def joining(self, wrapped: Callable[..., Any], on: bool) -> AbstractContextManager[None]:
        """Exchange gradients only where ``on``: once a step, with the last part of a batch."""
        return nullcontext() if self._fabric is None else self._fabric.no_backward_sync(wrapped, enabled=not on)

    def total(self, *values: float | Tensor, alone: Tensor | None = None) -> list[float]:
        """Return sums over all processes.

        Args:
            values: Numbers and tensors; each value of a tensor is summed on its own.
            alone: A number of this process that is appended without being summed, to spare another wait for a GPU.
        """
        if self._fabric is None and not any(isinstance(v, Tensor) for v in values):
            return [float(v) for v in values]
        summed = torch.cat([torch.as_tensor(v, dtype=torch.float64, device=self.device).reshape(-1) for v in values])
        if self._fabric is not None:
            torch.distributed.all_reduce(summed)
        numbers: list[float] = (summed if alone is None else torch.cat([summed, alone.double().reshape(1)])).tolist()
        return numbers

    def agree(self, check: Callable[[], None], name: str) -> None:
        """Run a check in every process. Raises ValueError in the first one if any of them fails; then the others exit."""
        problem: ValueError | None = None
        try:
            check()
        except ValueError as error:
            problem = error
        if self.total(float(problem is not None))[0]:
            if problem and not self.first:  # this process exits without a message of its own, so it prints what it found
                print(f"{name}: {problem}", file=sys.stderr)
            self.stop(problem or ValueError(f"{name}: another process of this training has failed its check: see the log"))

    def stop(self, problem: BaseException) -> Never:
        """Raise ``problem``, on which all processes agree, in the first one; the others exit in silence."""
        if self.first:
            raise problem
        raise SystemExit(0)


def choose_device(machine: MachineOptions) -> torch.device:
    """Return the device to use. Raises ValueError if a GPU is requested and there is none."""
    if machine.device == "cuda" and not torch.cuda.is_available():
        raise ValueError("machine.device: cuda, but PyTorch sees no GPU here")
    return torch.device("cuda" if machine.device != "cpu" and torch.cuda.is_available() else "cpu")


def autocast(device: torch.device, compute: ComputeOptions) -> torch.autocast:
    """Return the context of a forward pass in the chosen precision."""
    return torch.autocast(device.type, torch.bfloat16, enabled=compute.precision == "bf16")


def set_layout(network: nn.Module, compute: ComputeOptions) -> None:
    """Apply the chosen memory layout, and whether 3D convolutions over space or time alone are computed as 2D ones."""
    for module in network.modules():
        if isinstance(module, FlatConv3d):
            module.flat = compute.flat
    if compute.channels_last:
        # A network of one's own may have real 2D convolutions, too, whose weights have no such layout.
        for values in chain(network.parameters(), network.buffers()):
            if values.dim() == 5:
                values.data = values.data.contiguous(memory_format=torch.channels_last_3d)


def claim_gpus(count: int, present: int, folder: Path | None = None) -> list[int]:
    """Claim GPUs that no other process of this user has claimed on this machine; first those that this process has already.

    A claim is a lock on a file, which ends with the process however that ends. If fewer than ``count`` can be claimed (because of
    jobs that Snakemake does not count), the first ``count`` are shared. A scheduler may show a job no GPUs but its own.

    Args:
        count: How many to claim.
        present: How many PyTorch sees.
        folder: Directory of the lock files; that of temporary files by default.

    Returns:
        Their numbers.
    """
    folder = folder or Path(tempfile.gettempdir())
    locks = {number: folder / f"vcop-{os.getuid()}-gpu-{number}.lock" for number in range(present)}
    mine: list[int] = []
    for number in sorted(locks, key=lambda number: locks[number] not in CLAIMS):
        if len(mine) == count:
            break
        if _claim(locks[number]):
            mine.append(number)
    return mine if len(mine) == count else list(range(count))


def _claim(path: Path) -> bool:
    """Lock a file until this process ends. Returns whether this process has the lock."""
    if path not in CLAIMS:
        file = open(path, "w")  # noqa: SIM115  # open as long as it is claimed
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.close()
            return False
        CLAIMS[path] = file
    return True


def set_meeting_point(nodes: int) -> None:
    """Set the environment variables by which Fabric finds the other nodes: the first node's address, a port, this node's rank.

    Raises ValueError unless `srun` started one process on each of ``nodes``.
    """
    slurm = {name: os.environ.get(f"SLURM_{name}", "") for name in ("STEP_NUM_NODES", "STEP_NUM_TASKS", "LAUNCH_NODE_IPADDR")}
    if not slurm["LAUNCH_NODE_IPADDR"] or {slurm["STEP_NUM_NODES"], slurm["STEP_NUM_TASKS"]} != {str(nodes)}:
        raise ValueError(
            f"machine.nodes: {nodes}, but SLURM's srun did not start this as one of {nodes} processes, one a node: "
            "use --workflow-profile profiles/slurm (docs/cluster.md)"
        )
    os.environ.setdefault("MASTER_ADDR", slurm["LAUNCH_NODE_IPADDR"])
    os.environ.setdefault("MASTER_PORT", str(15000 + int(os.environ["SLURM_JOB_ID"]) % 10000))
    os.environ.setdefault("NODE_RANK", os.environ["SLURM_NODEID"])


def start_group(machine: MachineOptions) -> Group:
    """Start the processes that share a training, of which this one becomes a member.

    The others on this node are started with this process's own command line.

    Args:
        machine: ``gpus`` is the number of processes on each of ``nodes``.

    Returns:
        The group; it consists of this process alone if only one process is requested.

    Raises:
        ValueError: If there are fewer GPUs than requested, or SLURM has not started one process on each node.
    """
    kind = choose_device(machine)
    torch.backends.cuda.matmul.allow_tf32 = False  # some installations turn it on by TORCH_ALLOW_TF32_CUBLAS_OVERRIDE
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
    # Buffers are equal anyway: to send them would only cost time. PyTorch has renamed the option.
    parameters = inspect.signature(nn.parallel.DistributedDataParallel).parameters
    buffers: dict[str, Any] = {"forward_sync_buffers" if "forward_sync_buffers" in parameters else "broadcast_buffers": False}
    backend = "gloo" if kind.type == "cpu" else "nccl"
    fabric = Fabric(
        accelerator=kind.type,
        devices=chosen if kind.type == "cuda" else machine.gpus,
        num_nodes=machine.nodes,
        strategy=DDPStrategy(
            process_group_backend=backend,
            # A peer may itself wait for a batch, or for another job's end.
            timeout=timedelta(minutes=machine.wait_minutes, seconds=WAIT_LIMIT),
            **buffers,
        ),
        # The scheduler starts one task on each node, which starts all processes of its node, as without a scheduler.
        plugins=[LightningEnvironment()],
    )
    fabric.launch()
    if fabric.global_rank > 0:
        # One log line for the group, not one a process.
        sys.stdout = open(os.devnull, "w")  # noqa: SIM115  # open until the process ends
    return Group(fabric.device, fabric)
