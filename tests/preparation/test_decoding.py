import hashlib
import json
import shutil

import h5py
import numpy as np
import pytest
from support.helpers import FRAMES, SMALL, decode

from vcop.config.data_options import FrameOptions
from vcop.config.names import QUESTIONS
from vcop.config.options import InputOptions
from vcop.datasets.splits import TEST, TRAIN, VALIDATION
from vcop.datasets.video_manifest import read_manifest
from vcop.datasets.video_review import keep_previous, previous_path
from vcop.loading.clip_datasets import TestClips
from vcop.preparation.decoding import decode_dataset
from vcop.preparation.synthetic.generator import action_videos
from vcop.sampling.clips import evenly_spaced_starts
from vcop.storage.frame_store import FrameStore
from vcop.video import ffmpeg


def tree(folder):
    """Every file with its content and time: what "inputs are never altered" means."""
    return {p: (hashlib.sha256(p.read_bytes()).hexdigest(), p.stat().st_mtime_ns) for p in folder.rglob("*") if p.is_file()}


def test_every_frame_of_every_video(store, videos):
    wanted = {item.name: item.frames for item in action_videos("ucf101", SMALL)}
    assert {v.name: v.count for v in store.videos} == wanted
    assert min(wanted.values()) == 11


def test_frames_are_those_of_the_video(store, videos):
    video = store.videos[0]
    decoded = list(ffmpeg.decode_frames(videos / "videos" / video.name, FRAMES))
    error = store.read(video, range(video.count)).astype(float) - np.stack(decoded)
    assert np.sqrt((error**2).mean()) < 6  # JPEG at quality 95, tiny frames, subsampled colour


@pytest.fixture
def copy(videos, tmp_path):
    shutil.copytree(videos, tmp_path / "copy")
    return tmp_path / "copy"


def test_inputs_are_never_altered(copy, tmp_path):
    before = tree(copy)
    assert decode(copy / "videos", copy / "lists", tmp_path / "s.h5") == 0
    assert tree(copy) == before


def test_odd_names(copy, tmp_path):
    odd = "Bounce/v a[b]#c&d!e (%03d) 'q'.avi"
    old = "Bounce/v_Bounce_g08_c01.avi"
    (copy / "videos" / old).rename(copy / "videos" / odd)
    for path in (copy / "lists").iterdir():
        path.write_text(path.read_text().replace(old, odd))
    assert decode(copy / "videos", copy / "lists", tmp_path / "s.h5") == 0
    assert odd in {v.name for v in FrameStore(tmp_path / "s.h5").videos}


def test_names_in_another_unicode_form_are_the_same(copy, tmp_path, capfd):
    """Composed in the lists, decomposed on the disk and in its digests."""
    old, listed, stored = "Bounce/v_Bounce_g08_c01.avi", "Bounce/caf\u00e9.avi", "Bounce/cafe\u0301.avi"
    file = (copy / "videos" / old).rename(copy / "videos" / stored)
    (copy / "videos/digests.txt").write_text(f"{hashlib.sha256(file.read_bytes()).hexdigest()}  {stored}\n", encoding="utf-8")
    for path in (copy / "lists").iterdir():
        path.write_text(path.read_text().replace(old, listed), encoding="utf-8")
    assert decode(copy / "videos", copy / "lists", tmp_path / "s.h5") == 0
    assert listed in {v.name for v in FrameStore(tmp_path / "s.h5").videos}
    assert "1 videos have names in another Unicode form than in the lists" in capfd.readouterr().err
    noted = (tmp_path / "s.csv").read_text(encoding="utf-8")
    assert "Bounce" in noted
    assert "caf" not in noted, "its digest is that of the file"


def break_three(copy):
    folder = copy / "videos" / "Bounce"
    (folder / "v_Bounce_g06_c01.avi").unlink()
    (folder / "v_Bounce_g07_c01.avi").write_bytes(b"")
    (folder / "v_Bounce_g08_c01.avi").write_text("<html>404 not found</html>")


def test_unreadable_videos_are_each_named_and_fail(copy, tmp_path, capfd):
    break_three(copy)
    assert decode(copy / "videos", copy / "lists", tmp_path / "s.h5", "--allow-unreadable", 2) == 1
    said = capfd.readouterr().err.splitlines()
    named = [line for line in said if line.startswith("unreadable: ")]
    assert len(named) == 3
    for line, group in zip(named, ("g06", "g07", "g08"), strict=True):
        assert f"v_Bounce_{group}_c01.avi: " in line
    assert "no such file" in named[0]
    assert "3 of 80 listed videos are missing or unreadable" in said[-1]
    assert not (tmp_path / "s.h5").exists()


