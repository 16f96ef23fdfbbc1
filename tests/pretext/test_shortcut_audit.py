import pytest
import torch

from vcop.pretext import shortcut_audit
from vcop.sampling.clips import draw_corner
from vcop.sampling.seeding import generator

CROP = 4


@pytest.fixture
def sample():
    """Two tuples of three clips of two frames of 6 x 9 pixels; every pixel differs."""
    frames = torch.arange(2 * 3 * 2 * 6 * 9 * 3).remainder(251).to(torch.uint8).view(2, 3, 2, 6, 9, 3)
    return {
        "frames": frames,
        "corners": torch.ones(2, 3, 2, dtype=torch.long),
        "label": torch.tensor([4, 0]),
        "video": ["a", "b"],
    }


def test_only_what_a_condition_names_is_changed(sample):
    kept = {k: v.clone() if isinstance(v, torch.Tensor) else v for k, v in sample.items()}
    changed = {name: change(sample, CROP) for name, change in shortcut_audit.CONDITIONS.items()}
    for name, of in changed.items():
        touched = "corners" if "crop" in name else "frames"
        assert of["video"] == ["a", "b"]
        assert torch.equal(of["label"], kept["label"])
        for key in ("frames", "corners"):
            assert of[key].shape == kept[key].shape
            assert of[key].dtype == kept[key].dtype
            assert torch.equal(of[key], kept[key]) == (name == "plain" or key != touched), (name, key)
    assert all(torch.equal(sample[k], kept[k]) for k in ("frames", "corners"))


def test_still(sample):
    frames = shortcut_audit.still(sample, CROP)["frames"]
    assert torch.equal(frames[:, :, 0], sample["frames"][:, :, 0])
    assert torch.equal(frames[:, :, 1], sample["frames"][:, :, 0])


def test_reversed(sample):
    frames = shortcut_audit.reverse(sample, CROP)["frames"]
    assert torch.equal(frames[0, 2, 0], sample["frames"][0, 2, 1])
    assert torch.equal(frames[0, 2, 1], sample["frames"][0, 2, 0])


@pytest.mark.parametrize(
    ("colour", "luma"),
    [((255, 0, 0), 76), ((0, 255, 0), 150), ((0, 0, 255), 29), ((255, 255, 255), 255), ((0, 0, 0), 0), ((10, 20, 30), 18)],
)
def test_grey(colour, luma):
    """0.299 R + 0.587 G + 0.114 B, rounded."""
    frames = torch.tensor(colour, dtype=torch.uint8).expand(1, 1, 1, 1, 1, 3)
    assert shortcut_audit.grey({"frames": frames}, CROP)["frames"].tolist() == [[[[[[luma] * 3]]]]]


def test_crops(sample):
    own, shared = (change(sample, CROP)["corners"] for change in (shortcut_audit.own_crops, shortcut_audit.shared_crop))
    for b, video in enumerate(("a", "b")):
        rng = generator("audit crop", video)
        assert own[b].tolist() == [list(draw_corner(6, 9, CROP, rng)) for _ in range(3)]
        assert shared[b].tolist() == own[b, :1].tolist() * 3
    # The batch that a video is in changes nothing.
    alone = {k: v[1:] for k, v in sample.items()}
    assert torch.equal(shortcut_audit.own_crops(alone, CROP)["corners"], own[1:])
