"""Archives from the net, unpacked so that nothing of them lands outside their folder: zip and rar.

Names, kinds and sizes are read and judged before anything is written. A zip is written file by file here; a rar by the first of
``TOOLS`` that can, into a folder of its own, whose content must then be exactly what was announced.
"""

from __future__ import annotations

import os
import resource
import shutil
import signal
import stat
import subprocess
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import rarfile

from vcop.runtime.atomic_files import require_space

TOOLS: dict[str, tuple[str, ...]] = {  # followed by the archive, in the folder
    "bsdtar": ("-x", "--no-same-owner", "--no-same-permissions", "-f"),
    "unar": ("-quiet", "-no-directory", "-force-skip", "-output-directory", "."),
    "unrar": ("x", "-inul", "-o-", "-p-", "-y", "--"),
}
HOW = "install bsdtar (Debian's libarchive-tools), unar or unrar"
DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, rarfile.Error)
LONGEST_NAME, LONGEST_PATH, DEEPEST = 255, 1024, 32  # bytes, bytes, folders


@dataclass(frozen=True)
class Limits:
    """What no archive of a data set comes near: members, bytes, and how many times its own size it may grow to."""

    members: int = 200_000
    size: int = 2**36
    ratio: int = 200


@dataclass(frozen=True)
class Member:
    """A member as announced; ``kind`` is empty for what is neither a file nor a folder, with ``what`` it is.

    ``crc32`` of its content, where that is still to be verified when it is unpacked.
    """

    name: str
    size: int
    kind: str
    what: str = ""
    crc32: int | None = None


def list_members(archive: Path) -> list[Member]:
    """What an archive announces. Raises ValueError for one that is none, is not whole or wants a password."""
    try:
        if zipfile.is_zipfile(archive):
            with zipfile.ZipFile(archive) as opened:
                return [_zipped(info) for info in opened.infolist()]
        if rarfile.is_rarfile(archive):
            with rarfile.RarFile(archive, part_only=True, errors="strict") as rar:
                return [_rarred(info) for info in rar.infolist()]
    except (*DAMAGED, ValueError) as problem:
        raise ValueError(f"{archive}: cannot be read ({problem}): remove it to fetch it again") from None
    with open(archive, "rb") as file:
        begin = file.read(16)
    raise ValueError(f"{archive}: neither a zip nor a rar archive, it begins with {begin!r}: remove it to fetch it again")


def unpack(archive: Path, folder: Path, limits: Limits = Limits()) -> int:
    """Unpack into ``folder``, which must not be there; it is removed again if that fails. Returns the number of files.

    Raises ValueError for an archive that is damaged or would leave the folder, OSError for what the machine lacks.
    """
    announced = list_members(archive)
    require_safe(archive, announced, limits)
    require_space(folder, sum(member.size for member in announced))
    folder.mkdir(parents=True)
    try:
        (_unzip if zipfile.is_zipfile(archive) else _unrar)(archive, folder, announced)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return sum(member.kind == "file" for member in announced)


def require_safe(archive: Path, announced: Sequence[Member], limits: Limits) -> None:
    """Raises ValueError that names the first member, or the limit, that an archive of a data set would not have."""
    size, most = sum(member.size for member in announced), min(limits.size, limits.ratio * archive.stat().st_size + 2**20)
    if len(announced) > limits.members or size > most:
        raise ValueError(
            f"{archive}: {len(announced)} members of {size} bytes: more than {limits.members} or {most}, not unpacked"
        )
    kinds: dict[str, str] = {}
    for member in announced:
        problem = _problem(member) or _clash(member, kinds)
        if problem:
            raise ValueError(f"{archive}: member {member.name!r} {problem}: nothing is unpacked")


def _problem(member: Member) -> str:
    """What is wrong with a member by itself."""
    if not member.kind:
        return f"is {member.what}, not a file"
    name = member.name.rstrip("/") if member.kind == "folder" else member.name
    parts = name.split("/")
    if member.name.startswith("/") or "\\" in name or (len(parts[0]) > 1 and parts[0][1] == ":"):
        return "is an absolute path or one of another system"
    if ".." in parts:
        return "leads out of its folder"
    if "" in parts or "." in parts or not name.isprintable():
        return "has a name that is not plain"
    if len(os.fsencode(name)) > LONGEST_PATH or max(len(os.fsencode(p)) for p in parts) > LONGEST_NAME or len(parts) > DEEPEST:
        return "has too long a name"
    return ""


def _clash(member: Member, kinds: dict[str, str]) -> str:
    """Whether a member would overwrite an earlier one; notes it in ``kinds``, with the folders that it lies in."""
    path = PurePosixPath(member.name)
    if any(kinds.setdefault(str(parent), "folder") != "folder" for parent in path.parents):
        return "lies in what is a file, too"
    before, kinds[str(path)] = kinds.get(str(path)), member.kind
    return "is there twice" if before and {before, member.kind} != {"folder"} else ""


