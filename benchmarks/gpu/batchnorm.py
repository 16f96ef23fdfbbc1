"""Part 2, continued: BatchNorm that two processes share, as ``machine.gpus: 2`` does, beside one process with the whole batch.

With two GPUs each process has one, and NCCL is used. With one GPU both use it: NCCL is tried first, and where it refuses two processes
on one GPU, Gloo is used, which tests the same layers by another way to send.
"""

from __future__ import annotations

import os
import sys
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import torch
import torch.multiprocessing as mp
from torch import Tensor, nn

from benchmarks.gpu.context import Context, arithmetic, first_line
from vcop.config.options import NetworkOptions
from vcop.networks.batchnorm import BatchNorm1d, share_statistics
from vcop.networks.registry import build_backbone

PART = "batchnorm"
# Clips of a batch, two each, two and one, one and none, and the precision. In bf16 a process without a row must send what others send.
CASES = ((4, "fp32"), (3, "fp32"), (1, "fp32"), (1, "bf16"))
# Largest relative differences that are allowed. In fp32 rounding may move one value across the zero of a ReLU, which changes a gradient
# of one clip by 1e-2; statistics that are not shared change it by 1e-1 and more. In bf16 only gross errors can be told from rounding.
OUTPUT, GRADIENT = {"fp32": 1e-3, "bf16": 5e-2}, {"fp32": 5e-2, "bf16": 3e-1}
PATIENCE, REFUSAL = 60.0, 40.0  # seconds, see ``patience``
SINGLE = "single.pt"  # what one value a channel becomes in the first process
Result = dict[str, Any]


def run(context: Context) -> None:
    """Compare two processes with one, for batches of several sizes."""
    start, width = time.monotonic(), 0.0625 if context.tiny else 1.0
    found, way, problems = None, "", []
    for backend in ("nccl", "gloo") if context.gpu else ("gloo",):
        way = way_of(context, backend)
        try:
            found = two_processes(context, backend, width, patience(context, backend))
            break
        except RuntimeError as problem:
            problems.append(f"{way}: {first_line(problem)}")
            context.line(problems[-1])
    if found is None:
        context.report.row(
            PART, "two processes", f"could not be started: {'; '.join(problems)}", time.monotonic() - start, run
        )
        context.report.cut(PART, "two processes")
        return
    context.report.keep(PART, way=way, refused=problems)
    for (total, precision), result in zip(CASES, found, strict=True):
        compare(context, total, precision, result, width, way)
    alone = single_value(context, found[-1])
    refused = f" ({'; '.join(problems)})" if problems else ""
    seconds = time.monotonic() - start
    context.report.row(PART, "one value a channel in two processes", f"{alone}; {way}{refused}", seconds, single_value)


def patience(context: Context, backend: str) -> float:
    """Return the seconds to wait for both processes, their start included: few where NCCL may refuse two processes on one GPU."""
    if not context.gpu:
        return 180.0  # the machine of a test may be busy
    return REFUSAL if backend == "nccl" and torch.cuda.device_count() == 1 else PATIENCE


def way_of(context: Context, backend: str) -> str:
    """Return how the processes are placed, in words."""
    if not context.gpu:
        return "two processes on the CPU, gloo"
    return f"two processes on {'two GPUs' if torch.cuda.device_count() > 1 else 'one GPU'}, {backend}"


def compare(context: Context, total: int, precision: str, result: Result, width: float, way: str) -> None:
    """Compare outputs, gradients and running statistics of one batch."""
    start = time.monotonic()
    network = build_backbone("r3d", NetworkOptions(multiplier=width), seed=0).to(context.device)
    with arithmetic("fp32", deterministic=True):
        right = pass_batch(network, total, 0, total, precision)
    output = difference([result["output"]], [right["output"]])
    gradient = difference(result["gradients"], right["gradients"])
    statistics = difference(result["statistics"], right["statistics"])
    equal = output <= OUTPUT[precision] and gradient <= GRADIENT[precision] and statistics <= OUTPUT[precision]
    case = f"batch of {total}" if precision == "fp32" else f"batch of {total}, {precision}"
    context.report.keep(PART, **{case: {"output": output, "gradient": gradient, "statistics": statistics}})
    said = f"output {output:.1e}, gradient {gradient:.1e}, running statistics {statistics:.1e} (relative); {way}"
    context.report.row(PART, f"r3d, a {case} in two processes", said, time.monotonic() - start, compare, equal=equal)


def single_value(context: Context, result: Result) -> str:
    """Say what BatchNorm makes of a single value of each channel, which no batch of the papers' sizes has."""
    norm = BatchNorm1d(4).to(context.device)
    right = norm(torch.ones(1, 4, device=context.device)).detach().cpu()
    found = result["single"]
    if isinstance(found, str):
        return f"an error ({found})"
    return (
        "as one process does"
        if torch.allclose(found, right, atol=1e-5)
        else f"{found.flatten()[0]:.3g}, one process: {right[0, 0]:.3g}"
    )


