"""Real archives, zip and both formats of rar: ordinary ones, and those that want to leave their folder."""

import os
import shutil
import stat

import pytest
from support import rars
from support.archives import needs_tool, zipped
from support.helpers import ROOT  # noqa: F401  # threads are set before anything is imported

from vcop.preparation.download import archives
from vcop.preparation.download.archive_members import Limits

GOOD = [("UCF-101/Jump/v_Jump_g01_c01.avi", b"RIFF" * 9), ("UCF-101/Jump/v [x] ü & 'y'.avi", b""), ("UCF-101/readme", b"r")]
LONG = "n" * 256


WRITERS = {"zip": zipped, "rar4": rars.rar4, "rar5": rars.rar5}
KINDS = [pytest.param(kind, marks=[needs_tool] if "rar" in kind else []) for kind in WRITERS]


def written(tmp_path, kind, *members):
    path = tmp_path / f"a.{kind[:3]}"
    path.write_bytes(WRITERS[kind](*members))
    return path


@pytest.mark.parametrize("kind", KINDS)
def test_an_ordinary_archive_is_unpacked(tmp_path, kind):
    archive = written(tmp_path, kind, ("UCF-101", b"", {"folder": True}), *GOOD)
    assert archives.unpack(archive, tmp_path / "out") == len(GOOD)
    found = {p.relative_to(tmp_path / "out").as_posix(): p.read_bytes() for p in (tmp_path / "out").rglob("*") if p.is_file()}
    assert found == dict(GOOD)
    assert {stat.S_IMODE(p.stat().st_mode) & 0o7022 for p in (tmp_path / "out").rglob("*")} == {0}


@pytest.mark.parametrize(
    "tool",
    [pytest.param(t, marks=pytest.mark.skipif(not shutil.which(t), reason=f"{t} is not installed")) for t in archives.TOOLS],
)
@pytest.mark.parametrize("kind", ["rar4", "rar5"])
def test_every_program_can(tmp_path, kind, tool, monkeypatch):
    monkeypatch.setattr(archives, "TOOLS", {tool: archives.TOOLS[tool]})
    assert archives.unpack(written(tmp_path, kind, *GOOD), tmp_path / "out") == len(GOOD)


LEAVES, LINK, NAME, TWICE = "leads out of its folder", "is a link", "has an unusual name", "occurs twice"
ABSOLUTE, DEVICE, TOO_LONG = (
    "is an absolute path or one of another system",
    "is a device, a pipe or a socket",
    "has too long a name",
)
LINKED = {"link": "symlink"}
HOSTILE = [
    ([("../out", b"x")], LEAVES),
    ([("a/../../out", b"x")], LEAVES),
    ([("a/..", b"x")], LEAVES),
    ([("/out", b"x")], ABSOLUTE),
    ([("//host/out", b"x")], ABSOLUTE),
    ([("C:/out", b"x")], ABSOLUTE),
    ([("..", b"", {"folder": True})], LEAVES),
    ([("/", b"", {"folder": True})], ABSOLUTE),
    ([("link", b"..", LINKED), ("link/out", b"x")], LINK),
    ([("link", b"/etc/passwd", LINKED)], LINK),
    ([("link", b"inside", LINKED)], LINK),
    ([("dir", b"../..", LINKED), ("dir", b"", {"folder": True})], LINK),
    ([("pipe", b"", {"mode": stat.S_IFIFO | 0o644})], DEVICE),
    ([("disk", b"", {"mode": stat.S_IFBLK | 0o644})], DEVICE),
    ([("tty", b"", {"mode": stat.S_IFCHR | 0o644})], DEVICE),
    ([("a", b"1"), ("a", b"2")], TWICE),
    ([("a", b"1"), ("a/b", b"2")], "lies in a folder that is also a file"),
    ([("a/b", b"1"), ("a", b"2")], TWICE),
    ([(LONG, b"x")], TOO_LONG),
    ([("d/" * 40 + "x", b"x")], TOO_LONG),
    ([("a\x1b[2Jb", b"x")], NAME),
    ([("a\nb", b"x")], NAME),
]
RAR_ALONE = [([("hard", b"/etc/passwd", {"link": "hardlink"})], LINK)]
ZIP_ALONE = [([("a\\..\\..\\out", b"x")], ABSOLUTE), ([("a//out", b"x")], NAME), ([("./a", b"x")], NAME)]
CASES = [(kind, *case) for kind in WRITERS for case in HOSTILE]
CASES += [("rar5", *case) for case in RAR_ALONE] + [("zip", *case) for case in ZIP_ALONE]


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize(("kind", "members", "problem"), CASES)
def test_nothing_hostile_gets_out(tmp_path, kind, members, problem):
    """Refused before anything is written, also what lies before the hostile member."""
    archive = written(tmp_path, kind, ("good", b"g"), *members)
    with pytest.raises(ValueError, match=problem) as refused:
        archives.unpack(archive, tmp_path / "deep" / "out")
    assert (
        str(refused.value).startswith(f"{archive}: member ")
        and "\n" not in str(refused.value)
        and "\x1b" not in str(refused.value)
    )
    assert sorted(os.listdir(tmp_path)) in ([archive.name], [archive.name, "deep"])
    assert not list(tmp_path.glob("deep/*"))


