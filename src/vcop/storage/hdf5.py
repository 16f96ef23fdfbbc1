"""HDF5 files of ours: sealed, and read with no more trust than their bytes deserve.

The seal lies in the 512 bytes that HDF5 leaves to the user before its own; to every other tool the file is plain HDF5. It covers
all but the pixels or features themselves, whose rows have a CRC32 each. HDF5's own bookkeeping has no checksums and its library
is known to crash on damaged ones, so the seal is verified before the library sees the file; and rows are read past the library, at
their place in the file: no global lock, no handle that must not cross a fork, and a file that is cut meanwhile is an error, where
one that is mapped into memory would end the process.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from vcop.runtime.atomic_files import atomic_write
from vcop.storage import hdf5_sink, sealing
from vcop.storage.sealing import FileKind, Range

T = TypeVar("T")
BLOCK = 512  # bytes before HDF5's own


@contextmanager
def sealed_hdf5_writer(path: Path, kind: FileKind, rows: Sequence[str]) -> Iterator[tuple[Any, Callable[[], None]]]:
    """An HDF5 file to fill; sealed and renamed to ``path`` when the block ends well. ``rows``: what the seal leaves to CRC32s.

    With it comes what raises OSError once the disk is full: to be asked now and then (``vcop.storage.hdf5_sink``).
    """
    with atomic_write(path) as unfinished:
        with hdf5_sink.open_hdf5(unfinished, userblock_size=BLOCK) as (h5, require):
            yield h5, require
            ranges = [(h5[name].id.get_offset(), h5[name].nbytes) for name in rows]
        seal_hdf5(unfinished, kind, ranges)


def seal_hdf5(path: Path, kind: FileKind, ranges: Sequence[Range]) -> None:
    """Seal a closed HDF5 file, anew where it was sealed before."""
    with open(path, "r+b") as file:
        file.write(kind.line(ranges).ljust(BLOCK - 1) + b"\n")
    sealing.seal(path)


class SealedReader:
    """The columns of a sealed HDF5 file while it is open. Raises ValueError that names the file and the key."""

    def __init__(self, path: Path, kind: FileKind, h5: Any) -> None:
        self.path, self.kind, self.h5, self.size = path, kind, h5, path.stat().st_size

    def column(self, name: str, kinds: str, *shape: int | None) -> NDArray[Any]:
        """A small dataset as an array; ``kinds`` as numpy calls them, a shape's None is any number."""
        found: NDArray[Any] = self._dataset(name, kinds, shape)[()]
        return found

    def place(self, name: str, kinds: str, *shape: int | None) -> tuple[int, tuple[int, ...], np.dtype]:
        """Where the bytes of a large dataset begin in the file, its shape and the kind of its numbers."""
        dataset = self._dataset(name, kinds, shape)
        return int(dataset.id.get_offset()), tuple(dataset.shape), dataset.dtype

    def _dataset(self, name: str, kinds: str, shape: tuple[int | None, ...]) -> Any:
        """A dataset that lies in this very file, in one piece: no link, no other file's, nothing that unpacks to more."""
        import h5py

        dataset: Any = self.h5[name] if isinstance(self.h5.get(name, getlink=True), h5py.HardLink) else None
        fits = (
            isinstance(dataset, h5py.Dataset)
            and not dataset.is_virtual
            and dataset.external is None
            and dataset.chunks is None
            and dataset.dtype.kind in kinds
            and dataset.dtype.isnative
            and dataset.id.get_storage_size() == dataset.nbytes
            and len(dataset.shape) == len(shape)
            and all(b is None or a == b for a, b in zip(dataset.shape, shape, strict=True))
        )
        if not fits or not 0 < dataset.id.get_offset() <= self.size - dataset.nbytes:
            raise self.kind.damaged(self.path, f"{name} is not the table it should be")
        return dataset

    def text(self, name: str) -> str:
        """A text of the attributes. Raises TypeError where it is something else."""
        found = self.h5.attrs[name]
        if not isinstance(found, str):
            raise TypeError(f"{name} is not text")
        return found

    def parsed(self, name: str, kind: type[T]) -> T:
        """JSON of the attributes. Raises TypeError where it is none, or something else than a ``kind``."""
        try:
            found = json.loads(self.text(name))
        except ValueError as problem:
            raise TypeError(f"{name}: {problem}") from None
        if not isinstance(found, kind):
            raise TypeError(f"{name} is not a {kind.__name__}")
        return found


@contextmanager
def open_sealed(path: Path, kind: FileKind) -> Iterator[SealedReader]:
    """A verified file's tables. Raises ValueError as ``seal.verify``, and for what HDF5 cannot make sense of."""
    import h5py

    sealing.verify(path, kind)
    try:
        with h5py.File(path, "r", locking=False) as h5:
            yield SealedReader(path, kind, h5)
    except (OSError, KeyError, TypeError, RuntimeError, OverflowError, MemoryError) as problem:
        raise kind.damaged(path, " ".join(str(problem).split())[:200]) from None


class RawReader:
    """A file's bytes by their place: safe across forks and to pickle."""

    def __init__(self, path: Path) -> None:
        self._file = open(path, "rb", buffering=0)  # noqa: SIM115

    def into(self, out: NDArray[Any], at: int) -> memoryview:
        """Fill ``out``, contiguous, from byte ``at`` on; returns what could be filled, less where the file ends before."""
        read = os.preadv(self._file.fileno(), [out.data], at)
        return memoryview(out.data).cast("B")[:read]

    def bytes(self, at: int, size: int) -> bytes:
        """So many from byte ``at`` on, fewer where the file ends before."""
        return os.pread(self._file.fileno(), size, at)
