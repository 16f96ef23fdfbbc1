import h5py
import numpy as np
import pytest
import torch
from support.helpers import FRAMES, vcop

from vcop.config.fields import flags
from vcop.config.options import ComputeOptions, InputOptions, NetworkOptions
from vcop.datasets.splits import TEST, TRAIN
from vcop.evaluation.feature_extraction import max_pool
from vcop.loading.clip_datasets import TestClips
from vcop.loading.transforms import crop_and_scale
from vcop.networks.registry import build_backbone
from vcop.storage.feature_store import FeatureStore
from vcop.storage.weights import load_backbone_weights

INPUT, NARROW = InputOptions(crop=16, frame_stride=2), NetworkOptions(multiplier=0.0625)
SETTING = flags(FRAMES, INPUT, NARROW, ComputeOptions()).split()


def test_pooling_of_all_stages_gives_9216_values():
    for c, l, n in ((64, 16, 56), (128, 8, 28), (256, 4, 14), (512, 2, 7)):
        assert max_pool(torch.zeros(1, c, l, n, n)).shape == (1, 9216)
    assert max_pool(torch.zeros(1, 5, 1, 2, 2)).shape == (1, 20)  # smaller than 3 x 3: kept


def test_pooling_worked_out():
    maps = torch.arange(49.0).view(1, 1, 1, 7, 7)
    assert max_pool(maps).tolist() == [[8, 10, 12, 22, 24, 26, 36, 38, 40]]  # 2 x 2 windows, the last row and column left over


@pytest.fixture(scope="module")
def extracted(store_path, tmp_path_factory):
    folder = tmp_path_factory.mktemp("features")
    weights = folder / "w.safetensors"
    assert vcop("initialise", "--network", "r3d", "--seed", 0, "--out", weights, *flags(NARROW).split()) == 0
    out, layers = folder / "f.h5", ("conv2", "conv5")
    where = ("--frames", store_path, "--network", "r3d", "--weights", weights)
    assert vcop("extract", *where, *SETTING, "--layers", *layers, "--out", out) == 0
    return out, weights


def test_every_video_of_split_1(extracted, store):
    for role in (TRAIN, TEST):
        found = FeatureStore(extracted[0], "conv5", role)
        assert sorted(found.names) == sorted(v.name for v in store.of(1, role))
        assert len(found) > 0


@pytest.mark.parametrize("layer", ["conv2", "conv5"])
def test_features_are_those_of_the_network(extracted, store, layer):
    found = FeatureStore(extracted[0], layer, TEST)
    backbone = build_backbone("r3d", NARROW).eval()
    load_backbone_weights(extracted[1], backbone)
    video = next(v for v in store.videos if v.name == found.names[3])
    sample = TestClips(store, [video], 16, INPUT, 10)[0, 0]
    with torch.no_grad():
        maps = backbone.maps(crop_and_scale(sample["frames"], sample["corners"], INPUT), [layer])[layer]
    assert np.allclose(found.read(3, 4)[0], max_pool(maps).numpy(), atol=1e-4)


def test_features_say_what_they_are_of(extracted, store):
    about = FeatureStore(extracted[0], "conv5", TEST).about
    assert about["frames"] == store.digest
    assert len(about["weights"]) == 64
    with pytest.raises(ValueError, match="holds no features of conv1"):
        FeatureStore(extracted[0], "conv1", TEST)


def test_weights_of_another_network_are_refused(extracted, store_path, tmp_path, capsys):
    where = ("--frames", store_path, "--network", "c3d", "--weights", extracted[1])
    assert vcop("extract", *where, *SETTING, "--out", tmp_path / "f.h5") == 1
    assert "not the weights of this network" in capsys.readouterr().err
    assert not (tmp_path / "f.h5").exists()


def test_half_precision_is_half_the_size(extracted, store_path, tmp_path):
    where = ("--frames", store_path, "--network", "r3d", "--weights", extracted[1])
    assert vcop("extract", *where, *SETTING, "--half", "--out", tmp_path / "h.h5") == 0
    with h5py.File(tmp_path / "h.h5") as half, h5py.File(extracted[0]) as whole:
        assert half["conv5"].dtype == np.float16
        assert np.allclose(half["conv5"][()], whole["conv5"][()], rtol=2e-3, atol=1e-3)