def difference(found: list[Tensor], right: list[Tensor]) -> float:
    """Return the length of the difference relative to the second; infinite where something is not a number."""
    wrong = sum(float((a.double() - b.double()).square().sum()) for a, b in zip(found, right, strict=True))
    error = (wrong / max(1e-300, sum(float(b.double().square().sum()) for b in right))) ** 0.5
    return float(error) if error == error else float("inf")  # noqa: PLR0124  # nan


def pass_batch(network: nn.Module, total: int, first: int, last: int, precision: str) -> Result:
    """Pass rows ``first`` to ``last`` of a batch forward and backward. Returns output, gradients and statistics on the CPU."""
    device = next(network.parameters()).device
    crop = 32 if network.features < 512 else 112  # type: ignore[operator]
    generator = torch.Generator().manual_seed(total)
    x = torch.rand((total, 3, 8, crop, crop), generator=generator)[first:last].to(device)
    upstream = torch.randn((total, int(network.features)), generator=generator)[first:last].to(device)  # type: ignore[arg-type]
    network.train().zero_grad()
    with torch.autocast(device.type, torch.bfloat16, enabled=precision == "bf16"):
        out = network(x).float()
    (out * upstream).sum().backward()
    grads = [torch.zeros_like(p) if p.grad is None else p.grad.clone() for p in network.parameters()]
    buffers = [b for name, b in network.named_buffers() if "running" in name]
    return {
        "output": out.detach().cpu(),
        "gradients": [g.cpu() for g in grads],
        "statistics": [b.detach().clone().cpu() for b in buffers],
    }


def two_processes(context: Context, backend: str, width: float, wait: float) -> list[Result]:
    """Run ``member`` in two processes and return what they have found, rows and gradients joined.

    Raises:
        RuntimeError: If a process has failed, or if they do not end in time.
    """
    folder = context.scratch / f"two-{backend}"
    folder.mkdir()
    where = [f"cuda:{rank % torch.cuda.device_count()}" if context.gpu else "cpu" for rank in range(2)]
    spread = mp.spawn(member, (backend, str(folder), where, width), nprocs=2, join=False)
    ends = time.monotonic() + wait
    try:
        while not spread.join(timeout=1):
            if time.monotonic() > ends:
                raise TimeoutError(f"no end after {wait:.0f} s")
    except (TimeoutError, mp.ProcessExitedException, mp.ProcessRaisedException) as problem:
        if not all(
            (folder / f"{rank}.pt").exists() for rank in range(2)
        ):  # what follows is the single value, which has no rule there
            raise RuntimeError(str(problem).strip().splitlines()[-1]) from None
    finally:
        for process in spread.processes:
            process.kill()
    both = [torch.load(folder / f"{rank}.pt", weights_only=True) for rank in range(2)]
    single = folder / SINGLE
    alone = torch.load(single, weights_only=True) if single.exists() else "no answer"
    return [joined(one, two) | {"single": alone} for one, two in zip(*both, strict=True)]


def joined(one: Result, two: Result) -> Result:
    """Return the rows of both processes, the sums of their gradients, and the first one's statistics."""
    gradients = [a + b for a, b in zip(one["gradients"], two["gradients"], strict=True)]
    return one | {"output": torch.cat([one["output"], two["output"]]), "gradients": gradients}


def member(rank: int, backend: str, folder: str, where: list[str], width: float) -> None:
    """Pass this process's rows of each batch, and one value a channel, and write what comes out."""
    torch.set_num_threads(1)
    device, found = torch.device(where[rank]), []
    if device.type == "cuda":
        torch.cuda.set_device(device)
    if where[0] == where[1]:  # newer versions of NCCL allow two processes on one GPU if they are asked to
        os.environ.setdefault("NCCL_MULTI_RANK_GPU_ENABLE", "1")
        os.environ.setdefault("NCCL_NVLS_ENABLE", "0")
    store = torch.distributed.FileStore(f"{folder}/meeting", 2)
    torch.distributed.init_process_group(backend, store=store, rank=rank, world_size=2, timeout=timedelta(minutes=3))
    with arithmetic("fp32", deterministic=True):
        for total, precision in CASES:
            network = share_statistics(build_backbone("r3d", NetworkOptions(multiplier=width), seed=0), device).to(device)
            half = -(-total // 2)
            rows = (0, half) if rank == 0 else (half, total)
            found.append(pass_batch(network, total, *rows, precision))
    save(found, Path(folder) / f"{rank}.pt")
    norm = share_statistics(nn.Sequential(BatchNorm1d(4)), device).to(device)
    one = torch.ones(1, 4, device=device)[: 1 - rank]
    try:
        alone = norm(one).detach().cpu()
    except (ValueError, RuntimeError) as problem:
        alone = first_line(problem)
    if rank == 0:
        save(alone, Path(folder) / SINGLE)
    torch.distributed.barrier()
    torch.distributed.destroy_process_group()
    sys.stdout.flush()


def save(found: Any, path: Path) -> None:
    """Write a file that is whole as soon as it is there."""
    torch.save(found, path.with_suffix(".part"))
    path.with_suffix(".part").replace(path)
