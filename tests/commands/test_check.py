import csv
import hashlib
import json
import shutil
import subprocess
from pathlib import Path

import h5py
import pytest
from support.helpers import vcop

from vcop.config.names import QUESTIONS
from vcop.preparation.checking.inventory import FAULTS
from vcop.storage.frame_store import FrameStore
from vcop.video import ffmpeg


def run_ffmpeg(*words):
    subprocess.run([ffmpeg.executable(), "-loglevel", "error", "-y", *map(str, words)], check=True)


def tree(folder):
    return {p: hashlib.sha256(p.read_bytes()).hexdigest() for p in folder.rglob("*") if p.is_file()}


def check(capsys, *words):
    """Exit code, lines said and the last line of stderr."""
    code = vcop("check", *words)
    out, err = capsys.readouterr()
    return code, out.splitlines(), (err.splitlines() or [""])[-1]


def row(lines, what):
    """The numbers of a line of the table."""
    return next(line.removeprefix(what).split() for line in lines if line.startswith(f"{what}  "))


def test_a_whole_store(store_path, capsys):
    assert vcop("check", store_path) == 0
    assert "80 videos" in capsys.readouterr().out


def test_a_damaged_frame_is_named(store_path, tmp_path, capsys):
    path = shutil.copy(store_path, tmp_path)
    with h5py.File(path, "r+") as h5:
        h5["bytes"][1000] ^= 1
    assert vcop("check", path) == 1
    out, err = capsys.readouterr()
    assert "of Bounce/v_Bounce_g01_c01.avi is damaged" in out
    assert "1 damaged frames" in err


def test_a_whole_data_set(videos, store, tmp_path, capsys):
    """Nothing to complain of, nobody speaks of official counts, look-alikes are no duplicates; its table serves as --frames."""
    code, said, _ = check(capsys, "ucf101", videos / "videos", "--processes", 2, "--out", tmp_path / "videos.csv")
    assert code == 0
    assert any("not compared with the official counts" in line for line in said)
    assert row(said, "videos") == ["80", "80", "80"]
    assert row(said, "classes") == ["10", "10", "10"]
    assert [line for line in said if line.startswith("note: ")] == [
        "note: too short: Bounce/v_Bounce_g04_c01.avi: 11 frames, a clip has 16: it will be looped",
    ]
    assert said[-1] == "ucf101: no problems found (1 note)"
    with open(tmp_path / "videos.csv") as file:
        rows = {row["video"]: row for row in csv.DictReader(file)}
    assert {name: int(row["frames"]) for name, row in rows.items()} == {v.name: v.count for v in store.videos}
    tasks = [line for line in said if line.startswith("task ")]
    assert len(tasks) == 14
    for frames in (tmp_path / "videos.csv", store.path):
        code, again, _ = check(capsys, "ucf101", "--lists", videos / "lists", "--frames", frames)
        assert code == 0
        assert [line.split() for line in again if line.startswith("task ")] == [line.split() for line in tasks]


def test_asked_for_official_counts_differ(videos, tmp_path, capsys):
    words = ("--official", "--counts", tmp_path / "counts.csv")
    code, said, error = check(capsys, "ucf101", "--lists", videos / "lists", *words)
    assert code == 1
    assert "official: videos: 80, officially 13,320" in said
    assert "faults" in error
    assert len((tmp_path / "counts.csv").read_text().splitlines()) > 700


