import numpy as np

from vcop.pretext.task_registry import find_task
from vcop.storage.frame_store import Video


def test_each_clip_is_its_middle_frame_and_all_else_is_as_in_order_prediction():
    video = Video("a.avi", 0, 0, 90)
    moving, still = (find_task(name).draw(video, 2, np.random.default_rng(4)) for name in ("16-8-3", "still-16-8-3"))
    assert still.label == moving.label
    for clip, frames in zip(still.clips, moving.clips, strict=True):
        assert set(clip) == {frames[4]} == {frames[0] + 8}
        assert len(clip) == 8
