"""Part 5: tuples that loader processes bring to the device, from JPEG and raw frame stores, and JPEG decoded by the GPU."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from importlib.util import find_spec
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import torch

from benchmarks import timing
from benchmarks.gpu import films
from benchmarks.gpu.context import Context, first_line
from benchmarks.loops import CLIPS, TASK, now
from vcop.config.options import ComputeOptions
from vcop.datasets.splits import SPLITS, TRAIN, OfficialSplits
from vcop.loading.batches import Batches
from vcop.loading.clip_datasets import TrainingTuples
from vcop.loading.inputs import prepare_tuples
from vcop.runtime.process_pool import available_cores
from vcop.storage.frame_store import FrameStore, Image, Video
from vcop.storage.frame_writer import DecodedVideo, encode_frame, write_store

PART = "loading"
WORKERS, SECONDS = (4, 8, 16), 1.5
SIMPLEJPEG, TORCHVISION, RAW = "JPEG store", "JPEG store, decoded by torchvision", "raw store"


class TorchvisionStore(FrameStore):
    """A JPEG store whose frames torchvision decodes: for machines without simplejpeg. Checksums are not verified."""

    def _read_frame(self, video: Video, number: int, out: Image) -> None:
        from torchvision.io import decode_jpeg

        first, end = self._offsets[video.first + number : video.first + number + 2].tolist()
        data = np.frombuffer(self._file.read(self._begin + first, end - first), np.uint8)
        out[:] = decode_jpeg(torch.from_numpy(data.copy())).permute(1, 2, 0).numpy()


def run(context: Context) -> None:
    """Measure all stores with all numbers of workers, then the GPU's decoder."""
    folder = context.scratch / PART
    folder.mkdir()
    size = context.study.frames
    made = films.render(folder, 2, 1, size.height, size.width, 1 if context.tiny else available_cores())
    stores, rows = {}, []
    for name, lacking, build in ways():
        if lacking:
            context.report.row(PART, name, f"skipped: {lacking}", 0.0, ways)
            continue
        try:
            stores[name] = build(context, folder / f"{len(stores)}.h5", made)
        except (ImportError, AttributeError, RuntimeError, OSError) as problem:
            if name == RAW:  # needs no library
                raise
            context.report.row(PART, name, f"skipped: {first_line(problem)}", 0.0, ways)  # a library that does not fit PyTorch
            continue
        rows.append([name, *(measure(context, name, stores[name], count) for count in counts(context))])
        if name == TORCHVISION:
            gpu_decoder(context, stores[name])
    header = ["tuples/s to the device", *(f"{count} worker{'s' * (count > 1)}" for count in counts(context))]
    eaten = eats(context)
    context.report.section("Loading", eaten, timing.table(header, rows))


def ways() -> list[tuple[str, str, Callable[[Context, Path, films.Films], FrameStore]]]:
    """Return the stores: name, which library is missing or "", and what writes and opens it."""

    def lacking(module: str) -> str:
        return "" if find_spec(module) else f"{module} is not installed"

    return [
        (SIMPLEJPEG, lacking("simplejpeg"), simplejpeg_store),
        (TORCHVISION, lacking("torchvision"), torchvision_store),
        (RAW, "", raw_store),
    ]


def simplejpeg_store(context: Context, path: Path, made: films.Films) -> FrameStore:
    """Write a store as `vcop decode` does."""
    options = replace(context.study.frames, codec="jpeg")
    return FrameStore(write(context, path, made, "jpeg", lambda frame: encode_frame(frame, options)))


def raw_store(context: Context, path: Path, made: films.Films) -> FrameStore:
    """Write a store of raw frames."""
    return FrameStore(write(context, path, made, "raw", lambda frame: frame.tobytes()))


def torchvision_store(context: Context, path: Path, made: films.Films) -> FrameStore:
    """Write a JPEG store with torchvision's encoder."""
    from torchvision.io import encode_jpeg

    def encode(frame: Image) -> bytes:
        data: bytes = (
            encode_jpeg(torch.from_numpy(frame.copy()).permute(2, 0, 1), context.study.frames.quality).numpy().tobytes()
        )
        return data

    return TorchvisionStore(write(context, path, made, "jpeg", encode))