def test_bombs(tmp_path):
    archive = written(tmp_path, "zip", ("zeros", bytes(2**24)), ("more", bytes(2**24)))
    for limits, text in [
        (Limits(ratio=10), "2 members of 33554432 bytes: more than"),
        (Limits(size=2**20), "more than 200000 or 1048576"),
        (Limits(members=1), "2 members of"),
    ]:
        with pytest.raises(ValueError, match=text):
            archives.unpack(archive, tmp_path / "out", limits)
    assert not (tmp_path / "out").exists()
    # One that says that it is small: what comes after the announced size is not written.
    small = written(tmp_path, "zip", ("zeros", bytes(2**20))).read_bytes()
    archive.write_bytes(small.replace((2**20).to_bytes(4, "little"), (100).to_bytes(4, "little")))
    with pytest.raises(ValueError, match=r"a\.zip: damaged"):
        archives.unpack(archive, tmp_path / "out")
    assert not (tmp_path / "out").exists()


@needs_tool
@pytest.mark.parametrize("kind", ["rar4", "rar5"])
def test_what_is_not_as_announced_is_not_kept(tmp_path, kind):
    """Longer than announced; and damaged in the middle."""
    for content in (
        WRITERS[kind](("a", b"x" * 5000, {"size": 10})),
        WRITERS[kind](("a", b"x" * 5000)).replace(b"xx", b"xy", 1),
    ):
        archive = tmp_path / "a.rar"
        archive.write_bytes(content)
        with pytest.raises(ValueError, match=r"a\.rar: ") as refused:
            archives.unpack(archive, tmp_path / "out")
        assert "\n" not in str(refused.value)
        assert os.listdir(tmp_path) == ["a.rar"]


def test_what_is_no_archive_is_one_line(tmp_path):
    page = tmp_path / "a.rar"
    page.write_text("<!DOCTYPE html><html>moved</html>")
    with pytest.raises(ValueError, match=r"neither a zip nor a rar archive, it begins with b'<!DOCTYPE html>"):
        archives.unpack(page, tmp_path / "out")


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_not_whole_is_one_line(tmp_path, kind):
    cut = written(tmp_path, kind, *GOOD, ("long", os.urandom(5000)))
    cut.write_bytes(cut.read_bytes()[:-2500])
    with pytest.raises(ValueError, match=rf"{cut.name}: ") as refused:
        archives.unpack(cut, tmp_path / "out")
    assert "\n" not in str(refused.value)
    assert not (tmp_path / "out").exists()


def test_without_a_program_a_rar_is_one_line(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(
        OSError, match=r"a\.rar: no program to unpack rar archives was found: install bsdtar .*, unar or unrar"
    ):
        archives.unpack(written(tmp_path, "rar5", *GOOD), tmp_path / "out")
    assert not (tmp_path / "out").exists()


@pytest.fixture
def programs(tmp_path, monkeypatch):
    """A folder of programs that is all of PATH but for what shell scripts need."""
    folder = tmp_path / "programs"
    folder.mkdir()
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")

    def add(name, script):
        (folder / name).write_text(f"#!/bin/sh\n{script}\n")
        (folder / name).chmod(0o755)

    return add


def test_what_one_program_cannot_another_can(tmp_path, programs):
    programs("bsdtar", ": > left; echo; echo bsdtar: Parsing filters is unsupported. >&2; exit 1")
    programs("unar", "printf g > good")
    assert archives.unpack(written(tmp_path, "rar4", ("good", b"g")), tmp_path / "out") == 1
    assert os.listdir(tmp_path / "out") == ["good"]
    programs("unar", "exit 3")
    programs("unrar", "exit 3")
    with pytest.raises(
        ValueError, match="bsdtar: bsdtar: Parsing filters is unsupported.; unar: it ended with exit code 3; unrar"
    ):
        archives.unpack(written(tmp_path, "rar4", ("good", b"g")), tmp_path / "two")


@pytest.mark.parametrize(
    "script",
    [
        "printf g > good; printf x > more",
        "printf x > good",
        "ln -s /etc/passwd good",
        ":",
        "printf g > good; ln good more",
        "mkfifo good",
    ],
)
def test_a_program_that_is_deceived_is_found_out(tmp_path, programs, script):
    """What it has unpacked is looked at before anything takes it."""
    for name in archives.TOOLS:
        programs(name, script)
    with pytest.raises(ValueError, match=r"is not as the archive announced it"):
        archives.unpack(written(tmp_path, "rar5", ("good", b"g")), tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_no_file_becomes_larger_than_announced(tmp_path, programs):
    programs("bsdtar", "sleep 0.2; head -c 100000 /dev/zero > good")
    for other in ("unar", "unrar"):
        programs(other, "exit 1")
    with pytest.raises(
        ValueError, match=r"not unpacked \(bsdtar: (it wrote more than was announced|.*[Ff]ile (size limit|too large))"
    ):
        archives.unpack(written(tmp_path, "rar5", ("good", b"g" * 1000)), tmp_path / "out")