def test_as_many_as_allowed_are_left_out(copy, tmp_path):
    break_three(copy)
    assert decode(copy / "videos", copy / "lists", tmp_path / "s.h5", "--allow-unreadable", 3) == 0
    assert len(FrameStore(tmp_path / "s.h5").videos) == 77
    assert len((tmp_path / "s.csv").read_text().splitlines()) == 4


def test_an_interrupted_decoding_goes_on(copy, tmp_path, monkeypatch):
    missing = copy / "videos" / "Swing" / "v_Swing_g08_c01.avi"
    missing.rename(tmp_path / "away.avi")
    assert decode(copy / "videos", copy / "lists", tmp_path / "s.h5") == 1
    parts = sorted((tmp_path / ".s.parts").glob("*.npz"))
    assert len(parts) == 79
    parts.pop(7).write_bytes(b"PK\x03\x04 half a part")  # as a full disk might leave it; it is made anew
    times = [p.stat().st_mtime_ns for p in parts]
    (tmp_path / "away.avi").rename(missing)
    monkeypatch.setattr("vcop.preparation.decoding.shutil.rmtree", lambda path: None)
    assert decode(copy / "videos", copy / "lists", tmp_path / "s.h5") == 0
    assert [p.stat().st_mtime_ns for p in parts] == times
    assert len(FrameStore(tmp_path / "s.h5").videos) == 80


def test_frames_of_unchanged_videos_are_taken_from_the_store_before(copy, tmp_path, capfd):
    """The store is the same file as if all videos had been decoded, and so is the table of unreadable ones."""
    names = sorted(str(p.relative_to(copy / "videos")) for p in (copy / "videos").rglob("*.avi"))
    digests = [f"{hashlib.sha256((copy / 'videos' / name).read_bytes()).hexdigest()}  {name}\n" for name in names[8:70]]
    break_three(copy)
    (copy / "videos/digests.txt").write_text("".join(digests))
    where, allow = (copy / "videos", copy / "lists"), ("--allow-unreadable", 3)
    assert decode(*where, tmp_path / "s.h5", *allow) == 0
    shutil.copy(copy / "videos/Swing/v_Swing_g08_c01.avi", copy / "videos/Bounce/v_Bounce_g07_c01.avi")
    keep_previous(tmp_path / "s.h5")
    (tmp_path / "s.h5").unlink()
    capfd.readouterr()
    assert decode(*where, tmp_path / "s.h5", *allow) == 0
    assert "the frames of 77 videos were taken from the store before" in capfd.readouterr().out
    assert not previous_path(tmp_path / "s.h5").exists()
    assert decode(*where, tmp_path / "t.h5", *allow) == 0
    assert len(FrameStore(tmp_path / "t.h5").videos) == 78
    for suffix in (".h5", ".digest", ".csv"):
        assert (tmp_path / f"s{suffix}").read_bytes() == (tmp_path / f"t{suffix}").read_bytes()
    assert read_manifest(tmp_path / "s.h5").verdicts == read_manifest(tmp_path / "t.h5").verdicts


RAW = FrameOptions(height=20, width=27, codec="raw")


@pytest.fixture
def asked(videos, tmp_path):
    """Four long and short videos under ActivityNet-QA's names, each with a question: two train, one validates, one tests."""
    (tmp_path / "videos").mkdir()
    (tmp_path / "lists").mkdir()
    sizes = sorted((p.stat().st_size, p) for p in (videos / "videos").rglob("*.avi"))
    chosen = {"a": sizes[0][1], "-b": sizes[-1][1], "_c": sizes[40][1], "d": sizes[50][1]}
    for name, path in chosen.items():
        shutil.copy(path, tmp_path / "videos" / f"v_{name}.avi")
    for role, names in {"train": ["a", "_c"], "val": ["-b"], "test": ["d"]}.items():
        questions = [{"video_name": n, "question": "is it", "question_id": f"{n}_1"} for n in names]
        answers = [{"answer": "yes", "type": 3, "question_id": f"{n}_1"} for n in names]
        (tmp_path / "lists" / f"{role}_q.json").write_text(json.dumps(questions))
        (tmp_path / "lists" / f"{role}_a.json").write_text(json.dumps(answers))
    return tmp_path


def decode_asked(asked, *more, clips=4, clip_length=16):
    spread = ("--clips", clips, "--clip-length", clip_length)
    return decode(asked / "videos", asked / "lists", asked / "s.h5", *spread, *more, dataset=QUESTIONS, frames=RAW)


