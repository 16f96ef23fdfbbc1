import os

import pytest

from vcop.datasets.video_manifest import (
    SAMPLE,
    FileRecord,
    VideoManifest,
    content_digest,
    manifest_path,
    read_manifest,
    record_file,
    record_files,
    write_manifest,
)


@pytest.fixture
def video(tmp_path):
    path = tmp_path / "v.avi"
    path.write_bytes(bytes(10 * SAMPLE))
    os.utime(path, ns=(5, 1000))
    return path


def test_a_manifest_is_read_as_it_was_written(tmp_path):
    store = tmp_path / "ucf101.h5"
    files = {"b/\udcff \n.avi": FileRecord(12, 34, "ab"), "a.avi": FileRecord()}
    manifest = VideoManifest("data/UCF-101 (2)", "0123", files, {"b/\udcff \n.avi": ("accepted", "odd", 7, None)})
    write_manifest(store, manifest)
    assert manifest_path(store) == tmp_path / ".ucf101-videos.json"
    assert read_manifest(store) == manifest
    assert len(manifest_path(store).read_text().splitlines()) == 4, "a line for each video"


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"format": 0}', '{"format": 1, "version": "", "digest": "", "videos": {"a": [1]}}']
)
def test_what_is_no_manifest_is_none(tmp_path, text):
    assert read_manifest(tmp_path / "ucf101.h5") is None
    manifest_path(tmp_path / "ucf101.h5").write_text(text)
    assert read_manifest(tmp_path / "ucf101.h5") is None


@pytest.mark.parametrize("place", [0, 5 * SAMPLE, 10 * SAMPLE - 1])
def test_the_content_is_that_of_both_ends_and_the_middle(video, place):
    before, content = content_digest(video), bytearray(video.read_bytes())
    content[place] = 1
    video.write_bytes(content)
    assert content_digest(video) != before


@pytest.mark.parametrize("size", [1, SAMPLE, SAMPLE + 1, 2 * SAMPLE, 3 * SAMPLE])
def test_every_byte_of_a_short_file_counts(tmp_path, size):
    path, digests = tmp_path / "v.avi", set()
    for place in {0, size // 3, size // 2, 2 * size // 3, size - 1}:
        content = bytearray(size)
        content[place] = 1
        path.write_bytes(content)
        digests.add(content_digest(path))
    assert len(digests) == len({0, size // 3, size // 2, 2 * size // 3, size - 1})


def test_what_cannot_be_read_has_no_content(tmp_path):
    os.mkfifo(tmp_path / "pipe.avi")
    assert content_digest(tmp_path / "pipe.avi") == content_digest(tmp_path) == content_digest(tmp_path / "none") == ""
    assert record_file(tmp_path / "none.avi") == record_file(tmp_path / "a\0b.avi") == FileRecord()


def test_a_file_is_read_only_if_size_or_time_has_changed(video):
    known = FileRecord(10 * SAMPLE, 1000, "not its content")
    assert record_file(video, known) is known
    os.utime(video, ns=(5, 2000))
    assert record_file(video, known) == FileRecord(10 * SAMPLE, 2000, content_digest(video))
    assert record_file(video, read=False) == FileRecord(10 * SAMPLE, 2000, "")
    os.utime(video, ns=(5, 1000))
    assert record_file(video, known._replace(content="")).content == content_digest(video), "perhaps it can be read by now"


def test_the_same_content_at_another_time():
    assert FileRecord(1, 2, "a").same_content(FileRecord(1, 3, "a"))
    assert not FileRecord(1, 2, "a").same_content(FileRecord(2, 2, "a"))
    assert not FileRecord(1, 2, "a").same_content(FileRecord(1, 2, "b"))


def test_many_files_keep_their_names(tmp_path):
    names = [f"{n}.avi" for n in range(200)]
    for n, name in enumerate(names):
        (tmp_path / name).write_bytes(bytes(n))
    records = record_files({name: tmp_path / name for name in names}, {"7.avi": FileRecord(0, 0, "other")})
    assert [records[name].size for name in names] == list(range(200))
