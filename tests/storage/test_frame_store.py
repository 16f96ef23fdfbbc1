import pickle
import shutil

import h5py
import numpy as np
import pytest
from support.frame_stores import make

from vcop.config.data_options import FrameOptions
from vcop.datasets.splits import TEST, TRAIN
from vcop.storage.frame_store import FrameStore
from vcop.storage.frame_writer import encode_frame


@pytest.fixture
def raw(tmp_path):
    options = FrameOptions(height=24, width=32, codec="raw")
    frames, _ = make(tmp_path / "s.h5", options)
    return tmp_path / "s.h5", frames


def test_raw_frames_come_back_exactly(raw):
    path, frames = raw
    store = FrameStore(path, FrameOptions(height=24, width=32, codec="raw"))
    for video in store.videos:
        assert np.array_equal(store.read(video, [4, 0, 2, 2]), frames[video.name][[4, 0, 2, 2]])


def test_jpeg_frames_come_back_nearly(tmp_path):
    frames, _ = make(tmp_path / "s.h5", FrameOptions(height=24, width=32))
    store = FrameStore(tmp_path / "s.h5")
    for video in store.videos:
        error = store.read(video, range(5)).astype(float) - frames[video.name]
        assert 10 * np.log10(255**2 / (error**2).mean()) > 35


@pytest.mark.parametrize("codec", ["raw", "jpeg"])
def test_encoded_frames_are_those_that_were_written(tmp_path, codec):
    options = FrameOptions(height=24, width=32, codec=codec)
    frames, _ = make(tmp_path / "s.h5", options)
    store = FrameStore(tmp_path / "s.h5")
    for video in store.videos:
        data, sizes = store.read_encoded(video)
        assert data.tobytes() == b"".join(encode_frame(frame, options) for frame in frames[video.name])
        assert sizes.tolist() == [len(encode_frame(frame, options)) for frame in frames[video.name]]
        assert store.encoded_size(video) == len(data)
    assert store.source_counts == [5, 5]


def test_a_store_of_clips_knows_how_long_its_videos_are(tmp_path):
    make(tmp_path / "s.h5", FrameOptions(height=24, width=32), count=6, spread=(2, 3), source_count=77)
    assert FrameStore(tmp_path / "s.h5").source_counts == [77, 77]


def test_a_damaged_encoded_frame_is_named(raw):
    with h5py.File(raw[0]) as h5:
        place = h5["bytes"].id.get_offset() + 24 * 32 * 3
    data = bytearray(raw[0].read_bytes())
    data[place] ^= 1
    raw[0].write_bytes(data)
    store = FrameStore(raw[0])
    with pytest.raises(ValueError, match=r"frame 1 of A/v0\.avi is damaged \(checksum\)"):
        store.read_encoded(store.videos[0])
    assert len(store.read_encoded(store.videos[1])[1]) == 5


def test_lists_are_in_the_store(raw):
    store = FrameStore(raw[0])
    assert store.classes == ["A", "B"]
    assert [v.name for v in store.of(1, TRAIN)] == ["A/v0.avi"]
    assert [(v.name, v.label) for v in store.of(1, TEST)] == [("B/v1.avi", 1)]
    assert store.of(2, TRAIN) == []


def test_a_store_is_plain_hdf5_with_contiguous_bytes(raw):
    with h5py.File(raw[0]) as h5:
        assert h5["bytes"].chunks is None
        assert h5["bytes"].shape == (2 * 5 * 24 * 32 * 3,)


def test_another_size_codec_or_revision_is_refused(raw):
    for other in ({"height": 25}, {"codec": "jpeg"}, {"decode_revision": 2}):
        with pytest.raises(ValueError, match=next(iter(other))):
            FrameStore(raw[0], FrameOptions(**{"height": 24, "width": 32, "codec": "raw"} | other))


@pytest.mark.parametrize("codec", ["raw", "jpeg"])
def test_every_flipped_bit_of_a_frame_is_found(tmp_path, codec):
    path = tmp_path / "s.h5"
    make(path, FrameOptions(height=8, width=8, codec=codec))
    with h5py.File(path) as h5:
        place, size = h5["bytes"].id.get_offset(), h5["bytes"].shape[0]
    good = path.read_bytes()
    rng = np.random.default_rng(0)
    for at in rng.integers(place, place + size, 100):
        bad = bytearray(good)
        bad[at] ^= 1 << int(rng.integers(8))
        path.write_bytes(bad)
        damaged = list(FrameStore(path).check())
        assert len(damaged) == 1
        assert "damaged (checksum)" in damaged[0]
        assert str(path) in damaged[0]


def test_a_damaged_index_and_a_truncated_file_are_refused(raw):
    path, _ = raw
    copy = path.with_name("copy.h5")
    shutil.copy(path, copy)
    with h5py.File(copy, "r+") as h5:
        h5["label"][0] = 1
    with pytest.raises(ValueError, match=r"copy.h5: not a whole frame store: damaged or cut short"):
        FrameStore(copy)
    for size in (0, 100, path.stat().st_size - 1, path.stat().st_size // 2):
        copy.write_bytes(path.read_bytes()[:size])
        with pytest.raises(ValueError, match="copy.h5"):
            FrameStore(copy)


def test_a_store_crosses_processes(raw):
    store = pickle.loads(pickle.dumps(FrameStore(raw[0])))
    assert np.array_equal(store.read(store.videos[0], [0]), raw[1][store.videos[0].name][:1])


def test_the_digest_follows_the_content(tmp_path):
    _, one = make(tmp_path / "1.h5", FrameOptions(height=8, width=8))
    _, same = make(tmp_path / "2.h5", FrameOptions(height=8, width=8))
    _, other = make(tmp_path / "3.h5", FrameOptions(height=8, width=8), count=6)
    assert one == same != other


def test_an_ordinary_store_has_the_digest_it_always_had(tmp_path):
    _, digest = make(tmp_path / "s.h5", FrameOptions(height=8, width=8, codec="raw"))
    assert digest == "4ff19e39d0ddf096d1444b05578a0877ed387dee7b236662d217447fac12cc82"
    store = FrameStore(tmp_path / "s.h5")
    assert store.clips is None
    assert "clips" not in store.attributes


def test_a_store_of_clips_says_so(tmp_path):
    make(tmp_path / "s.h5", FrameOptions(height=8, width=8), count=12, spread=(4, 3))
    store = FrameStore(tmp_path / "s.h5")
    assert store.clips == 4
    assert store.attributes["clip_length"] == 3
    with h5py.File(tmp_path / "s.h5") as h5:
        assert h5["source_count"][()].tolist() == [90, 90]
    assert pickle.loads(pickle.dumps(store)).clips == 4


def test_the_digest_follows_the_clips(tmp_path):
    options = FrameOptions(height=8, width=8)
    of = [
        make(tmp_path / f"{n}.h5", options, 12, spread=spread, source_count=source_count)[1]
        for n, (spread, source_count) in enumerate([((), 90), ((4, 3), 90), ((3, 4), 90), ((4, 3), 91)])
    ]
    assert len(set(of)) == 4


def test_a_store_of_clips_holds_all_clips_of_every_video(tmp_path):
    with pytest.raises(AssertionError):
        make(tmp_path / "s.h5", FrameOptions(height=8, width=8), count=12, spread=(4, 4))
