"""Members of zip and rar archives, read and judged before anything is unpacked.

Archives come from the internet. Their members could have names that lead out of the directory, be links or devices, overwrite each
other, or be far larger than the archive. An archive with any such member is refused as a whole.
"""

from __future__ import annotations

import os
import stat
import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import rarfile

# What zipfile and rarfile raise for a damaged archive.
DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, rarfile.Error)
LONGEST_NAME, LONGEST_PATH, DEEPEST = 255, 1024, 32  # bytes, bytes, directories


@dataclass(frozen=True)
class Limits:
    """Limits that no archive of a data set comes near: members, unpacked bytes, unpacked size as a multiple of the archive's."""

    members: int = 200_000
    size: int = 2**36
    ratio: int = 200


USUAL_LIMITS = Limits()


@dataclass(frozen=True)
class Member:
    """Member as the archive announces it.

    Attributes:
        name: Path in the archive, with slashes.
        size: Unpacked size in bytes.
        kind: "file" or "folder"; "" for anything else.
        problem: What it is if it is neither, such as "a link".
        crc32: Checksum of the content, if it must be verified after unpacking (zipfile verifies it itself).
    """

    name: str
    size: int
    kind: str
    problem: str = ""
    crc32: int | None = None


def list_members(archive: Path) -> list[Member]:
    """Read the list of members of an archive.

    Raises:
        ValueError: If the file is no zip or rar archive, is incomplete, or its list is encrypted.
    """
    try:
        if zipfile.is_zipfile(archive):
            with zipfile.ZipFile(archive) as opened:
                return [_zip_member(info) for info in opened.infolist()]
        if rarfile.is_rarfile(archive):
            with rarfile.RarFile(archive, part_only=True, errors="strict") as rar:
                return [_rar_member(info) for info in rar.infolist()]
    except (*DAMAGED, ValueError) as problem:
        raise ValueError(f"{archive}: cannot be read ({problem}): remove it to download it again") from None
    with open(archive, "rb") as file:
        begin = file.read(16)
    raise ValueError(f"{archive}: neither a zip nor a rar archive, it begins with {begin!r}: remove it to download it again")


def require_safe(archive: Path, members: Sequence[Member], limits: Limits) -> None:
    """Refuse an archive that could write outside its directory, overwrite files or fill the disk.

    Raises:
        ValueError: Names the first member, or the limit, that an archive of a data set would not have.
    """
    size, most = sum(member.size for member in members), min(limits.size, limits.ratio * archive.stat().st_size + 2**20)
    if len(members) > limits.members or size > most:
        raise ValueError(
            f"{archive}: {len(members)} members of {size} bytes: more than {limits.members} or {most}, not unpacked"
        )
    kinds: dict[str, str] = {}
    for member in members:
        problem = _fault(member) or _conflict(member, kinds)
        if problem:
            raise ValueError(f"{archive}: member {member.name!r} {problem}: nothing is unpacked")


def _fault(member: Member) -> str:
    """Return what is wrong with a member by itself, or ""."""
    if not member.kind:
        return f"is {member.problem}, not a file"
    name = member.name.rstrip("/") if member.kind == "folder" else member.name
    parts = name.split("/")
    if member.name.startswith("/") or "\\" in name or (len(parts[0]) > 1 and parts[0][1] == ":"):
        return "is an absolute path or one of another system"
    if ".." in parts:
        return "leads out of its folder"
    if "" in parts or "." in parts or not name.isprintable():
        return "has an unusual name"
    if len(os.fsencode(name)) > LONGEST_PATH or max(len(os.fsencode(p)) for p in parts) > LONGEST_NAME or len(parts) > DEEPEST:
        return "has too long a name"
    return ""


def _conflict(member: Member, kinds: dict[str, str]) -> str:
    """Return whether a member would overwrite an earlier one; add it, and the folders that it lies in, to ``kinds``."""
    path = PurePosixPath(member.name)
    if any(kinds.setdefault(str(parent), "folder") != "folder" for parent in path.parents):
        return "lies in a folder that is also a file"
    before, kinds[str(path)] = kinds.get(str(path)), member.kind
    return "occurs twice" if before and {before, member.kind} != {"folder"} else ""


def _zip_member(info: zipfile.ZipInfo) -> Member:
    if info.flag_bits & 1:
        return Member(info.orig_filename, info.file_size, "", "encrypted")
    kind = "folder" if info.is_dir() else "file"
    return Member(info.orig_filename, info.file_size, *_kind(kind, info.external_attr >> 16))


def _rar_member(info: rarfile.RarInfo) -> Member:
    if info.needs_password():
        return Member(info.filename, info.file_size or 0, "", "encrypted")
    if info.file_redir or info.is_symlink():
        return Member(info.filename, info.file_size or 0, "", "a link")
    mode = info.mode if info.host_os == rarfile.RAR_OS_UNIX else 0
    checksum = None if info.is_dir() else info.CRC
    return Member(info.filename, info.file_size or 0, *_kind("folder" if info.is_dir() else "file", mode), checksum)


def _kind(kind: str, mode: int) -> tuple[str, str]:
    """Return ``kind`` unless the Unix mode (0: unknown) contradicts it; then "" and what the member is."""
    form = stat.S_IFMT(mode)
    if form in {0, {"file": stat.S_IFREG, "folder": stat.S_IFDIR}[kind]}:
        return kind, ""
    return "", "a link" if form == stat.S_IFLNK else "a device, a pipe or a socket"
