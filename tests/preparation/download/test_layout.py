"""Against a real server on loopback that misbehaves as servers do, with small archives of the official shape."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
import time

import pytest
from support import rars
from support.archives import needs_tool, zipped
from support.helpers import ROOT, vcop
from support.lists import LISTS
from support.webs import Web

from vcop.config.data_options import DownloadOptions
from vcop.config.names import QUESTIONS
from vcop.config.reader import read_study
from vcop.datasets.splits import read_splits
from vcop.preparation.download import http, sources

CONTENT = os.urandom(300_000)
QUICK = DownloadOptions(wait=0, timeout=2, tries=3)
FLAGS = ("--digests", "recorded", "--wait", 0, "--timeout", 2, "--tries", 2)
VIDEO = b"RIFF" * 50
UCF101 = [("UCF-101", b"", {"folder": True}), *((f"UCF-101/{c}/v_{c}_g01_c01.avi", VIDEO) for c in ("Jump", "Run"))]


@pytest.fixture
def web():
    with Web() as found:
        yield found


def get(web, tmp_path, known="", options=QUICK, name="a.bin", **more):
    return http.fetch(f"{web.address}/{name}", tmp_path / name, known, options, **more)


def test_a_file_is_fetched_once(web, tmp_path):
    web.serve("a.bin", CONTENT)
    found = get(web, tmp_path)
    assert found == {"url": f"{web.address}/a.bin", "bytes": len(CONTENT), "sha256": hashlib.sha256(CONTENT).hexdigest()}
    assert (tmp_path / "a.bin").read_bytes() == CONTENT
    assert sorted(os.listdir(tmp_path)) == ["a.bin", "a.bin.json"]
    assert get(web, tmp_path) == found
    assert web.pages["a.bin"].asked == [None]


@pytest.mark.parametrize("date", ["", "Sun, 22 Nov 2026 10:00:00 GMT"])
def test_a_server_that_drops_the_connection_is_asked_for_the_rest(web, tmp_path, date, capsys):
    web.serve("a.bin", CONTENT, drops=[100_000, 50_000], tag=not date, date=date)
    get(web, tmp_path)
    page = web.pages["a.bin"]
    assert (tmp_path / "a.bin").read_bytes() == CONTENT
    assert page.asked == [None, "bytes=100000-", "bytes=150000-"]
    assert page.conditions == [None, *[date or page.etag] * 2]
    assert page.sent == len(CONTENT)
    assert "100000 bytes are kept" in capsys.readouterr().out


def test_progress_counts_and_not_the_number_of_tries(web, tmp_path):
    web.serve("a.bin", CONTENT, drops=[20_000] * 10)
    get(web, tmp_path)
    assert len(web.pages["a.bin"].asked) == 11
    web.serve("b.bin", CONTENT, drops=[0] * 10)
    with pytest.raises(
        OSError, match=r"b\.bin: .* \(3 tries without a byte\); 0 bytes are kept in .*b\.bin\.part: the same command goes on"
    ):
        get(web, tmp_path, name="b.bin")


def killed_in_the_middle(web, tmp_path, name="a.bin"):
    """A process that fetches and is killed when a third has come, the rest of it being far."""
    page = web.pages[name]
    program = f"from vcop.preparation.download import http; from vcop.config.data_options import DownloadOptions as O; from pathlib import Path; http.fetch({web.address + '/' + name!r}, Path({str(tmp_path / name)!r}), '', O(wait=60))"
    page.drops = [100_000]
    process = subprocess.Popen(
        [sys.executable, "-c", program], env=os.environ | {"PYTHONPATH": str(ROOT / "src")}, stdout=subprocess.PIPE
    )
    line = process.stdout.readline()  # it waits now before it tries again
    process.kill()
    process.wait()
    process.stdout.close()
    assert b"100000 bytes are kept" in line
    assert (tmp_path / f"{name}.part").stat().st_size == 100_000
    assert not (tmp_path / name).exists()


def test_killed_in_the_middle_it_goes_on(web, tmp_path):
    web.serve("a.bin", CONTENT)
    killed_in_the_middle(web, tmp_path)
    get(web, tmp_path)
    assert (tmp_path / "a.bin").read_bytes() == CONTENT
    assert web.pages["a.bin"].asked == [None, "bytes=100000-"]
    # The same after a change: not half of one and half of the other.
    web.serve("b.bin", CONTENT)
    killed_in_the_middle(web, tmp_path, "b.bin")
    web.serve("b.bin", CONTENT[::-1])
    get(web, tmp_path, name="b.bin")
    assert (tmp_path / "b.bin").read_bytes() == CONTENT[::-1]


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"ranges": False}, "begun anew: the server does not resume"),
        ({"tag": False}, "begun anew: the file has changed, or its server does not say whether"),
    ],
)
def test_a_server_that_cannot_resume_is_begun_anew(web, tmp_path, capsys, more, said):
    web.serve("a.bin", CONTENT, drops=[100_000], **more)
    get(web, tmp_path)
    assert (tmp_path / "a.bin").read_bytes() == CONTENT
    assert said in capsys.readouterr().out


def test_a_part_of_another_file_is_not_gone_on_with(web, tmp_path):
    """By address, by length, and where the server now has less than is here."""
    for name, content in {"longer": CONTENT * 2, "shorter": CONTENT[:50_000]}.items():
        web.serve("a.bin", CONTENT, drops=[100_000])
        with pytest.raises(OSError, match="1 tries"):
            get(web, tmp_path / name, options=DownloadOptions(wait=0, tries=1))
        web.serve("a.bin", content)
        get(web, tmp_path / name)
        assert (tmp_path / name / "a.bin").read_bytes() == content


def test_a_wrong_length_is_one_line(web, tmp_path):
    web.serve("a.bin", CONTENT, announced=len(CONTENT) + 7)
    with pytest.raises(OSError, match=r"a\.bin: the connection has broken, 7 bytes before the end \(3 tries") as refused:
        get(web, tmp_path)
    assert "\n" not in str(refused.value)
    assert not (tmp_path / "a.bin").exists()


def test_a_busy_server_is_asked_again_and_a_missing_page_is_not(web, tmp_path):
    web.serve("a.bin", CONTENT, codes=[503, 429, 500][:2], headers={"Retry-After": "0"})
    get(web, tmp_path)
    with pytest.raises(
        ValueError, match=r"no\.bin: 404 Not Found; if the page has moved, give an address by --from or by download\.mirror"
    ):
        get(web, tmp_path, name="no.bin")
    web.serve("c.bin", CONTENT, codes=[403])
    with pytest.raises(ValueError, match=r"c\.bin: 403 "):
        get(web, tmp_path, name="c.bin")
    assert web.pages["c.bin"].asked == [None]


def test_nobody_there_is_one_line(tmp_path):
    with pytest.raises(OSError, match=r"^http://127\.0\.0\.1:9/a: Connection refused \(3 tries without a byte\)") as refused:
        http.fetch("http://127.0.0.1:9/a", tmp_path / "a", "", QUICK)
    assert "HTTPConnectionPool" not in str(refused.value)


def test_a_silent_server_is_waited_for_and_no_longer(web, tmp_path, monkeypatch):
    monkeypatch.setattr("webs.send", lambda *_: time.sleep(1))
    web.serve("a.bin", CONTENT)
    with pytest.raises(OSError, match=r"[Tt]imed out.*1 tries"):
        get(web, tmp_path, options=DownloadOptions(wait=0, tries=1, timeout=0.1))


def test_digests_are_compared(web, tmp_path):
    """With the one that is known; with that of an earlier fetch, also when the file itself has gone."""
    web.serve("a.bin", CONTENT)
    with pytest.raises(ValueError, match=r"a\.bin\.part: its SHA-256 is .* not the one known of it, 0000") as refused:
        get(web, tmp_path, known="0" * 64)
    assert "download.digests: recorded" in str(refused.value)
    assert not (tmp_path / "a.bin").exists()
    get(web, tmp_path, known=hashlib.sha256(CONTENT).hexdigest())
    assert web.pages["a.bin"].asked == [None, f"bytes={len(CONTENT)}-"], "nothing is fetched twice"
    (tmp_path / "a.bin").unlink()
    web.serve("a.bin", CONTENT[::-1])
    with pytest.raises(ValueError, match=r"not the one that it had when it was first fetched .*a\.bin\.json\)"):
        get(web, tmp_path)
    (tmp_path / "a.bin.json").unlink()
    get(web, tmp_path)
    (tmp_path / "a.bin").write_bytes(b"cut")
    with pytest.raises(ValueError, match=r"a\.bin: its SHA-256 is .*: remove it to fetch it again"):
        get(web, tmp_path)


def test_a_disk_that_is_too_small_is_said_before(web, tmp_path):
    web.serve("a.bin", b"", announced=2**60)
    with pytest.raises(OSError, match=r"No space left: \d+ MiB are needed"):
        get(web, tmp_path)
    web.serve("b.bin", CONTENT)
    with pytest.raises(OSError, match="No space left"):
        get(web, tmp_path, name="b.bin", room=1e12)


@pytest.fixture
def small_disk(tmp_path):
    """A file system of a quarter of a MiB."""
    place = tmp_path / "disk"
    place.mkdir()
    if (
        shutil.which("mount") is None
        or subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=256k", "none", place], check=False, capture_output=True
        ).returncode
    ):
        pytest.skip("no file system can be mounted here")
    yield place
    subprocess.run(["umount", place], check=True)


def test_a_disk_that_fills_meanwhile_keeps_what_has_come(web, small_disk, monkeypatch):
    monkeypatch.setattr(http, "require_space", lambda *_: None)  # as if another program had filled it since
    web.serve("a.bin", CONTENT)
    with pytest.raises(OSError, match=r"No space left on device; what has come is kept.*a\.bin\.part"):
        get(web, small_disk)
    kept = (small_disk / "a.bin.part").stat().st_size
    assert 0 < kept < len(CONTENT)
    subprocess.run(["mount", "-o", "remount,size=1m", small_disk], check=True)
    get(web, small_disk)
    assert (small_disk / "a.bin").read_bytes() == CONTENT
    assert web.pages["a.bin"].asked == [None, f"bytes={kept}-"]


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
    assert capsys.readouterr().out == f"{place}: was there already and is left as it is\n"
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
    assert "--from: activitynet-qa-lists has 6 files, --mirror names an address for all of them" in capsys.readouterr().err


def test_other_files_than_the_known_ones_are_refused_unless_it_is_said(web, tmp_path, capsys):
    web.serve("UCF101.rar", rars.rar5(*UCF101))
    assert vcop("download", "ucf101-videos", "--to", tmp_path / "UCF-101", "--mirror", web.address) == 1
    assert f"not the one known of it, {sources.SOURCES['ucf101-videos'].files['UCF101.rar']}" in capsys.readouterr().err
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


def test_every_source_has_a_digest_and_an_encrypted_address():
    for source in sources.SOURCES.values():
        assert all(len(digest) == 64 for digest in source.files.values())
        assert source.address.startswith("https://") or source.form == "by hand"


def test_where_a_study_wants_what(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    data = {"ucf101": {"videos": "data/UCF-101", "lists": "data/ucfTrainTestlist"}}
    questions = {"videos": "v", "annotations": "a", "vectors": "data/glove.6B.zip/glove.6B.300d.txt"}
    study = read_study({"study": "s", "data": data, "questions": questions})
    wanted = {name: str(place) for name, place in sources.source_folders(study).items()}
    assert (
        wanted["ucf101-videos"] == "data/UCF-101" and wanted["glove"] == "data/glove.6B.zip" and "hmdb51-videos" not in wanted
    )
    record = "results/download/{}.json".format
    assert sources.record_files(study, QUESTIONS) == [record(f"{QUESTIONS}-lists"), record("glove")]
    with pytest.raises(ValueError, match=r"config\.yaml: hmdb51 is not there"):
        sources.record_files(study, "hmdb51")
    (tmp_path / "results/download").mkdir(parents=True)
    (tmp_path / record("ucf101-videos")).write_text("{}")
    with pytest.raises(ValueError, match=r"says that data/UCF-101 was fetched, but it is not there: remove the record"):
        sources.record_files(study)
