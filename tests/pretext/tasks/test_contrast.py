import numpy as np
import pytest
import torch

from vcop.config.options import PretrainOptions
from vcop.pretext.task_registry import find_task
from vcop.pretext.tasks.contrast import LUMA, PROJECTION, TEMPERATURE, change_looks, draw_look
from vcop.storage.frame_store import Video

TASK, VIDEO = find_task("contrast-16"), Video("a.avi", 3, 0, 20)
PLAIN = (0.0, 1.0, 1.0, 0.0)  # the look that changes nothing


def test_two_clips_and_two_looks(rng):
    starts, looks = set(), set()
    for _ in range(300):
        clips, label, more = TASK.draw(VIDEO, 2, rng)
        assert label == 0
        looks |= {more[:4], more[4:]}
        for clip in clips:
            assert clip == tuple(range(clip[0], clip[0] + 16, 2))
        starts.add((clips[0][0], clips[1][0]))
    assert starts == {(one, other) for one in range(5) for other in range(5)}
    assert len(looks) > 400  # of 600, since a fifth of the clips keep their colours


def test_looks(rng):
    flip, saturation, contrast, brightness = np.array([draw_look(rng) for _ in range(4000)]).T
    assert set(flip) == {0, 1}
    assert flip.mean() == pytest.approx(0.5, abs=0.03)
    assert (saturation == 0).mean() == pytest.approx(0.2, abs=0.03)
    assert (contrast == 1).mean() == pytest.approx(0.2, abs=0.03)
    assert ((brightness == 0) == (contrast == 1)).all()
    for values, middle in ((saturation[saturation > 0], 1), (contrast, 1), (brightness, 0)):
        assert (values.min(), values.max()) == pytest.approx((middle - 0.5, middle + 0.5), abs=0.01)


def test_the_answer_is_the_other_clip_of_the_video_among_all_of_the_batch():
    # First clips point along three axes; the second one of video 0 is near its partner, those of 1 and 2 are exchanged.
    first, second = torch.eye(3), torch.tensor([[3.0, 4, 0], [0, 0, 5], [0, 7, 0]])
    logits, labels = TASK.logits(torch.stack([first, second], dim=1), torch.zeros(3))
    assert labels.tolist() == [0, 1, 2]
    similarities = [[0.6, 0, 0, 0, 0], [0.8, 0, 1, 0, 0], [0, 1, 0, 0, 0]]
    assert torch.allclose(logits * TEMPERATURE, torch.tensor(similarities))
    assert (logits.argmax(1) == labels).tolist() == [True, False, False]
    loss = -(6 - np.log(np.exp(6) + 4)) - (0 - np.log(np.exp(8) + np.exp(10) + 3)) - (0 - np.log(np.exp(10) + 4))
    assert TASK.loss(logits, labels).item() == pytest.approx(loss, rel=1e-5)


def test_first_clips_of_the_others_are_candidates():
    outputs = torch.tensor([[[1.0, 0], [0, 1]], [[1, 0], [0, -1]]])
    logits, _ = TASK.logits(outputs, torch.zeros(2))
    assert torch.allclose(logits * TEMPERATURE, torch.tensor([[0.0, 0, 1], [0, 0, 1]]))


def test_a_collapsed_network_is_not_right():
    logits, labels = TASK.logits(torch.ones(8, 2, 4), torch.zeros(8))
    assert (logits.argmax(1) == labels).sum() == 1
    assert TASK.loss(logits, labels).item() == pytest.approx(8 * np.log(15), rel=1e-5)


def test_a_video_alone_in_its_batch_has_one_answer():
    outputs = torch.rand(1, 2, 4, requires_grad=True)
    logits, labels = TASK.logits(outputs, torch.zeros(1))
    assert logits.shape == (1, 1)
    loss = TASK.loss(logits, labels)
    loss.backward()
    assert loss.item() == 0
    assert not outputs.grad.any()
    assert TASK.chance(1) == 100


def test_chance_depends_on_the_batch():
    assert TASK.chance(8, 101) == 100 / 15
    assert TASK.whole_batch
    assert TASK.own_crops


def test_all_frames_of_a_clip_have_its_look_alone():
    clips = torch.rand(2, 2, 3, 4, 6, 6)
    frame = clips[0, 1, :, 0]
    clips[0, 1] = frame[:, None]
    altered = TASK.alter(clips, torch.zeros(2), torch.tensor([[*PLAIN, 1, 0.5, 1.5, 0.25], [*PLAIN, *PLAIN]]))
    assert torch.allclose(altered[1], clips[1], atol=1e-6)
    assert torch.allclose(altered[0, 0], clips[0, 0], atol=1e-6)
    assert torch.allclose(altered[0, 1], altered[0, 1, :, :1].expand_as(altered[0, 1]), atol=1e-6)
    assert not torch.allclose(altered[0, 1], clips[0, 1], atol=0.1)


def test_each_look_worked_out():
    clip = torch.tensor([[0.0, 0.4], [0.2, 0.2], [0.6, 1.0]]).view(1, 3, 1, 1, 2)  # three colours of two pixels
    luma = torch.tensor([sum(w * v for w, v in zip(LUMA, pixel, strict=True)) for pixel in ((0, 0.2, 0.6), (0.4, 0.2, 1.0))])

    def look(*numbers):
        return change_looks(clip, torch.tensor([numbers]))[0, :, 0, 0]

    assert torch.allclose(look(1, 1, 1, 0), torch.tensor([[0.4, 0.0], [0.2, 0.2], [1.0, 0.6]]))
    assert torch.allclose(look(0, 0, 1, 0), luma.expand(3, 2))
    assert torch.allclose(
        look(0, 1, 0.5, 0), torch.tensor([[0.2, 0.4], [0.3, 0.3], [0.5, 0.7]])
    )  # half way to their mean, 0.4
    assert torch.allclose(look(0, 1, 1, 0.5), clip[0, :, 0, 0] + 0.5 * clip.std())


def test_looks_do_not_depend_on_the_scale_of_the_input(rng):
    clips, looks = torch.rand(3, 3, 2, 4, 4), torch.tensor([draw_look(rng) for _ in range(3)])
    assert torch.allclose(change_looks((clips - 0.45) * 4, looks), (change_looks(clips, looks) - 0.45) * 4, atol=1e-5)


def test_the_memory_layout_is_kept(rng):
    clips = torch.rand(4, 3, 8, 6, 6).to(memory_format=torch.channels_last_3d).unflatten(0, (2, 2))
    more = torch.tensor([TASK.draw(VIDEO, 2, rng).more for _ in range(2)])
    assert TASK.alter(clips, torch.zeros(2), more).stride() == clips.stride()


def test_its_head_projects_both_clips():
    assert TASK.head(5, PretrainOptions(), TASK.classes)(torch.rand(3, 2, 5)).shape == (3, 2, PROJECTION)
