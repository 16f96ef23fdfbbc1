"""Part 2, continued: features of the three networks beside float64, and nearest neighbours beside a full sort in float64."""

from __future__ import annotations

import time

import numpy as np
import torch
from numpy.typing import NDArray

from benchmarks.gpu.context import Context, arithmetic
from vcop.config.names import LAYERS, PAPER_NETWORKS
from vcop.config.options import ComputeOptions
from vcop.evaluation import feature_extraction, nearest_neighbours
from vcop.loading.batches import slice_sample
from vcop.loading.inputs import prepare_clips
from vcop.networks.registry import build_backbone
from vcop.training import distributed

PART = "retrieval"
FEATURE = 1e-3  # largest relative difference of a feature in full fp32
SIMILARITY = 3e-6  # as near as fp32 can tell two rows apart: similarities of 9,216 products
K = 50


def run(context: Context) -> None:
    """Check features and neighbours."""
    for network in PAPER_NETWORKS:
        with context.guarded(PART, f"{network}, features of conv5", features):
            features(context, network)
    neighbours(context)


def features(context: Context, network: str) -> None:
    """Compare pooled features of conv5 with float64 on the CPU; TF32 and bf16 are printed beside fp32."""
    start, study = time.monotonic(), context.study
    sample = slice_sample(context.bench.samples[0], 0, 1)
    backbone = build_backbone(network, study.network, seed=0).eval()
    with torch.no_grad():
        clips, _ = prepare_clips(study.input, ComputeOptions(channels_last=False))(sample, torch.device("cpu"))
        right = feature_extraction.max_pool(backbone.double().maps(clips.double())[LAYERS[-1]])
        backbone.float()
        errors = {kind: feature_error(context, backbone, clips, right, kind) for kind in ("fp32", "tf32", "bf16")}
    context.report.keep(PART, **{f"{network} features": errors})
    said = ", ".join(f"{kind} {error:.1e}" for kind, error in errors.items())
    result = f"{right.shape[1]} values a clip, relative error: {said}"
    equal = errors["fp32"] <= FEATURE
    context.report.row(PART, f"{network}, features of conv5", result, time.monotonic() - start, features, equal=equal)


def feature_error(context: Context, backbone: torch.nn.Module, clips: torch.Tensor, right: torch.Tensor, kind: str) -> float:
    """Return the relative error of the features in one precision."""
    compute = ComputeOptions(precision="bf16" if kind == "bf16" else "fp32")
    distributed.set_layout(backbone, compute)
    backbone.to(context.device)
    with arithmetic(kind), distributed.autocast(context.device, compute):
        maps = backbone.maps(clips.to(context.device, memory_format=torch.channels_last_3d))[LAYERS[-1]]  # type: ignore[operator]
        found = feature_extraction.max_pool(maps).double().cpu()
    return float((found - right).norm() / right.norm())


def neighbours(context: Context) -> None:
    """Search as `vcop retrieve` does on a GPU and on a CPU, and compare with all similarities in float64."""
    queries, gallery, values = (60, 300, 64) if context.tiny else (1000, 10000, 9216)
    rng = np.random.default_rng(0)
    # A gallery in which some rows occur twice: ties go to the lower index.
    g = rng.standard_normal((gallery, values), np.float32)
    g[gallery // 2 : gallery // 2 + 20] = g[:20]
    q = rng.standard_normal((queries, values), np.float32)
    q[:20] = g[:20] + np.float32(0.1) * q[:20]
    right = brute_force(q, g, context.device)
    for name, device, count in (("PyTorch", str(context.device), queries), ("NumPy", "cpu", min(queries, 200))):
        start = time.monotonic()
        # A device that is not called "cpu" takes the way through PyTorch, also where there is no GPU.
        place = torch.device("cpu") if name == "PyTorch" and not context.gpu else device
        with arithmetic("fp32"):
            found = nearest_neighbours.nearest_rows(q[:count], g, K, 4096, place)  # type: ignore[arg-type]
        seconds = time.monotonic() - start
        error, same = neighbour_error(right[:count], found)
        context.report.keep(PART, **{name: {"error": error, "same": same, "queries": count}})
        said = f"{same} of {count} lists of {K} the same, the rest within {error:.1e} of the similarity"
        where = f"{name}, on {place}: {count} x {gallery} rows of {values} values"
        context.report.row(PART, where, said, seconds, neighbours, equal=error <= SIMILARITY)


def brute_force(q: NDArray[np.float32], g: NDArray[np.float32], device: torch.device) -> NDArray[np.float64]:
    """Return all similarities in float64. Shape: (Q, D), (G, D) -> (Q, G)."""
    a, b = (nn / nn.norm(dim=1, keepdim=True) for nn in (torch.from_numpy(x).to(device).double() for x in (q, g)))
    return (a @ b.T).cpu().numpy()


def neighbour_error(similarity: NDArray[np.float64], found: NDArray[np.int64]) -> tuple[float, int]:
    """Compare lists of neighbours with those of a stable full sort.

    Returns:
        The largest difference between the similarity of a found row and that of the right one at its place, infinite if a list
        names a row twice; and the number of lists that are the same.
    """
    right = np.argsort(-similarity, axis=1, kind="stable")[:, : found.shape[1]]
    if any(len(set(row)) < len(row) for row in found.tolist()):
        return float("inf"), 0
    difference = np.take_along_axis(similarity, right, 1) - np.take_along_axis(similarity, found, 1)
    return float(np.abs(difference).max()), int((found == right).all(axis=1).sum())
