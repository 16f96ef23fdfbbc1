"""Writing HDF5 files on a disk that may become full, without crashing.

A process in which the HDF5 library could not write to a file crashes, at the latest when it ends (signal 11 in the library's
clean-up). Looking at the free space beforehand is not enough: it knows neither quotas nor what other programs write meanwhile. So the
library writes into a Python object that accepts everything, remembers the first error of the disk, and raises it as OSError later.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import RawIOBase
from pathlib import Path
from typing import Any


class Sink(RawIOBase):
    """File whose methods never fail: the first error of the disk is kept for ``require_written``; nothing is written after it."""

    def __init__(self, path: Path) -> None:
        self.file = open(path, "w+b", buffering=0)  # noqa: SIM115  # closed by `close`
        self.problem: OSError | None = None

    def require_written(self) -> None:
        """Raise the first OSError of the disk, if there was one."""
        if self.problem is not None:
            raise self.problem

    def _try(self, work: Callable[[], Any]) -> None:
        try:
            if self.problem is None:
                work()
        except OSError as problem:
            self.problem = problem

    def write(self, data: Any) -> int:
        """Write all of ``data``. A disk that becomes full accepts a part of it first, and only then reports an error."""
        bytes_ = memoryview(data).cast("B")

        def work() -> None:
            done = 0
            while done < len(bytes_):
                done += self.file.write(bytes_[done:])

        self._try(work)
        return len(bytes_)

    def readinto(self, out: Any) -> int:
        """Read what has been written, and zeros after the end of the file."""
        bytes_ = memoryview(out).cast("B")
        done = self.file.readinto(bytes_)
        bytes_[done:] = bytes(len(bytes_) - done)
        return len(bytes_)

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Set the position in the file, as ``io.RawIOBase.seek`` does."""
        return self.file.seek(offset, whence)

    def tell(self) -> int:
        """Return the position in the file."""
        return self.file.tell()

    def truncate(self, size: int | None = None) -> int:
        """Set the size of the file."""
        self._try(lambda: self.file.truncate(size))
        return size or 0

    def close(self) -> None:
        """Close the file. Network file systems report some errors of writing only now."""
        self._try(self.file.close)


@contextmanager
def open_hdf5(path: Path, **options: Any) -> Iterator[tuple[Any, Callable[[], None]]]:
    """Create an HDF5 file to fill within a ``with`` block.

    Args:
        path: File to write.
        options: Further arguments of ``h5py.File``.

    Yields:
        The open ``h5py.File``, and a function that raises OSError if the disk has refused something so far.

    Raises:
        OSError: At the end of the block, if the disk has refused something.
    """
    import h5py

    sink = Sink(path)
    try:
        with h5py.File(sink, "w", **options) as h5:
            yield h5, sink.require_written
    except Exception:
        sink.require_written()  # the disk's error is the cause of whatever the library says
        raise
    finally:
        sink.close()
    sink.require_written()