def break_it(root: Path, other: Path) -> dict[str, str]:
    """Break a copy in all ways; what is to be said of each."""
    videos, lists = root / "videos", root / "lists"
    expected = {}

    def broken(kind, motion, group, words=""):
        name = f"{motion}/v_{motion}_g{group:02d}_c01.avi"
        expected[f"{kind}: {name}: "] = words
        return videos / name

    broken("missing", "Bounce", 1, "no such file").unlink()
    link = broken("missing", "Bounce", 3, "a broken link")
    link.unlink()
    link.symlink_to("nowhere.avi")
    broken("empty", "Bounce", 2, "0 bytes").write_bytes(b"")
    path = broken("cut short", "Bounce", 5, "and the file ends ")
    path.write_bytes(path.read_bytes()[: path.stat().st_size * 5 // 8])
    broken("unreadable", "Bounce", 6, "text or a web page").write_text("<!doctype html><title>404</title>")
    path = broken("unreadable", "Bounce", 7, "a folder")
    path.unlink()
    path.mkdir()
    path = broken("unreadable", "Bounce", 8, "no video stream, sound alone")
    run_ffmpeg("-f", "lavfi", "-i", "sine=d=1", path)
    path = broken("cut short", "Collide", 1, "20 frames of the ")
    data, frames = path.read_bytes(), int.from_bytes(path.read_bytes()[48:52], "little")
    run_ffmpeg("-i", path, "-frames:v", 20, "-c", "copy", path.with_suffix(".part.avi"))
    short = bytearray(path.with_suffix(".part.avi").read_bytes())
    path.with_suffix(".part.avi").unlink()
    short[48:52] = frames.to_bytes(4, "little")  # frames of the file, and of its stream
    at = short.index(b"strh") + 40
    short[at : at + 4] = data[data.index(b"strh") + 40 :][:4]
    path.write_bytes(short)
    path = broken("misplaced", "Collide", 2, "lies in Fall/")
    path.rename(videos / "Fall" / path.name)
    shutil.copy(
        videos / "Grow/v_Grow_g01_c01.avi",
        broken("note: same bytes", "Grow", 1, "as Grow/v_Grow_g08_c01.avi (training and test of split 1)").with_name(
            "v_Grow_g08_c01.avi"
        ),
    )
    path = broken("note: same pictures", "Grow", 2, "as Grow/v_Grow_g03_c01.avi")
    run_ffmpeg("-i", path, "-vf", "scale=64:48", "-q:v", 5, path.with_name("v_Grow_g03_c01.avi"))
    path = broken("note: same pictures", "Grow", 4, "as hmdb51: grow/[x] #1 & more!.mkv")
    (other / "grow").mkdir(parents=True)
    run_ffmpeg("-ss", 0.5, "-i", path, "-c:v", "libx264", "-crf", 25, other / "grow/[x] #1 & more!.mkv")
    (videos / "Grow" / "surplus.avi").write_bytes(b"?")
    expected["note: surplus: Grow/surplus.avi: "] = "no list names it"
    path = lists / "trainlist01.txt"
    lines = path.read_text().splitlines()
    tested = (lists / "testlist01.txt").read_text().splitlines()[0]
    path.write_text("\n".join([*lines, lines[0], f"{tested} 1", "Nowhere/v.avi 1"]) + "\n")
    count = len(lines)
    expected[f"list: trainlist01.txt:{count + 1}: "] = "is listed twice in split 1"
    expected["list: testlist01.txt:1: "] = "is listed twice in split 1"
    expected[f"list: trainlist01.txt:{count + 3}: "] = "is not 'Class/video' of a class"
    (lists / "testlist03.txt").unlink()
    expected["list: testlist03.txt: "] = "this official list is missing"
    return expected


def test_everything_that_is_broken_is_named(videos, tmp_path, capsys):
    shutil.copytree(videos, tmp_path / "set")
    expected = break_it(tmp_path / "set", tmp_path / "other")
    before = tree(tmp_path)
    words = (tmp_path / "set/videos", "--against", "hmdb51", tmp_path / "other", "--processes", 2)
    code, said, error = check(capsys, "ucf101", *words)
    assert code == 1
    for start, words in expected.items():
        assert any(line.startswith(start) and words in line for line in said), (
            start,
            words,
            [x for x in said if start.split(": ")[1] in x],
        )
    named = [line for line in said if line.startswith(("note: ", *(f"{kind}: " for kind in FAULTS)))]
    assert len(named) == len(expected) + 1  # and the video that is too short
    assert "ucf101: 13 faults and 5 notes" in error
    assert row(said, "videos") == ["80", "75", "71"]  # neither missing nor empty; nor damaged
    assert any(line.startswith("duplicates: 3, of these 2 between training and test of a split") for line in said)
    assert tree(tmp_path) == before


@pytest.fixture
def asked(videos, tmp_path):
    """Three videos with a question each, in ActivityNet-QA's layout."""
    (tmp_path / "videos").mkdir()
    (tmp_path / "annotations").mkdir()
    for number, part in enumerate(("train", "val", "test"), 1):
        name = f"name{number}"
        shutil.copy(videos / f"videos/Pulse/v_Pulse_g0{number}_c01.avi", tmp_path / f"videos/v_{name}.avi")
        question = {"video_name": name, "question": "is it", "question_id": f"{name}_1"}
        answer = {"answer": "yes", "type": 3, "question_id": f"{name}_1"}
        (tmp_path / f"annotations/{part}_q.json").write_text(json.dumps([question]))
        (tmp_path / f"annotations/{part}_a.json").write_text(json.dumps([answer]))
    return tmp_path


def test_questions(asked, capsys):
    code, said, _ = check(capsys, QUESTIONS, asked / "videos", "--processes", 1)
    assert code == 0
    assert row(said, "videos") == ["3", "3", "3"]
    assert row(said, "questions train") == ["1", "1", "1"]


def test_videos_that_have_left_the_net_may_be_allowed(asked, capsys):
    (asked / "videos/v_name3.avi").unlink()
    shutil.copy(asked / "videos/v_name1.avi", asked / "videos/v_name1.mp4")
    words = (QUESTIONS, asked / "videos", "--processes", 1)
    code, said, _ = check(capsys, *words, "--allow-unreadable", 1)
    assert code == 1
    assert any(line.startswith("list: ") and "video name1 has 2 files" in line for line in said)
    (asked / "videos/v_name1.mp4").unlink()
    code, said, _ = check(capsys, *words)
    assert code == 1
    assert "missing: name3: no such file" in said
    assert row(said, "questions test") == ["1", "0", "0"]
    code, said, _ = check(capsys, *words, "--allow-unreadable", 1)
    assert code == 0
    assert said[-1].startswith(f"{QUESTIONS}: 1 video missing or unreadable, as allowed")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("ucf101",), "lists of ucf101 were not found"),
        (("ucf101", "nowhere"), "lists of ucf101 were not found"),
        (("ucf101", "nowhere", "--lists", "LISTS"), "nowhere: the folder of the videos does not exist"),
        (("hmdb51", "--lists", "LISTS"), "no *_test_split1.txt is there"),
        (("ucf101", "--lists", "LISTS", "--frames", "LISTS/classInd.txt"), "expected a frame store (.h5) or a table"),
        (("ucf101", "VIDEOS", "--against", "kinetics", "VIDEOS"), "--against kinetics"),
    ],
)
def test_what_cannot_be_checked_is_one_line(videos, capsys, words, said):
    places = {"LISTS": str(videos / "lists"), "VIDEOS": str(videos / "videos")}
    for word, place in places.items():
        words = [w.replace(word, place) for w in words]
    code, _, error = check(capsys, *words)
    assert code == 1
    assert said in error


def test_a_table_of_frames_without_extensions(videos, store, tmp_path, capsys):
    rows = [f"{Path(v.name).parent},{Path(v.name).stem},{v.count}" for v in FrameStore(store.path).videos[1:]]
    (tmp_path / "frames.csv").write_text("\n".join(["class,video,frames", *rows]) + "\n")
    code, said, _ = check(capsys, "ucf101", "--lists", videos / "lists", "--frames", tmp_path / "frames.csv")
    assert code == 0
    assert row(said, "videos") == ["80", "79"]
    assert any(line.startswith(f"note: no count: {store.videos[0].name}: not in ") for line in said)
