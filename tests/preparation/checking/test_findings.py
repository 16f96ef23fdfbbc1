from pathlib import Path

import numpy as np
import pytest

from vcop.datasets.splits import TEST, TRAIN, OfficialSplits
from vcop.preparation.checking import findings
from vcop.preparation.checking.counts import CountRow
from vcop.preparation.checking.inventory import Finding, Inventory
from vcop.preparation.checking.survey import SurveyResult
from vcop.preparation.checking.video_check import THUMBNAIL_SIDE, VideoCheck
from vcop.video.ffmpeg_report import Header


@pytest.fixture
def inventory():
    splits = OfficialSplits(["Jump"])
    for video, roles in (("Jump/a.avi", (TRAIN, TRAIN, TEST)), ("Jump/b.avi", (TEST, TRAIN, TRAIN))):
        for split, role in enumerate(roles, 1):
            splits.add(video, 0, split, role, "here")
    return Inventory("ucf101", splits, files={video: Path(video) for video in splits.labels})


def survey(**checks):
    videos = {f"Jump/{name}.avi": check for name, check in checks.items()}
    return SurveyResult(videos, {}, {}, {v: c.count for v, c in videos.items() if not c.kind}, True)


def sound(count=80, frames=80, size=(320, 240)):
    return VideoCheck(1000, header=Header("avi", frames, 25.0, *size), count=count)


def test_faults_are_passed_on_and_misplaced_videos_are_found(inventory):
    inventory.surplus = {"Run/b.avi": Path("Run/b.avi"), "Run/c.avi": Path("Run/c.avi")}
    result = survey(a=VideoCheck(9, "cut short", "20 frames of 80"), b=VideoCheck(kind="missing", reason="no such file"))
    assert list(findings.video_findings(inventory, result, False)) == [
        ("cut short", "Jump/a.avi", "20 frames of 80"),
        ("misplaced", "Jump/b.avi", "lies in Run/b.avi"),
        ("surplus", "Run/c.avi", "no list names it"),
    ]


def test_a_good_video_of_the_usual_size_has_no_finding(inventory):
    assert list(findings.video_findings(inventory, survey(a=sound(), b=sound(size=(64, 48))), False)) == []


def test_notes_about_readable_videos(inventory):
    result = survey(a=sound(count=15, frames=15), b=sound(frames=81, size=(64, 48)))
    assert list(findings.video_findings(inventory, result, True)) == [
        ("too short", "Jump/a.avi", "15 frames, a clip has 16: it will be looped"),
        ("header", "Jump/b.avi", "80 frames, its header says 81"),
        ("size", "Jump/b.avi", "64x48 pixels, usual are 320x240"),
    ]


def test_videos_without_a_frame_count_are_named(inventory):
    result = survey()
    result.frames = {"Jump/a.avi": 0}
    assert list(findings.frame_count_findings(Path("frames.csv"), inventory, result)) == [
        ("no count", "Jump/a.avi", "0 frames"),
        ("no count", "Jump/b.avi", "not in frames.csv"),
    ]
    assert list(findings.frame_count_findings(None, inventory, result)) == []


def test_the_table_counts_files_and_sound_videos(inventory):
    rows = {row.what: row for row in findings.count_rows(inventory, survey(a=sound(), b=VideoCheck(9, "unreadable")), False)}
    assert rows["videos"][2:] == (2, 2, 1)
    assert rows["task 16-8-3 train"].readable == 1
    assert rows["task 16-8-3 test"].readable == 0


def test_numbers_of_tasks_are_not_reported_where_videos_are_missing_anyway(inventory):
    rows = [CountRow("videos", 2, 2), CountRow("task 16-8-3 train", 9364, readable=9348)]
    text = "9,348, officially 9,364, as where every video is counted one frame short"
    lists = ("official", "lists", "as many as officially, but not the same videos in the same lists")
    assert list(findings.count_findings(inventory, rows, [])) == [("official", "task 16-8-3 train", text), lists]
    assert list(findings.count_findings(inventory, rows, [Finding("missing", "Jump/a.avi", "")])) == [lists]
    rows[0] = CountRow("videos", 13320, 2)
    assert list(findings.count_findings(inventory, rows, [])) == [("official", "videos", "2, officially 13,320")]


def test_splits_with_one_copy_in_training_and_one_in_test(inventory):
    assert findings.crossed_splits(inventory.splits, "Jump/a.avi", "Jump/b.avi") == [1, 3]
    assert findings.crossed_splits(inventory.splits, "Jump/a.avi", "elsewhere") == []


def test_equal_files_are_reported_once_and_recordings_with_their_shift(inventory, tmp_path):
    pictures = np.random.default_rng(0).integers(0, 255, (20, THUMBNAIL_SIDE, THUMBNAIL_SIDE), dtype=np.uint8)
    names = ("Jump/a.avi", "Jump/b.avi", "hmdb51: c.avi")
    paths = {name: tmp_path / name[-5:] for name in names}
    for name, content in zip(names, (b"same", b"same", b"other"), strict=True):
        paths[name].write_bytes(content)
    checks = {name: VideoCheck(paths[name].stat().st_size, thumbnails=pictures) for name in names}
    checks["hmdb51: c.avi"] = VideoCheck(5, thumbnails=pictures[5:])
    videos = {name: checks[name] for name in names[:2]}
    result = SurveyResult(videos, {names[2]: checks[names[2]]}, paths, {}, True)
    assert list(findings.duplicate_findings(inventory, result, 1)) == [
        ("same bytes", "Jump/a.avi", "as Jump/b.avi (training and test of split 1, 3)"),
        ("same pictures", "Jump/a.avi", "as hmdb51: c.avi, correlation 1.00, 1.0 s apart"),
        ("same pictures", "Jump/b.avi", "as hmdb51: c.avi, correlation 1.00, 1.0 s apart"),
    ]
