import numpy as np
import pytest

from vcop.datasets.splits import TEST, TRAIN
from vcop.storage import feature_store
from vcop.storage.feature_store import FeatureStore
from vcop.storage.frame_store import Video


@pytest.fixture
def written(tmp_path, rng):
    videos = [Video(f"A/{i}.avi", i % 2, 0, 20) for i in range(7)]
    values = rng.standard_normal((7, 3, 40)).astype(np.float32)
    roles = [TRAIN, TEST, TRAIN, TEST, TRAIN, TRAIN, TEST]
    blocks = ({"conv5": values[i : i + 2]} for i in range(0, 7, 2))
    feature_store.write_features(
        tmp_path / "f.h5", videos, roles, ["A", "B"], blocks, {"conv5": (3, 40)}, False, {"weights": "w"}
    )
    return tmp_path / "f.h5", values


def test_one_role_in_the_order_written(written):
    path, values = written
    test = FeatureStore(path, "conv5", TEST)
    assert test.names == ["A/1.avi", "A/3.avi", "A/6.avi"]
    assert test.labels.tolist() == [1, 1, 0]
    assert np.array_equal(test.read(1, 3), values[[3, 6]])
    assert (len(test), test.clips, test.values, test.about) == (3, 3, 40, {"weights": "w"})


def test_too_few_features_leave_no_file(tmp_path):
    videos = [Video("A/1.avi", 0, 0, 20)] * 3
    blocks = iter([{"conv5": np.zeros((2, 1, 4), np.float32)}])
    with pytest.raises(AssertionError, match="features of 2 videos, expected 3"):
        feature_store.write_features(tmp_path / "f.h5", videos, [1, 1, 1], ["A"], blocks, {"conv5": (1, 4)}, False, {})
    assert list(tmp_path.iterdir()) == []


def test_truncated_and_foreign_files_are_named(written):
    path, _ = written
    data = path.read_bytes()
    for broken in (b"", b"not hdf5" * 100, data[:-1], data[: len(data) // 2]):
        path.write_bytes(broken)
        with pytest.raises(ValueError, match="f.h5: not a whole feature file"):
            FeatureStore(path, "conv5", TEST)
