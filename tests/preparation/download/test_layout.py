"""Small archives of the official shape, from a real server on this machine."""

import json
import os
import shutil

import pytest
from support import rars
from support.archives import needs_tool, zipped
from support.helpers import ROOT, vcop
from support.lists import LISTS
from support.webs import Web

from vcop.config.names import QUESTIONS
from vcop.datasets.splits import read_splits
from vcop.preparation.download import sources

FLAGS = ("--digests", "recorded", "--wait", 0, "--timeout", 2, "--tries", 2)
VIDEO = b"RIFF" * 50
UCF101 = [("UCF-101", b"", {"folder": True}), *((f"UCF-101/{c}/v_{c}_g01_c01.avi", VIDEO) for c in ("Jump", "Run"))]


@pytest.fixture
def web():
    with Web() as found:
        yield found


def download(web, source, place, *more):
    return vcop("download", source, "--to", place, "--mirror", web.address, *FLAGS, *more)


@needs_tool
@pytest.mark.parametrize("writer", [rars.rar4, rars.rar5])
def test_videos_become_a_folder(web, tmp_path, capsys, writer):
    web.serve("UCF101.rar", writer(*UCF101))
    place = tmp_path / "data" / "UCF-101"
    assert download(web, "ucf101-videos", place, "--record", tmp_path / "record.json") == 0
    assert sorted(p.relative_to(place).as_posix() for p in place.rglob("*.avi")) == [
        "Jump/v_Jump_g01_c01.avi",
        "Run/v_Run_g01_c01.avi",
    ]
    assert sorted(os.listdir(tmp_path / "data")) == ["UCF-101", "UCF101.rar.json"], "the archive goes, its digest stays"
    (about,) = json.loads((tmp_path / "record.json").read_text())["files"]
    assert about["sha256"] == json.loads((tmp_path / "data" / "UCF101.rar.json").read_text())["sha256"]
    capsys.readouterr()
    assert download(web, "ucf101-videos", place) == 0
    assert capsys.readouterr().out == f"{place}: exists already and is left unchanged\n"
    assert web.pages["UCF101.rar"].asked == [None]


@needs_tool
def test_archives_in_an_archive_become_one_folder(web, tmp_path, capsys):
    inner = {name: rars.rar4((f"{name}/take [1] & 2.avi", VIDEO)) for name in ("wave", "turn")}
    web.serve("hmdb51_org.rar", rars.rar4(*((f"{name}.rar", content) for name, content in inner.items())))
    assert download(web, "hmdb51-videos", tmp_path / "hmdb51", "--keep-archives") == 0
    assert sorted(p.relative_to(tmp_path).as_posix() for p in tmp_path.rglob("*.avi")) == [
        f"hmdb51/{n}/take [1] & 2.avi" for n in ("turn", "wave")
    ]
    assert (tmp_path / "hmdb51_org.rar").exists()
    # Two of them with the same folder; one of them hostile; nothing is left behind.
    for second, said in [
        (inner["wave"], "'wave' is in another archive beside it, too"),
        (rars.rar4(("../x", b"x")), "leads out of its folder"),
    ]:
        web.serve("hmdb51_org.rar", rars.rar4(("a.rar", inner["wave"]), ("b.rar", second)))
        folder = tmp_path / said[:5]
        assert download(web, "hmdb51-videos", folder / "hmdb51") == 1
        assert said in capsys.readouterr().err
        assert sorted(os.listdir(folder)) == ["hmdb51_org.rar", "hmdb51_org.rar.json"]


def test_lists_are_read_before_they_are_kept(web, tmp_path, capsys):
    (archive,) = sources.SOURCES["ucf101-lists"].files
    web.serve(archive, zipped(("__MACOSX/._x", b""), *LISTS))
    place = tmp_path / "ucfTrainTestlist"
    place.mkdir()  # empty: a folder that waits
    assert download(web, "ucf101-lists", place) == 0
    assert len(read_splits("ucf101", place).labels) == 2
    for broken, said in {
        "a": ([(name, content.replace(b"Jump", b"Hop")) for name, content in LISTS], "Hop"),
        "b": ([(f"other/{name}", content) for name, content in LISTS], "there is no folder ucfTrainTestlist in it, but other"),
    }.values():
        web.serve(archive, zipped(*[m for m in broken if "train" not in m[0]]))
        assert download(web, "ucf101-lists", tmp_path / said[:3] / "lists") == 1
        assert capsys.readouterr().err.count("\n") == 1
        assert not (tmp_path / said[:3] / "lists").exists()


def test_annotations_are_files_and_vectors_stay_an_archive(web, tmp_path, capsys):
    folder = ROOT / "tests/data/activitynet-qa"
    for name in sources.SOURCES[f"{QUESTIONS}-lists"].files:
        web.serve(name, (folder / name).read_bytes())
    place = tmp_path / "activitynet-qa"
    place.mkdir()
    shutil.copy(folder / "val_q.json", place)
    assert download(web, f"{QUESTIONS}-lists", place) == 0
    assert web.pages["val_q.json"].asked == [], "what is there is not fetched"
    assert {p.name for p in place.glob("*_?.json")} == set(sources.SOURCES[f"{QUESTIONS}-lists"].files)
    web.serve("vectors", zipped(("glove.6B.300d.txt", b"the 1 2\n")))
    vectors = tmp_path / "glove.6B.zip"
    assert vcop("download", "glove", "--to", vectors, "--from", f"{web.address}/vectors", *FLAGS) == 0
    assert vectors.read_bytes() == web.pages["vectors"].content
    web.serve("vectors", b"<html>moved</html>")
    assert (
        vcop("download", "glove", "--to", tmp_path / "two" / "glove.6B.zip", "--from", f"{web.address}/vectors", *FLAGS) == 1
    )
    assert "neither a zip nor a rar archive" in capsys.readouterr().err


def test_what_no_program_can_fetch_is_one_line(tmp_path, capsys):
    assert vcop("download", f"{QUESTIONS}-videos", "--to", "data/activitynet") == 1
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert (
        "ask for them at http://activity-net.org/download.html (a form), and put them into data/activitynet as v_NAME.mp4"
        in said
    )
    assert vcop("download", f"{QUESTIONS}-lists", "--to", tmp_path, "--from", "http://127.0.0.1:9/x") == 1
    assert "--from: activitynet-qa-lists has 6 files: give --mirror, the address of all of them" in capsys.readouterr().err


def test_other_files_than_the_known_ones_are_refused_unless_it_is_said(web, tmp_path, capsys):
    web.serve("UCF101.rar", rars.rar5(*UCF101))
    assert vcop("download", "ucf101-videos", "--to", tmp_path / "UCF-101", "--mirror", web.address) == 1
    assert f"not the known one, {sources.SOURCES['ucf101-videos'].files['UCF101.rar']}" in capsys.readouterr().err
    assert not (tmp_path / "UCF-101").exists()


def test_a_link_to_another_disk_is_followed(web, tmp_path):
    """Folder and archive go where the link leads; a folder that holds something is left alone."""
    (archive,) = sources.SOURCES["ucf101-lists"].files
    web.serve(archive, zipped(*LISTS))
    (tmp_path / "big" / "lists").mkdir(parents=True)
    (tmp_path / "lists").symlink_to(tmp_path / "big" / "lists")
    assert download(web, "ucf101-lists", tmp_path / "lists", "--keep-archives") == 0
    assert (tmp_path / "big" / archive).exists()
    assert (tmp_path / "lists").is_symlink()
    assert (tmp_path / "lists" / "classInd.txt").exists()
