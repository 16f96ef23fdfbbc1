import numpy as np
import pytest

from vcop.evaluation.handcrafted_features import (
    BINS,
    colour_histogram,
    describe_videos,
    evaluate_descriptors,
    motion_energy,
    single_frame,
)
from vcop.storage.frame_store import FrameStore


def test_a_histogram_of_one_colour():
    h = colour_histogram(np.full((5, 4, 4, 3), (255, 0, 40), np.uint8))
    assert h.argmax() == 7 * 64 + 0 * 8 + 1
    assert h.sum() == 1


def test_a_single_frame_is_the_central_one(rng):
    frames = rng.integers(0, 256, (7, 4, 5, 3)).astype(np.uint8)
    assert np.allclose(single_frame(frames), frames[3].ravel() - frames[3].mean(), atol=1e-3)


def test_motion_is_seen_where_it_is_and_looks_are_not():
    still = np.full((20, 12, 16, 3), 50, np.uint8)
    moving = still.copy()
    for t in range(20):
        moving[t, 8:10, t % 16 : t % 16 + 2] = 200
    assert (motion_energy(still)[: 5 * BINS] == motion_energy(still + 90)[: 5 * BINS]).all()
    other = motion_energy(moving)
    assert np.allclose(other[BINS : 2 * BINS], 8.5 / 12, atol=0.05)  # rows 8 and 9 of 12
    assert len(other) == 5 * BINS + 48


def test_videos_with_roles_in_one_split_are_classified_in_that_one(store_path):
    """As videos of one's own are."""
    store = FrameStore(store_path)
    described = describe_videos(store)
    store.roles[:, 1:] = 0
    rows = evaluate_descriptors(store, described)
    assert [(row[0], row[-1]) for row in rows] == [(name, (store.roles[:, 0] == 2).sum()) for name in described]
    store.roles[:] = 0
    with pytest.raises(ValueError, match="no split has both training and test videos"):
        evaluate_descriptors(store, described)
