import torch

from vcop.config.options import InputOptions
from vcop.loading.transforms import crop_and_scale

FRAMES = torch.randint(0, 256, (4, 6, 20, 27, 3), dtype=torch.uint8)
CORNERS = torch.tensor([[0, 0], [4, 11], [2, 5], [1, 9]])


def test_one_crop_a_clip_shared_by_its_frames():
    out = crop_and_scale(FRAMES, CORNERS, InputOptions(crop=16))
    assert out.shape == (4, 3, 6, 16, 16)
    for clip, (top, left) in enumerate(CORNERS.tolist()):
        for frame in range(6):
            expected = FRAMES[clip, frame, top : top + 16, left : left + 16].permute(2, 0, 1) / 255
            assert torch.allclose(out[clip, :, frame], expected)


def test_rgb_in_0_1_unless_the_study_says_otherwise():
    plain = crop_and_scale(FRAMES, CORNERS, InputOptions(crop=16))
    assert plain.min() >= 0
    assert plain.max() <= 1
    scaled = crop_and_scale(FRAMES, CORNERS, InputOptions(crop=16, input_mean=0.45, input_gain=4.0))
    assert torch.allclose(scaled, (plain - 0.45) * 4)


def test_the_layout_changes_no_value():
    plain, last = (crop_and_scale(FRAMES, CORNERS, InputOptions(crop=16), layout) for layout in (False, True))
    assert torch.equal(plain, last)
    assert last.is_contiguous(memory_format=torch.channels_last_3d)
