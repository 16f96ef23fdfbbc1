import pytest

from vcop.sampling.draws import draw_distinct, still_clips
from vcop.sampling.seeding import generator
from vcop.sampling.tasks import Task
from vcop.storage.frame_store import Video


@pytest.mark.parametrize(("count", "possible"), [(64, 6), (65, 12), (200, 137 * 6)])
def test_no_tuple_is_drawn_twice_as_long_as_there_are_others(count, possible):
    task, video = Task.parse("16-8-3"), Video("a.avi", 0, 0, count)
    drawn = [draw_distinct(task, video, 1, generator("x"), number)[-1] for number in range(1, 15)]
    assert len({tuple(draw.clips) for draw in drawn}) == min(14, possible)
    if possible > 14:
        assert drawn == draw_distinct(task, video, 1, generator("x"), 14), "the first ones do not depend on the number"
    assert drawn[0] == task.draw(video, 1, generator("x"))


def test_still_clips_are_their_middle_frames():
    assert still_clips([(4, 6, 8), (10, 11, 12, 13)]) == [(6, 6, 6), (12, 12, 12, 12)]