def _zipped(info: zipfile.ZipInfo) -> Member:
    kind = "folder" if info.is_dir() else "file"
    mode = info.external_attr >> 16
    if info.flag_bits & 1:
        return Member(info.orig_filename, info.file_size, "", "locked by a password")
    return Member(info.orig_filename, info.file_size, *_kind(kind, mode))


def _rarred(info: rarfile.RarInfo) -> Member:
    if info.needs_password():
        return Member(info.filename, info.file_size or 0, "", "locked by a password")
    if info.file_redir or info.is_symlink():
        return Member(info.filename, info.file_size or 0, "", "a link")
    mode = info.mode if info.host_os == rarfile.RAR_OS_UNIX else 0
    crc = None if info.is_dir() else info.CRC
    return Member(info.filename, info.file_size or 0, *_kind("folder" if info.is_dir() else "file", mode), crc)


def _kind(kind: str, mode: int) -> tuple[str, str]:
    """``kind`` where the Unix mode says nothing else (0: it says nothing), and what it is otherwise."""
    told = stat.S_IFMT(mode)
    if told in {0, {"file": stat.S_IFREG, "folder": stat.S_IFDIR}[kind]}:
        return kind, ""
    return "", "a link" if told == stat.S_IFLNK else "a device, a pipe or a socket"


def _unzip(archive: Path, folder: Path, announced: Sequence[Member]) -> None:
    try:
        with zipfile.ZipFile(archive) as opened:
            for info, member in zip(opened.infolist(), announced, strict=True):
                place = folder / member.name
                (place if member.kind == "folder" else place.parent).mkdir(parents=True, exist_ok=True)
                if member.kind == "file":
                    _copy(opened, info, place)
    except DAMAGED as problem:
        raise ValueError(f"{archive}: damaged ({problem}): remove it to fetch it again") from None
    if different := _difference(folder, announced):
        raise ValueError(f"{archive}: {different}: remove it to fetch it again")


def _copy(opened: zipfile.ZipFile, info: zipfile.ZipInfo, place: Path) -> None:
    """One file. Its checksum is verified at its end; one that goes on after its announced size ends there."""
    with opened.open(info) as source, open(place, "xb") as target:
        shutil.copyfileobj(source, target, 2**20)


def _unrar(archive: Path, folder: Path, announced: Sequence[Member]) -> None:
    """By one program after the other, until one can: they differ in what they know of the format."""
    found = {name: program for name in TOOLS if (program := shutil.which(name))}
    if not found:
        raise OSError(f"{archive}: nothing here unpacks rar archives: {HOW}")
    problems = []
    for name, program in found.items():
        problem = _run([program, *TOOLS[name], str(archive.absolute())], folder, max((m.size for m in announced), default=0))
        problem = problem or _difference(folder, announced)
        if not problem:
            return
        problems.append(f"{name}: {problem}")
        shutil.rmtree(folder)
        folder.mkdir()
    raise ValueError(f"{archive}: not unpacked ({'; '.join(problems)}): remove it to fetch it again, or {HOW}")


def _run(command: list[str], folder: Path, largest: int) -> str:
    """Run a program that unpacks, in ``folder``; returns what it says if it has failed. No file can become larger than announced."""
    environment = os.environ | {"LC_ALL": "C.UTF-8"}  # names are UTF-8, whatever the user's locale
    with subprocess.Popen(
        command, cwd=folder, env=environment, text=True, errors="replace",
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    ) as process:  # fmt: skip
        with suppress(ProcessLookupError):
            resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (largest, largest))
        try:
            said, _ = process.communicate()
        except BaseException:
            process.kill()
            raise
    if process.returncode == -signal.SIGXFSZ:
        return "it wrote more than was announced"
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    return "" if process.returncode == 0 else (lines[0] if lines else f"it ended with {process.returncode}")


def _difference(folder: Path, announced: Sequence[Member]) -> str:
    """In what ``folder`` is not exactly what was announced, or nothing; makes modes ordinary ones."""
    expected = {str(PurePosixPath(m.name)): m for m in announced if m.kind == "file"}
    found = dict(_files(folder))
    for name in sorted(expected.keys() | found.keys()):
        member = expected.get(name)
        if member is None or found.get(name) != member.size or member.crc32 not in {None, _crc32(folder / name)}:
            return f"{name!r} is not as it was announced"
    return ""


def _crc32(path: Path) -> int:
    """Verified here, since programs differ in what they call an error."""
    crc = 0
    with open(path, "rb") as file:
        while data := file.read(2**20):
            crc = zlib.crc32(data, crc)
    return crc


def _files(folder: Path) -> Iterator[tuple[str, int]]:
    """Every file below a folder with its size, -1 for what is no file."""
    mask = os.umask(0)
    os.umask(mask)
    for place, folders, names in os.walk(folder):
        os.chmod(place, 0o777 & ~mask)
        for name in (*names, *(f for f in folders if os.path.islink(os.path.join(place, f)))):
            path = os.path.join(place, name)
            state = os.lstat(path)
            if stat.S_ISREG(state.st_mode):
                os.chmod(path, 0o666 & ~mask)
            single = stat.S_ISREG(state.st_mode) and state.st_nlink == 1
            yield os.path.relpath(path, folder), state.st_size if single else -1
