import h5py
import numpy as np
import pytest
from support.frame_stores import make

from vcop.config.data_options import FrameOptions
from vcop.datasets.video_manifest import FileRecord, VideoManifest
from vcop.datasets.video_review import previous_path
from vcop.preparation import previous_store
from vcop.preparation.part_files import EVERY_FRAME
from vcop.preparation.previous_store import open_previous
from vcop.storage.frame_store import FrameStore

OPTIONS = FrameOptions(height=24, width=32)
FILES = {"A/v0.avi": FileRecord(1, 1, "a"), "B/v1.avi": FileRecord(2, 2, "b")}
SOUND = ("", "", 90, 90)


@pytest.fixture
def store(tmp_path, monkeypatch):
    """The path of a store that is to be written; its predecessor has two videos of five frames."""
    monkeypatch.setattr(previous_store.ffmpeg_program, "version", lambda: "a test")
    _, digest = make(previous_path(tmp_path / "s.h5"), OPTIONS)
    manifest = VideoManifest("videos", digest, FILES, dict.fromkeys(FILES, SOUND))
    return tmp_path / "s.h5", manifest


def opened(store, files=FILES, options=OPTIONS, layout=EVERY_FRAME, dataset="ucf101", manifest=None):
    return open_previous(store[0], dataset, options, layout, manifest or store[1], files)


def test_frames_of_unchanged_videos_are_those_of_the_store(store):
    previous = opened(store, {"A/v0.avi": FileRecord(1, 9, "a"), "B/v1.avi": FileRecord(2, 2, "other")})
    assert list(previous.verdicts) == ["A/v0.avi"]
    assert tuple(previous.verdicts["A/v0.avi"]) == SOUND
    decoded, kept = previous.read("A/v0.avi"), FrameStore(previous_path(store[0]))
    assert decoded.crc32().tolist() == kept.checksums(kept.videos[0]).tolist()
    assert (len(decoded.data), decoded.source_count) == (previous.size("A/v0.avi"), 5)


def test_in_a_store_of_clips_the_videos_are_longer(tmp_path, store):
    _, digest = make(previous_path(store[0]), OPTIONS, count=6, spread=(2, 3), source_count=77)
    manifest = VideoManifest("videos", digest, FILES, dict.fromkeys(FILES, SOUND))
    assert opened(store, layout=(2, 3), manifest=manifest).read("B/v1.avi").source_count == 77


def test_refused_unread_and_unknown_videos_are_decoded(store):
    refused = VideoManifest("videos", store[1].digest, FILES, {"A/v0.avi": ("refused", "cut", 3, 4), "B/v1.avi": SOUND})
    assert list(opened(store, manifest=refused).verdicts) == ["B/v1.avi"]
    unread = {"A/v0.avi": FileRecord(1, 1, ""), "C/new.avi": FileRecord(3, 3, "c")}
    known = VideoManifest("videos", store[1].digest, unread, dict.fromkeys(unread, SOUND))
    assert opened(store, unread, manifest=known).verdicts == {}


@pytest.mark.parametrize(
    "other",
    [
        {"options": FrameOptions(height=24, width=32, decode_revision=2)},
        {"layout": (1, 5)},
        {"dataset": "hmdb51"},
        {"manifest": VideoManifest("videos", "of another store", FILES, dict.fromkeys(FILES, SOUND))},
    ],
)
def test_a_store_of_another_kind_is_removed(store, other):
    assert opened(store, **other).verdicts == {}
    assert not previous_path(store[0]).exists()


def test_another_decoder_decodes_all(store, monkeypatch):
    monkeypatch.setattr(previous_store.ffmpeg_program, "version", lambda: "another")
    assert opened(store).verdicts == {}


def test_without_a_previous_store_all_are_decoded(store):
    previous_path(store[0]).unlink()
    assert opened(store).verdicts == {}


def test_a_damaged_frame_is_named(store):
    path = previous_path(store[0])
    with h5py.File(path) as h5:
        place = h5["bytes"].id.get_offset() + int(h5["offsets"][3])
    data = bytearray(path.read_bytes())
    data[place] ^= 1
    path.write_bytes(data)
    previous = opened(store)
    with pytest.raises(
        ValueError, match=r"\.s\.previous\.h5: frame 3 of A/v0\.avi is damaged .*: remove this file and run again"
    ):
        previous.read("A/v0.avi")
    assert np.array_equal(previous.read("B/v1.avi").sizes, np.diff(FrameStore(path)._offsets)[5:])
