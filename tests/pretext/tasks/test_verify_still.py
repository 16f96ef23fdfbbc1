import numpy as np

from vcop.pretext.task_registry import find_task
from vcop.storage.frame_store import Video


def test_each_clip_is_its_middle_frame_and_all_else_is_as_in_verification_of_clips():
    video = Video("a.avi", 0, 0, 90)
    moving, still = (
        find_task(name).draw(video, 2, np.random.default_rng(4)) for name in ("verify-16-8-3", "verify_still-16-8-3")
    )
    assert still.label == moving.label
    assert still.clips == [(frames[0] + 8,) * 8 for frames in moving.clips]


def test_it_is_tested_on_the_sequences_of_verification_and_begins_with_the_same_head():
    task = find_task("verify_still-16-8-3")
    assert str(task.plain) == "verify-16-8-3"
    assert task.kind == task.plain.kind
    assert task.chance(8) == 50
