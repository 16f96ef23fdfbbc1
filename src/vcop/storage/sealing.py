"""The line in every binary file of ours that says what it is and who wrote it, and finds every byte that changed since.

``vcop weights file, format 2, written by vcop 0.1.0, sha256 0123...`` stands near the file's beginning, as text. The digest is of the
whole file with its own digits as zeros - but for the ranges that the line may name (``without 2560+98304``): rows that the file
has a checksum of each of, so that a reader need not go through 20 GB before it begins.

A seal tells rot, cuts and mistakes; it is no signature. Whoever makes a file can seal it, so readers trust no more than bytes.
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
    """A file of ours that another version wrote."""


@dataclass(frozen=True)
class FileKind:
    """What a file is, the number of its format, and how one that is no good is made anew (states give way by themselves)."""

    name: str
    format: int
    again: str

    def damaged(self, path: str | Path, why: str) -> ValueError:
        """What to raise of a file that is none."""
        return ValueError(f"{path}: not a whole {self.name}: {why}" + (f": {self.again}" if self.again else ""))

    def other_format(self, path: str | Path, number: object, by: object) -> OtherFormatError:
        """What to raise of a file that another version wrote."""
        return OtherFormatError(
            f"{path}: a {self.name} of format {number}, written by vcop {by}; this is vcop {__version__}, format "
            f"{self.format}: use that version, or {self.again or 'remove it to begin anew'}"
        )

    def line(self, without: Sequence[Range] = ()) -> bytes:
        """To be written near the file's beginning; ``seal`` fills the zeros in."""
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
    """Fill in the digest of a written file whose line has zeros."""
    with open(path, "r+b") as file:
        found = LINE.search(file.read(NEAR))
        assert found
        digest = _digest(file.fileno(), found)
        os.pwrite(file.fileno(), digest, found.start(4))


def kind_of(path: Path) -> FileKind | None:
    """What a file of ours says it is, None of any other file."""
    with open(path, "rb") as file:
        found = LINE.search(file.read(NEAR))
    return KINDS.get(found[1]) if found else None


def verify(path: str | Path, kind: FileKind) -> None:
    """Raises ValueError unless the file is whole, of this kind and of the format that this version reads."""
    with open(require_existing(path, f"the {kind.name}"), "rb") as file:
        head = file.read(NEAR)
        found = LINE.search(head)
        if found is None:
            raise _stranger(Path(path), head, kind)
        name, number, by = (part.decode() for part in found.groups()[:3])
        if _digest(file.fileno(), found) != found[4]:
            raise kind.damaged(path, "damaged or cut short (its digest differs)")
        if name != kind.name:
            raise kind.damaged(path, f"it says it is a {name}, written by vcop {by}")
        if int(number) != kind.format:
            raise kind.other_format(path, number, by)


def read_sealed(path: str | Path, kind: FileKind) -> bytes:
    """The bytes of a file, verified. Raises ValueError as ``verify``."""
    verify(path, kind)
    return Path(path).read_bytes()


def _digest(file: int, found: re.Match[bytes]) -> bytes:
    """Of all bytes but the digest's own and those of the ranges."""
    numbers = [int(number) for number in re.findall(rb"\d+", found[5])]
    left_out = sorted([*zip(numbers[::2], numbers[1::2], strict=True), (found.start(4), len(ZEROS))])
    sha, at, size = hashlib.sha256(), 0, os.fstat(file).st_size
    for first, count in [*left_out, (size, 0)]:
        while at < first and (piece := os.pread(file, min(PIECE, first - at), at)):
            sha.update(piece)
            at += len(piece)
        at = max(at, first + count)
    if at > size:
        return b""  # a range beyond the end: cut short
    return sha.hexdigest().encode()


def _stranger(path: Path, head: bytes, kind: FileKind) -> ValueError:
    """Of a file without our line: an older version's, as far as that can be told, or none of ours."""
    if head.startswith(HDF5):
        import h5py

        try:
            with h5py.File(path, "r", locking=False) as h5:
                number, by = h5.attrs.get("format"), h5.attrs.get("vcop")
        except (OSError, KeyError, ValueError, RuntimeError) as problem:
            return kind.damaged(path, str(problem))
        if number is not None and by is not None:
            return kind.other_format(path, number, by)
    return kind.damaged(path, "it does not begin as one of ours does (damaged, another program's, or of before format 2)")