def write(context: Context, path: Path, made: films.Films, codec: str, encode: Callable[[Image], bytes]) -> Path:
    """Write rendered videos into a frame store."""
    lists, videos, frames = OfficialSplits(["a"]), [], made.frames
    for video in made.videos:
        coded = [encode(frame) for frame in np.ascontiguousarray(frames[video.first : video.first + video.count])]
        for split in SPLITS:
            lists.add(video.name, 0, split, TRAIN, "here")
        sizes = np.array([len(data) for data in coded])
        videos.append(DecodedVideo(video.name, np.frombuffer(b"".join(coded), np.uint8), sizes, len(coded)))
    options: Any = replace(context.study.frames, codec=codec)  # type: ignore[arg-type]
    write_store(path, iter(videos), sum(len(video.data) for video in videos), lists, "ucf101", options, "benchmark")
    return path


def counts(context: Context) -> tuple[int, ...]:
    """Return the numbers of workers that are tried."""
    return (1,) if context.tiny else WORKERS


def measure(context: Context, name: str, store: FrameStore, workers: int) -> str:
    """Return the tuples per second of some workers, and keep the number."""
    if context.clock.left() < SECONDS + 2:
        return "no time was left"
    start, what = time.monotonic(), f"{name}, {workers} worker{'s' * (workers > 1)}"
    try:
        rate = rate_to_device(context, store, workers)
    except (OSError, RuntimeError, ValueError) as problem:  # a container may have little shared memory
        context.report.row(PART, what, f"not possible here: {first_line(problem)}", time.monotonic() - start, rate_to_device)
        return "not possible here"
    context.report.keep(PART, **{f"{name}, {workers} workers": rate})
    context.report.row(PART, what, f"{timing.number(rate)} tuples/s", time.monotonic() - start, rate_to_device)
    return timing.number(rate)


def rate_to_device(context: Context, store: FrameStore, workers: int) -> float:
    """Return the tuples per second that arrive on the device, cropped and scaled, after each worker's first batch."""
    videos = (store.videos * (2 if context.tiny else 200))[:9364]
    data = TrainingTuples(store, videos, TASK, context.study.input, seed=0)
    prepare = prepare_tuples(context.study.input, ComputeOptions())
    batches = Batches(data, context.batch, workers, seed=0)
    epoch, count = batches.epoch(0), 0
    try:
        for sample in islice(epoch, workers):
            prepare(sample, context.device)
        start = now(context.device)
        for sample in epoch:
            prepare(sample, context.device)
            count += len(sample["label"])
            if time.perf_counter() - start > (0.2 if context.tiny else SECONDS):
                break
        return count / (now(context.device) - start)
    finally:
        batches.close()


def eats(context: Context) -> str:
    """Return a sentence with the tuples that the fastest way of each network needs."""
    rates = context.report.data["rates"]
    if not rates:
        return "The speed of the networks was not measured."
    needed = {network: max(speed["tuples_per_second"] for speed in modes.values()) for network, modes in rates.items()}
    context.report.keep(PART, needed=needed)
    return (
        f"The networks take, in tuples/s: {', '.join(f'{network} {timing.number(rate)}' for network, rate in needed.items())}."
    )


def gpu_decoder(context: Context, store: FrameStore) -> None:
    """Decode the JPEG frames of a batch on the GPU, through torchvision's nvJPEG."""
    start, name = time.monotonic(), "JPEG decoded by the GPU (torchvision, nvJPEG)"
    if not context.gpu:
        context.report.row(PART, name, "skipped: there is no GPU", 0.0, gpu_decoder)
        return
    try:
        rate = decoded_on_gpu(context, store)
    except Exception as problem:  # noqa: BLE001  # a build of torchvision without nvJPEG has errors of several kinds
        context.report.row(PART, name, f"not possible here: {first_line(problem)}", time.monotonic() - start, gpu_decoder)
        return
    context.report.keep(PART, gpu_decoder=rate)
    context.report.row(PART, name, f"{timing.number(rate)} tuples/s, one process", time.monotonic() - start, decoded_on_gpu)


def decoded_on_gpu(context: Context, store: FrameStore) -> float:
    """Return the tuples per second whose frames the GPU decodes, read from memory."""
    from torchvision.io import decode_jpeg

    data, sizes = store.read_encoded(store.videos[0])
    pieces = [torch.from_numpy(piece.copy()) for piece in np.split(data, np.cumsum(sizes)[:-1])]
    frames = TASK.clip_length * CLIPS * context.batch
    coded = (pieces * -(-frames // len(pieces)))[:frames]
    decode_jpeg(coded, device=context.device)
    start, count = now(context.device), 0
    while not count or now(context.device) - start < SECONDS:
        decode_jpeg(coded, device=context.device)
        count += context.batch
    return count / (now(context.device) - start)
