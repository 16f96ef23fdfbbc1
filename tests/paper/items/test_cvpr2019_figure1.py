"""Figure 1 of the CVPR 2019 paper."""

import pytest
from support.hand_made import check_refused, check_texts
from support.schematic import check_boxes, draw

from vcop.paper.figures import style


@pytest.mark.usefixtures("png_alone")
def test_no_text_is_clipped_small_or_covered(schematic_results, tmp_path, drawn):
    assert draw("cvpr2019_figure1", schematic_results, tmp_path / "f", "--note", "half of a batch at a time, " * 5) == 0
    check_texts(drawn[0])
    check_boxes(drawn[0])


def test_equal_inputs_give_equal_files(schematic_results, tmp_path):
    for name in ("one", "two"):
        assert draw("cvpr2019_figure1", schematic_results, tmp_path / name) == 0
    for suffix in style.FILES:
        assert (tmp_path / f"one{suffix}").read_bytes() == (tmp_path / f"two{suffix}").read_bytes()


def test_a_task_that_no_video_is_long_enough_for_is_named(schematic_results, tmp_path, capsys):
    said = "ucf101.h5: no video of split 1 has the 2416 frames of a tuple 800-8-3: nothing can be drawn"
    check_refused(draw("cvpr2019_figure1", schematic_results, tmp_path / "t", task="800-8-3"), said, tmp_path, capsys)
