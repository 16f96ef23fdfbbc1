import numpy as np
import pytest
import torch
from support.helpers import FRAMES, vcop

from vcop.config.fields import flags
from vcop.config.options import ComputeOptions, InputOptions, NetworkOptions
from vcop.datasets.splits import TEST, TRAIN
from vcop.evaluation.feature_extraction import average_pool, extract_features, max_pool
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


def test_a_few_videos_give_the_rows_of_the_file(extracted, store):
    """Called from Python: the same features, in the order of the videos given."""
    backbone = build_backbone("r3d", NARROW)
    load_backbone_weights(extracted[1], backbone)
    whole = {layer: FeatureStore(extracted[0], layer, TEST) for layer in ("conv2", "conv5")}
    chosen = [5, 0, 3, 9, 1]
    videos = [next(v for v in store.videos if v.name == whole["conv5"].names[i]) for i in chosen]
    features = extract_features(backbone, store, videos, ("conv2", "conv5"), inputs=INPUT)
    assert list(features) == ["conv2", "conv5"]
    for layer, values in features.items():
        assert values.shape == (5, 10, whole[layer].values)
        assert np.allclose(values, [whole[layer].read(i, i + 1)[0] for i in chosen], atol=1e-5)
    assert not backbone.training


def test_mean_pooling_and_the_number_of_clips(extracted, store):
    backbone = build_backbone("r3d", NARROW).eval()
    load_backbone_weights(extracted[1], backbone)
    video = store.videos[0]
    features = extract_features(backbone, store, [video], inputs=INPUT, test_clips=3, pooling="mean")["conv5"]
    sample = TestClips(store, [video], 16, INPUT, 3)[0, 0]
    with torch.no_grad():
        expected = average_pool(backbone.maps(crop_and_scale(sample["frames"], sample["corners"], INPUT))["conv5"])
    assert np.allclose(features[0], expected.numpy(), atol=1e-5)


def test_features_that_are_not_finite_are_refused_and_named(store):
    backbone = build_backbone("r3d", NARROW)
    with torch.no_grad():
        next(backbone.parameters()).fill_(float("inf"))
    with pytest.raises(ValueError, match=f"features of conv5 of {store.videos[0].name} are not finite"):
        extract_features(backbone, store, store.videos[:1], inputs=INPUT)
