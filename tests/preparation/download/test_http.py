"""Downloads from a real server on this machine that misbehaves as servers do."""

import hashlib
import os
import shutil
import subprocess
import sys
import time

import pytest
from support.helpers import ROOT
from support.webs import Web

from vcop.config.data_options import DownloadOptions
from vcop.preparation.download import http, transfer

CONTENT = os.urandom(300_000)
QUICK = DownloadOptions(wait=0, timeout=2, tries=3)


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
        OSError,
        match=r"b\.bin: .* \(3 tries without a new byte\); 0 bytes are kept in .*b\.bin\.part: the same command continues",
    ):
        get(web, tmp_path, name="b.bin")


def killed_in_the_middle(web, tmp_path, name="a.bin"):
    """A process that fetches and is killed when a third has come, the rest of it being far."""
    page = web.pages[name]
    program = (
        "from pathlib import Path; from vcop.config.data_options import DownloadOptions; from vcop.preparation.download import http; "
        f"http.fetch({web.address + '/' + name!r}, Path({str(tmp_path / name)!r}), '', DownloadOptions(wait=60))"
    )
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
        ({"ranges": False}, "starting again from the beginning: the server cannot resume"),
        ({"tag": False}, "starting again from the beginning: the file has changed, or its server does not say whether"),
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
    with pytest.raises(OSError, match=r"a\.bin: the connection broke 7 bytes before the end \(3 tries") as refused:
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
    with pytest.raises(
        OSError, match=r"^http://127\.0\.0\.1:9/a: Connection refused \(3 tries without a new byte\)"
    ) as refused:
        http.fetch("http://127.0.0.1:9/a", tmp_path / "a", "", QUICK)
    assert "HTTPConnectionPool" not in str(refused.value)


def test_a_silent_server_is_waited_for_and_no_longer(web, tmp_path, monkeypatch):
    monkeypatch.setattr("support.webs.send", lambda *_: time.sleep(1))
    web.serve("a.bin", CONTENT)
    with pytest.raises(OSError, match=r"[Tt]imed out.*1 tries"):
        get(web, tmp_path, options=DownloadOptions(wait=0, tries=1, timeout=0.1))


def test_digests_are_compared(web, tmp_path):
    """With the one that is known; with that of an earlier fetch, also when the file itself has gone."""
    web.serve("a.bin", CONTENT)
    with pytest.raises(ValueError, match=r"a\.bin\.part: its SHA-256 is .* not the known one, 0000") as refused:
        get(web, tmp_path, known="0" * 64)
    assert "download.digests: recorded" in str(refused.value)
    assert not (tmp_path / "a.bin").exists()
    get(web, tmp_path, known=hashlib.sha256(CONTENT).hexdigest())
    assert web.pages["a.bin"].asked == [None, f"bytes={len(CONTENT)}-"], "nothing is fetched twice"
    (tmp_path / "a.bin").unlink()
    web.serve("a.bin", CONTENT[::-1])
    with pytest.raises(ValueError, match=r"not the one of the first download .*a\.bin\.json\)"):
        get(web, tmp_path)
    (tmp_path / "a.bin.json").unlink()
    get(web, tmp_path)
    (tmp_path / "a.bin").write_bytes(b"cut")
    with pytest.raises(ValueError, match=r"a\.bin: its SHA-256 is .*: remove the file to download it again"):
        get(web, tmp_path)


def test_a_disk_that_is_too_small_is_said_before(web, tmp_path):
    web.serve("a.bin", b"", announced=2**60)
    with pytest.raises(OSError, match=r"No space left: \d+ MiB are needed"):
        get(web, tmp_path)
    web.serve("b.bin", CONTENT)
    with pytest.raises(OSError, match="No space left"):
        get(web, tmp_path, name="b.bin", unpacked_ratio=1e12)


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
    monkeypatch.setattr(transfer, "require_space", lambda *_: None)  # as if another program had filled it since
    web.serve("a.bin", CONTENT)
    with pytest.raises(OSError, match=r"No space left on device; what has come is kept.*a\.bin\.part"):
        get(web, small_disk)
    kept = (small_disk / "a.bin.part").stat().st_size
    assert 0 < kept < len(CONTENT)
    subprocess.run(["mount", "-o", "remount,size=1m", small_disk], check=True)
    get(web, small_disk)
    assert (small_disk / "a.bin").read_bytes() == CONTENT
    assert web.pages["a.bin"].asked == [None, f"bytes={kept}-"]
