"""Seals: one line of text in every binary file of this package, with its kind, its format and the SHA-256 of its content.

``vcop weights file, format 2, written by vcop 0.1.0, sha256 0123...`` stands near the beginning of the file. The digest is computed
over the whole file without its own 64 digits. A line may name ranges that the digest leaves out (``without 2560+98304``:
first byte, number of bytes). These are large datasets whose rows have checksums of their own, so that a reader need not go through
20 GB before it begins.

A seal detects damage, cut files and mistakes. It is no signature: everybody can seal a file, so readers must not trust the content.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from vcop import __version__
from vcop.runtime.atomic_files import require_existing

LINE = re.compile(
    rb"vcop ([a-z ]{1,30}), format (\d{1,9}), written by vcop ([\w.+!-]{1,40}), sha256 ([0-9a-f]{64})((?:, without \d{1,18}\+\d{1,18}){0,9})"
)
ZEROS = b"0" * 64
NEAR = 2048  # bytes from a file's beginning within which the line stands
PIECE = 2**20
HDF5 = b"\x89HDF\r\n\x1a\n"
Range = tuple[int, int]  # first byte, number of bytes


class OtherFormatError(ValueError):
    """A file of this package in the format of another version."""


@dataclass(frozen=True)
class FileKind:
    """Kind of a sealed file.

    Attributes:
        name: Name of the kind, part of the seal.
        format: Number of the format that this version reads and writes.
        again: Advice that ends error messages: how a damaged file is made again. Empty for states, which are replaced automatically.
    """

    name: str
    format: int
    again: str

    def damaged(self, path: str | Path, why: str) -> ValueError:
        """Return the error for a file that is damaged or of another kind."""
        return ValueError(f"{path}: not a whole {self.name}: {why}" + (f": {self.again}" if self.again else ""))

    def other_format(self, path: str | Path, number: object, by: object) -> OtherFormatError:
        """Return the error for a file in another format."""
        return OtherFormatError(
            f"{path}: a {self.name} of format {number}, written by vcop {by}; this is vcop {__version__}, format "
            f"{self.format}: use that version, or {self.again or 'remove it to begin anew'}"
        )

    def line(self, without: Sequence[Range] = ()) -> bytes:
        """Return the line to write near the beginning of a file; ``seal`` replaces its zeros by the digest."""
        ranges = "".join(f", without {first}+{count}" for first, count in without)
        return (
            f"vcop {self.name}, format {self.format}, written by vcop {__version__}, sha256 ".encode()
            + ZEROS
            + ranges.encode()
        )


STORE = FileKind("frame store", 2, "decode again")
FEATURES = FileKind("feature file", 2, "extract again")
WEIGHTS = FileKind("weights file", 2, "make them again")
STATE = FileKind("state", 2, "")
OPTIMISER = FileKind("momenta", 2, "train again")
KINDS = {kind.name.encode(): kind for kind in (STORE, FEATURES, WEIGHTS, STATE, OPTIMISER)}


def seal(path: Path) -> None:
    """Write the digest into a complete file whose line still has zeros."""
    with open(path, "r+b") as file:
        line = LINE.search(file.read(NEAR))
        assert line
        digest = _digest(file.fileno(), line)
        os.pwrite(file.fileno(), digest, line.start(4))


def kind_of(path: Path) -> FileKind | None:
    """Return the kind that the seal of a file names; None for a file without a seal."""
    with open(path, "rb") as file:
        line = LINE.search(file.read(NEAR))
    return KINDS.get(line[1]) if line else None


def verify(path: str | Path, kind: FileKind) -> None:
    """Verify the seal of a file.

    Raises:
        ValueError: The file is missing, damaged or of another kind.
        OtherFormatError: It is in the format of another version.
    """
    with open(require_existing(path, f"the {kind.name}"), "rb") as file:
        head = file.read(NEAR)
        line = LINE.search(head)
        if line is None:
            raise _unsealed_error(Path(path), head, kind)
        name, number, by = (part.decode() for part in line.groups()[:3])
        if _digest(file.fileno(), line) != line[4]:
            raise kind.damaged(path, "damaged or cut short (its digest differs)")
        if name != kind.name:
            raise kind.damaged(path, f"it says it is a {name}, written by vcop {by}")
        if int(number) != kind.format:
            raise kind.other_format(path, number, by)


def read_sealed(path: str | Path, kind: FileKind) -> bytes:
    """Verify a file and return its bytes. Raises the errors of ``verify``."""
    verify(path, kind)
    return Path(path).read_bytes()


def _digest(file: int, line: re.Match[bytes]) -> bytes:
    """Return the digest of all bytes except its own digits and the ranges that the seal leaves out."""
    numbers = [int(number) for number in re.findall(rb"\d+", line[5])]
    left_out = sorted([*zip(numbers[::2], numbers[1::2], strict=True), (line.start(4), len(ZEROS))])
    sha, at, size = hashlib.sha256(), 0, os.fstat(file).st_size
    for first, count in [*left_out, (size, 0)]:
        while at < first and (piece := os.pread(file, min(PIECE, first - at), at)):
            sha.update(piece)
            at += len(piece)
        at = max(at, first + count)
    if at > size:
        return b""  # a range beyond the end: cut short
    return sha.hexdigest().encode()


def _unsealed_error(path: Path, head: bytes, kind: FileKind) -> ValueError:
    """Return the error for a file without a seal. Format 1 had none: its version is read from HDF5 attributes."""
    if head.startswith(HDF5):
        import h5py

        try:
            with h5py.File(path, "r", locking=False) as h5:
                number, by = h5.attrs.get("format"), h5.attrs.get("vcop")
        except (OSError, KeyError, ValueError, RuntimeError) as problem:
            return kind.damaged(path, str(problem))
        if number is not None and by is not None:
            return kind.other_format(path, number, by)
    return kind.damaged(path, "it has no seal (damaged, of another program, or older than format 2)")
