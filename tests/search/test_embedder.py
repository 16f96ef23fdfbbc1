import numpy as np
import pytest
import torch
from support.own_videos import INPUT, NARROW, SAYS, make_weights

import vcop
from vcop.config.fields import identity
from vcop.config.options import InputOptions
from vcop.loading.transforms import crop_and_scale
from vcop.search import embedder as module
from vcop.search.embedder import Embedder
from vcop.storage.weights import read_weights, save_weights


@pytest.fixture
def frames(rng):
    return rng.integers(0, 255, (5, 8, 20, 27, 3), np.uint8)


def test_an_embedding_is_the_backbones_feature_of_what_the_file_says(own_weights, frames, monkeypatch):
    import torch

    monkeypatch.setattr(module, "CLIPS_AT_A_TIME", 2)
    found = Embedder(own_weights, device="cpu").embed(frames[:, ::2])
    inputs = vcop.run_options(own_weights, InputOptions)
    x = crop_and_scale(torch.from_numpy(frames[:, ::2].copy()), torch.tensor([[2, 6]] * 5), inputs)  # (20-16)/2, 5.5 to even
    with torch.no_grad():
        assert np.allclose(found, vcop.load_backbone(own_weights)(x).numpy(), atol=1e-5)
    assert Embedder(own_weights, layer="conv1", device="cpu").embed(frames[:, ::2]).shape == (5, 4)


def test_a_small_network_takes_one_thread_and_a_large_one_all(own_weights, frames, monkeypatch):
    """Whichever comes first: the number of threads of the process stays as it was."""
    before, seen = torch.get_num_threads(), []
    scale = crop_and_scale
    monkeypatch.setattr(module, "crop_and_scale", lambda *given: (seen.append(torch.get_num_threads()), scale(*given))[1])
    monkeypatch.setattr(module, "available_cores", lambda: 2)
    try:
        torch.set_num_threads(2)
        for small in (module.SMALL, 0, module.SMALL):
            monkeypatch.setattr(module, "SMALL", small)
            Embedder(own_weights).embed(frames)
            assert torch.get_num_threads() == 2
        assert seen == [1, 2, 1]
    finally:
        torch.set_num_threads(before)


def test_what_cannot_be_is_one_line(own_weights, tmp_path):
    with pytest.raises(ValueError, match="layer conv9, 1 clips: a layer is one of conv1"):
        Embedder(own_weights, layer="conv9", clips=1)
    with pytest.raises(ValueError, match="the weights file is not there"):
        Embedder(tmp_path / "none.safetensors")
    large = tmp_path / "large.safetensors"
    save_weights(large, read_weights(own_weights), **identity(NARROW, InputOptions(crop=24), **SAYS))
    with pytest.raises(ValueError, match="a crop of 24 pixels does not fit its frames of 20x27 pixels"):
        Embedder(large)


def test_a_folder_of_a_run_will_do_and_what_is_assumed_is_known(own_weights, tmp_path):
    path = make_weights(tmp_path / "model.safetensors")
    assert Embedder(tmp_path, device="cpu").digest == Embedder(own_weights, device="cpu").digest
    save_weights(path, read_weights(own_weights), **identity(NARROW, network="r3d"))
    bare = Embedder(path, device="cpu")
    assert (bare.inputs.crop, bare.frames.height, bare.clip_length) == (112, 128, 16)
    assert {"crop", "clip_length", "height"} <= set(bare.assumed)


@pytest.mark.parametrize(
    ("about", "reason"),
    [
        (
            {"clip_length": 2**40},
            "the 1 clips of 1099511627776 frames of 20x27 pixels that enter the network need .* GiB of memory",
        ),
        ({"height": 2**20, "width": 2**30}, "1 clips of 8 frames of 1048576x1073741824 pixels"),
        ({"network": "<b>"}, "is of a network '<b>', and here c3d, r3d, r21d, "),
        ({"multiplier": 1e9}, "multiplier: 1000000000.0 is above 4"),
        ({"multiplier": "1"}, "what it says of its weights cannot be: multiplier is '1'"),
        ({"multiplier": 0.125}, "not the weights of this network"),
        ({"crop": -3}, "crop: -3 is below 8"),
    ],
)
def test_weights_that_say_what_cannot_be_are_one_line(own_weights, tmp_path, monkeypatch, about, reason):
    path = tmp_path / "w.safetensors"
    monkeypatch.setattr("vcop.storage.weights_about.checked", lambda path, about: about)  # so that it can be written at all
    save_weights(path, read_weights(own_weights), **identity(NARROW, INPUT, **SAYS) | about)
    monkeypatch.undo()
    with pytest.raises(ValueError, match=reason) as refusal:
        Embedder(path, clips=1, device="cpu")
    assert str(refusal.value).startswith(f"{path}: ")
    assert "\n" not in str(refusal.value)
