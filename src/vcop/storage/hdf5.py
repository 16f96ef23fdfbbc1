"""HDF5 files with a seal: how the frame stores and feature files of this package are written, opened and verified.

The seal (``vcop.storage.sealing``) lies in the 512 bytes that HDF5 leaves to the user in front of its own data; to every other
tool the file is plain HDF5. It covers everything but the large datasets (pixels, features), whose rows have a CRC32 each.

HDF5's own metadata have no checksums, and its library can crash on damaged ones. So the seal is verified before the library sees
the file. Rows of the large datasets are read past the library, at their offsets in the file: there is no global lock, no handle
that must not cross a fork, and a file that is cut meanwhile is an error, where a memory map would end the process.
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
BLOCK = 512  # bytes in front of HDF5's own data


@contextmanager
def sealed_hdf5_writer(path: Path, kind: FileKind, unsealed: Sequence[str]) -> Iterator[tuple[Any, Callable[[], None]]]:
    """Create an HDF5 file to fill; seal it and rename it to ``path`` when the block ends without an error.

    Args:
        path: File to write.
        kind: What the file is, for its seal.
        unsealed: Names of the large datasets that the seal leaves out, since their rows have checksums of their own.

    Yields:
        The open ``h5py.File``, and a function that raises OSError if the disk has refused something. Call it from time to time,
        for ``h5py`` itself does not tell (``vcop.storage.hdf5_sink``).
    """
    with atomic_write(path) as unfinished:
        with hdf5_sink.open_hdf5(unfinished, userblock_size=BLOCK) as (h5, require_written):
            yield h5, require_written
            ranges = [(h5[name].id.get_offset(), h5[name].nbytes) for name in unsealed]
        seal_hdf5(unfinished, kind, ranges)


def seal_hdf5(path: Path, kind: FileKind, ranges: Sequence[Range]) -> None:
    """Seal a closed HDF5 file; an older seal is replaced. ``ranges`` are left out of it."""
    with open(path, "r+b") as file:
        file.write(kind.line(ranges).ljust(BLOCK - 1) + b"\n")
    sealing.seal(path)


class SealedReader:
    """Datasets and attributes of an open, verified HDF5 file, each checked for its type and shape.

    A seal is no signature, so the content is not trusted: nothing is read that lies outside of the file or unpacks to more.
    """

    def __init__(self, path: Path, kind: FileKind, h5: Any) -> None:
        self.path, self.kind, self.h5, self.size = path, kind, h5, path.stat().st_size

    def column(self, name: str, kinds: str, *shape: int | None) -> NDArray[Any]:
        """Read a small dataset.

        Args:
            name: Name of the dataset.
            kinds: Accepted kinds of numbers, as in ``numpy.dtype.kind``.
            shape: Expected shape; None stands for any length.

        Raises:
            ValueError: It is missing, or of another kind or shape.
        """
        values: NDArray[Any] = self._dataset(name, kinds, shape)[()]
        return values

    def locate(self, name: str, kinds: str, *shape: int | None) -> tuple[int, tuple[int, ...], np.dtype]:
        """Return the offset of a large dataset in the file, its shape and its dtype. The arguments are those of ``column``."""
        dataset = self._dataset(name, kinds, shape)
        return int(dataset.id.get_offset()), tuple(dataset.shape), dataset.dtype

    def _dataset(self, name: str, kinds: str, shape: tuple[int | None, ...]) -> Any:
        """Return a dataset that lies in this very file, in one piece: not a link, not in another file, not compressed."""
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
            raise self.kind.damaged(self.path, f"dataset {name} is missing, or not of the expected type and shape")
        return dataset

    def text(self, name: str) -> str:
        """Return an attribute that is text. Raises TypeError if it is something else."""
        value = self.h5.attrs[name]
        if not isinstance(value, str):
            raise TypeError(f"{name} is not text")
        return value

    def json(self, name: str, kind: type[T]) -> T:
        """Return an attribute that is JSON of type ``kind``. Raises TypeError if it is something else."""
        try:
            value = json.loads(self.text(name))
        except ValueError as problem:
            raise TypeError(f"{name}: {problem}") from None
        if not isinstance(value, kind):
            raise TypeError(f"{name} is not a {kind.__name__}")
        return value


@contextmanager
def open_sealed(path: Path, kind: FileKind) -> Iterator[SealedReader]:
    """Verify the seal of an HDF5 file and open it.

    Raises:
        ValueError: The file is missing, damaged, of another kind or format; or an error within the block shows that it is.
    """
    import h5py

    sealing.verify(path, kind)
    try:
        with h5py.File(path, "r", locking=False) as h5:
            yield SealedReader(path, kind, h5)
    except (OSError, KeyError, TypeError, RuntimeError, OverflowError, MemoryError) as problem:
        raise kind.damaged(path, " ".join(str(problem).split())[:200]) from None


class RawReader:
    """Reader of bytes at given offsets of a file. It can be used after a fork and by several threads."""

    def __init__(self, path: Path) -> None:
        self._file = open(path, "rb", buffering=0)  # noqa: SIM115

    def read_into(self, out: NDArray[Any], offset: int) -> memoryview:
        """Fill the contiguous array ``out``; return the part that was filled, which is shorter where the file ends before."""
        size = os.preadv(self._file.fileno(), [out.data], offset)
        return memoryview(out.data).cast("B")[:size]

    def read(self, offset: int, size: int) -> bytes:
        """Return ``size`` bytes, fewer where the file ends before."""
        parts: list[bytes] = []
        while size and (part := os.pread(self._file.fileno(), size, offset)):  # Linux reads at most 2 GiB at a time
            parts.append(part)
            offset, size = offset + len(part), size - len(part)
        return b"".join(parts)
