import torch

from vcop.config.options import PretrainOptions
from vcop.pretext.task_registry import find_task


def test_the_papers_task():
    task = find_task("16-8-3")
    assert (task.clip_length, task.clips, task.window, task.classes, task.goes_on) == (16, 3, 64, 6, False)
    assert task.chance(8) == 100 / 6
    assert find_task("16-8-3-hard").goes_on


def test_the_head_is_the_order_predictor():
    head = find_task("16-8-4").head(5, PretrainOptions(), 24)
    assert head(torch.zeros(2, 4, 5)).shape == (2, 24)
