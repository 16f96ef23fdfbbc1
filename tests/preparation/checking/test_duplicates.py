import numpy as np
import pytest

from vcop.preparation.checking import duplicates
from vcop.preparation.checking.video_check import THUMBNAIL_SIDE as SIDE


@pytest.fixture
def scene(rng):
    """A function that films a blob for n pictures before a ground; the same seed, the same ground; the same path, the same action."""

    def film(ground, path, count):
        rough = np.random.default_rng(ground).uniform(40, 160, (4, 4))
        back = np.kron(rough, np.ones((4, 4)))
        y, x = np.mgrid[:SIDE, :SIDE]
        steps = np.random.default_rng(path).normal(0, 1.2, (count, 2)).cumsum(0) + SIDE / 2
        blob = [60 * np.exp(-((y - a % SIDE) ** 2 + (x - b % SIDE) ** 2) / 8) for a, b in steps]
        return np.clip(back + np.stack(blob), 0, 255).astype(np.uint8)

    return film


def noisy(pictures, rng):
    return np.clip(pictures + rng.normal(0, 3, pictures.shape), 0, 255).astype(np.uint8)


def found(videos, own=None):
    return [tuple(t[:3]) for t in duplicates.find_same_recordings(videos, own or len(videos)).pairs]


def test_a_copy_with_noise(scene, rng):
    video = scene(1, 1, 40)
    assert found([video, noisy(video, rng)]) == [(0, 1, 0)]


def test_a_part_is_found_with_its_place(scene, rng):
    video = scene(1, 1, 40)
    assert found([video, noisy(video[13:30], rng)]) == [(0, 1, -13)]
    assert found([noisy(video[13:30], rng), video]) == [(0, 1, 13)]


def test_another_take_of_a_scene_is_none(scene):
    """The same ground, so that hashes are near; something else happens."""
    first, second = scene(1, 1, 40), scene(1, 2, 40)
    equal_less_different = (duplicates.perceptual_hashes(first) * duplicates.perceptual_hashes(second)).sum(1)
    assert np.median(equal_less_different) >= duplicates.BITS - 2 * duplicates.MAX_DISTANCE
    assert found([first, second]) == []


def test_too_little_in_common(scene):
    video = scene(1, 1, 40)
    assert found([video[:25], video[15:]]) == []  # 10 of 25
    assert found([video[:28], video[12:]]) == [(0, 1, -12)]  # 16 of 28
    assert found([video[:4], video[:4]]) == []


def test_black_pictures_are_like_nothing(scene):
    black = np.zeros((20, SIDE, SIDE), np.uint8)
    assert not duplicates.perceptual_hashes(black).any()
    assert found([black, black]) == []


def test_a_still_scene_cannot_be_told_from_another_take(scene):
    still = scene(1, 1, 1).repeat(20, axis=0)
    assert found([still, still]) == []


def test_only_pairs_with_a_video_of_ones_own(scene):
    a, b = scene(1, 1, 20), scene(2, 2, 20)
    assert found([a, b, b, a], own=1) == [(0, 3, 0)]
    assert found([a, b, b, a]) == [(0, 3, 0), (1, 2, 0)]


def test_blocks_and_threads_change_nothing(scene, monkeypatch):
    videos = [scene(n % 7, n % 7, 20 + n) for n in range(21)]
    whole = duplicates.find_same_recordings(videos, 21)
    assert len(whole.pairs) == 7 * 3
    monkeypatch.setattr(duplicates, "QUERY_BLOCK", 5)
    monkeypatch.setattr(duplicates, "GALLERY_BLOCK", 17)
    report = []
    assert duplicates.find_same_recordings(videos, 21, 3, report.append) == whole
    assert sum(report) == duplicates.count_lookups(videos)


def test_videos_of_a_fixed_camera_are_not_compared_where_there_are_too_many(scene, rng, monkeypatch):
    """Twelve takes of one scene, of which two show the same, and a pair of another scene."""
    takes = [scene(1, path, 20) for path in range(11)]
    videos = [*takes, noisy(takes[3], rng), scene(2, 50, 20), noisy(scene(2, 50, 20), rng)]
    assert found(videos) == [(3, 11, 0), (12, 13, 0)]
    monkeypatch.setattr(duplicates, "MOST_VIDEOS", 11)
    assert found(videos) == [(3, 11, 0), (12, 13, 0)], "each resembles eleven others, which is not too many"
    monkeypatch.setattr(duplicates, "MOST_VIDEOS", 10)
    for gallery in (8192, 17):
        monkeypatch.setattr(duplicates, "GALLERY_BLOCK", gallery)
        result, turned = (duplicates.find_same_recordings(order, len(videos)) for order in (videos, videos[::-1]))
        assert ([pair[:2] for pair in result.pairs], result.skipped) == ([(12, 13)], list(range(12)))
        assert ([pair[:2] for pair in turned.pairs], turned.skipped) == ([(0, 1)], list(range(2, 14)))


def test_a_common_title_scene_hides_no_copy(scene, rng, monkeypatch):
    """Half of each video is the same scene, which is too common to tell; the other half tells."""
    videos = [np.concatenate([scene(1, path, 20), scene(100 + path, path, 30)]) for path in range(8)]
    videos.append(noisy(videos[5], rng))
    monkeypatch.setattr(duplicates, "MOST_VIDEOS", 3)
    result = duplicates.find_same_recordings(videos, len(videos))
    assert ([tuple(pair[:3]) for pair in result.pairs], result.skipped) == ([(5, 8, 0)], [])


def test_nothing_at_all():
    empty = np.zeros((0, SIDE, SIDE), np.uint8)
    assert found([empty, empty]) == []
    assert duplicates.find_same_recordings([], 0) == ([], [])


def test_same_bytes(tmp_path):
    contents = {"a": b"12", "b": b"34", "c": b"12", "d": b"1", "e": b"12"}
    sizes = {}
    for name, content in contents.items():
        (tmp_path / name).write_bytes(content)
        sizes[tmp_path / name] = len(content)
    assert duplicates.find_equal_files(sizes) == [[tmp_path / "a", tmp_path / "c", tmp_path / "e"]]
