"""The tests with Snakemake are in tests/workflow/test_videos.py."""

import os
import shutil

import pytest
from support.lists import LISTS

from vcop.config.names import QUESTIONS
from vcop.datasets.video_manifest import (
    FileRecord,
    VideoManifest,
    manifest_path,
    read_manifest,
    record_files,
    write_manifest,
)
from vcop.datasets.video_review import keep_previous, next_version, previous_path, review_videos

JUMP, RUN = "Jump/v_Jump_g01_c01.avi", "Run/v_Run_g01_c01.avi"


@pytest.fixture
def folder(tmp_path):
    """Two listed videos, and a store with their manifest."""
    for name, content in [*LISTS, (f"videos/{JUMP}", b"jump"), (f"videos/{RUN}", b"run")]:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(content)
    (tmp_path / "s.h5").write_bytes(b"frames")
    files = record_files({name: tmp_path / "videos" / name for name in (JUMP, RUN)})
    write_manifest(tmp_path / "s.h5", VideoManifest("videos", "d", files, {}))
    return tmp_path


def review(folder, videos="videos", *, write=True, dataset="ucf101"):
    return review_videos(dataset, str(folder / videos), folder / "ucfTrainTestlist", folder / "s.h5", write=write)


def test_the_same_videos_have_the_same_version(folder):
    assert review(folder).version == "videos"
    assert review(folder).notes == []


def test_a_changed_video_has_another_version_and_is_named(folder):
    (folder / "videos" / JUMP).write_bytes(b"jumq")
    found = review(folder)
    assert (found.changed, found.away) == ([JUMP], [])
    assert found.version == f"{folder}/videos (2)"
    assert found.notes == [f"Videos of ucf101: 1 new or changed since decoding, so decode runs again: {JUMP}"]


def test_a_video_that_was_missing_is_new(folder):
    manifest = read_manifest(folder / "s.h5")
    write_manifest(folder / "s.h5", VideoManifest("videos (4)", "d", manifest.files | {RUN: FileRecord()}, {}))
    assert review(folder).changed == [RUN]
    assert review(folder).version == f"{folder}/videos (5)"


def test_videos_that_are_gone_change_nothing(folder):
    (folder / "videos" / JUMP).unlink()
    assert (review(folder).version, review(folder).away) == ("videos", [JUMP])
    shutil.rmtree(folder / "videos")
    assert (review(folder).version, review(folder).away) == ("videos", [JUMP, RUN])
    assert review(folder, dataset=QUESTIONS).version == "videos"


def test_other_times_are_written_unless_nothing_may_be(folder):
    before = manifest_path(folder / "s.h5").read_bytes()
    os.utime(folder / "videos" / JUMP, ns=(7, 7))
    assert review(folder, write=False).version == "videos"
    assert manifest_path(folder / "s.h5").read_bytes() == before
    assert review(folder).version == "videos"
    assert read_manifest(folder / "s.h5").files[JUMP].changed == 7


def test_a_store_without_a_manifest_is_given_one(folder):
    record = manifest_path(folder / "s.h5")
    record.unlink()
    assert review(folder, write=False).version == f"{folder}/videos"
    assert not record.exists()
    (folder / "s.digest").write_text("abc\n")
    found = review(folder)
    assert (found.version, found.changed) == (f"{folder}/videos", [])
    assert "taken as those of" in found.notes[0]
    made = read_manifest(folder / "s.h5")
    assert (made.digest, set(made.files), made.verdicts[RUN]) == ("abc", {JUMP, RUN}, ("", "", None, None))
    assert review(folder).notes == []


@pytest.mark.parametrize("write", [True, False])
def test_what_its_table_calls_missing_is_new(folder, write):
    manifest_path(folder / "s.h5").unlink()
    table = f"video,verdict,reason,got,expected\n{JUMP},refused,no such file,,\n{RUN},accepted,odd,11,12\n"
    (folder / "s-unreadable.csv").write_text(table)
    assert review(folder, write=write).changed == [JUMP]
    if write:
        assert read_manifest(folder / "s.h5").verdicts == {
            JUMP: ("refused", "no such file", None, None),
            RUN: ("accepted", "odd", 11, 12),
        }


def test_videos_that_are_gone_are_not_recorded_as_missing(folder):
    manifest_path(folder / "s.h5").unlink()
    (folder / "videos" / JUMP).rename(folder / "away.avi")
    assert review(folder).version == f"{folder}/videos"
    (folder / "away.avi").rename(folder / "videos" / JUMP)
    assert review(folder).changed == []


def test_without_a_store_nothing_is_written(folder):
    manifest_path(folder / "s.h5").unlink()
    (folder / "s.h5").unlink()
    assert review(folder).version == f"{folder}/videos"
    assert not manifest_path(folder / "s.h5").exists()


def test_versions_are_counted():
    assert next_version("data/UCF-101", "data/UCF-101") == "data/UCF-101 (2)"
    assert next_version("data/UCF-101 (9)", "other") == "other (10)"


def test_a_store_is_kept_under_a_second_name(tmp_path):
    store = tmp_path / "s.h5"
    keep_previous(store)
    assert not previous_path(store).exists()
    store.write_bytes(b"frames")
    keep_previous(store)
    keep_previous(store)
    store.unlink()
    assert previous_path(store).read_bytes() == b"frames"
    keep_previous(store)
    assert previous_path(store).exists(), "it is of a decoding that failed"
