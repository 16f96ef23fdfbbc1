import h5py
import numpy as np
import pytest
from support.helpers import FRAMES, vcop

from vcop.config.fields import flags
from vcop.config.options import ComputeOptions, InputOptions, NetworkOptions
from vcop.datasets.splits import TEST
from vcop.storage.feature_store import FeatureStore

NARROW = NetworkOptions(multiplier=0.0625)
SETTING = flags(FRAMES, InputOptions(crop=16, frame_stride=2), NARROW, ComputeOptions()).split()


@pytest.fixture(scope="module")
def weights(tmp_path_factory):
    path = tmp_path_factory.mktemp("weights") / "w.safetensors"
    assert vcop("initialise", "--network", "r3d", "--seed", 0, "--out", path, *flags(NARROW).split()) == 0
    return path


def extract(store_path, weights, out, *more, network="r3d"):
    return vcop("extract", "--frames", store_path, "--network", network, "--weights", weights, *SETTING, "--out", out, *more)


def test_one_line_says_what_was_written(store_path, weights, tmp_path, capsys):
    assert extract(store_path, weights, tmp_path / "f.h5", "--layers", "conv5", "conv1", "--pooling", "mean") == 0
    assert "f.h5: 80 videos, conv1 4 values, conv5 32 values" in capsys.readouterr().out
    features = FeatureStore(tmp_path / "f.h5", "conv5", TEST)
    assert (features.clips, features.values, features.about["pooling"]) == (10, 32, "mean")


def test_weights_of_another_network_are_refused(store_path, weights, tmp_path, capsys):
    assert extract(store_path, weights, tmp_path / "f.h5", network="c3d") == 1
    assert "not the weights of this network" in capsys.readouterr().err
    assert not (tmp_path / "f.h5").exists()


def test_half_precision_is_half_the_size(store_path, weights, tmp_path):
    assert extract(store_path, weights, tmp_path / "f.h5") == 0
    assert extract(store_path, weights, tmp_path / "h.h5", "--half") == 0
    with h5py.File(tmp_path / "h.h5") as half, h5py.File(tmp_path / "f.h5") as whole:
        assert half["conv5"].dtype == np.float16
        assert np.allclose(half["conv5"][()], whole["conv5"][()], rtol=2e-3, atol=1e-3)