def test_test_clips_of_stored_clips_are_those_clips():
    assert evenly_spaced_starts(320, 16, 20) == list(range(0, 320, 16))
    for clips in range(1, 60):
        for clip_length in range(1, 40):
            assert evenly_spaced_starts(clips * clip_length, clip_length, clips) == list(
                range(0, clips * clip_length, clip_length)
            )


def test_of_videos_with_questions_the_clips_alone_are_stored(asked):
    assert decode_asked(asked) == 0
    store = FrameStore(asked / "s.h5")
    assert {v.name: v.count for v in store.videos} == dict.fromkeys(("a", "-b", "_c", "d"), 64)
    assert {role: [v.name for v in store.of(1, role)] for role in (TRAIN, VALIDATION, TEST)} == {
        TRAIN: ["_c", "a"],
        VALIDATION: ["-b"],
        TEST: ["d"],
    }
    assert store.clips == 4
    samples = TestClips(store, store.videos, 16, InputOptions(crop=16), store.clips)
    with h5py.File(asked / "s.h5") as h5:
        source_counts = h5["source_count"][()].tolist()
    assert min(source_counts) == 11
    for place, (video, source_count) in enumerate(zip(store.videos, source_counts, strict=True)):
        frames = np.stack(list(ffmpeg.decode_frames(asked / "videos" / f"v_{video.name}.avi", RAW)))
        assert len(frames) == source_count
        for clip, start in zip(samples[0, place]["frames"], evenly_spaced_starts(source_count, 16, 4), strict=True):
            assert np.array_equal(clip, frames[np.arange(start, start + 16) % source_count])


def test_clips_of_unchanged_videos_are_taken_from_the_store_before(asked, capfd):
    assert decode_asked(asked) == 0
    whole = (asked / "s.h5").read_bytes()
    keep_previous(asked / "s.h5")
    (asked / "videos" / "v_d.avi").touch()  # another time alone
    assert decode_asked(asked) == 0
    assert "the frames of 4 videos were taken" in capfd.readouterr().out
    assert (asked / "s.h5").read_bytes() == whole


def test_a_missing_video_is_named_and_the_key_that_allows_it(asked, capfd):
    (asked / "videos" / "v_-b.avi").unlink()
    assert decode_asked(asked) == 1
    said = capfd.readouterr().err
    assert "v_-b: no such file" in said
    assert "1 of 4 listed videos are missing or unreadable (named above), 0 are allowed" in said
    assert "raise questions.allow_unreadable" in said
    assert decode_asked(asked, "--allow-unreadable", 1) == 0
    assert (asked / "s.csv").read_text() == "video,verdict,reason,got,expected\n-b,refused,no such file,,\n"


def test_other_clips_are_decoded_anew(asked):
    (asked / "videos" / "v_-b.avi").rename(asked / "away.avi")
    assert decode_asked(asked) == 1  # leaves parts of the three others
    (asked / "away.avi").rename(asked / "videos" / "v_-b.avi")
    assert decode_asked(asked, clips=8, clip_length=8) == 0  # of as many frames
    store = FrameStore(asked / "s.h5")
    assert store.clips == 8
    for video in store.videos:
        frames = np.stack(list(ffmpeg.decode_frames(asked / "videos" / f"v_{video.name}.avi", RAW)))
        assert np.array_equal(store.read(video, [8]), frames[[evenly_spaced_starts(len(frames), 8, 8)[1]]])


def test_a_video_that_cannot_be_sought_is_named(asked, capfd):
    ffmpeg.encode_video(np.zeros((30, 48, 64, 3), np.uint8), asked / "videos" / "v_d.avi")  # hardly a byte a frame
    assert decode_asked(asked) == 0
    assert (
        f"decoded whole: {asked}/videos/v_d.avi: a packet of mpeg4 need not be a frame" in capfd.readouterr().err.splitlines()
    )


def test_the_library_function_returns_what_it_did(copy, tmp_path):
    break_three(copy)
    paths = {"store_path": tmp_path / "s.h5", "digest_file": tmp_path / "s.digest", "unreadable_table": tmp_path / "s.csv"}
    with pytest.raises(
        ValueError, match=r"3 of 80 listed videos .*, 0 are allowed: replace these files, or raise data\.ucf101"
    ):
        decode_dataset("ucf101", copy / "videos", copy / "lists", FRAMES, **paths, processes=2)
    summary = decode_dataset("ucf101", copy / "videos", copy / "lists", FRAMES, **paths, allow_unreadable=3, processes=2)
    assert (summary.videos, summary.left_out) == (77, 3)
    with h5py.File(tmp_path / "s.h5") as h5:
        assert summary.frame_bytes == h5["bytes"].size
    assert not (tmp_path / ".s.parts").exists()
