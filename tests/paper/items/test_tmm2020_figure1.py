"""Figure 1 of the TMM 2020 paper."""

import pytest
from support.hand_made import check_texts
from support.schematic import check_boxes, draw, words_of

pytestmark = pytest.mark.usefixtures("png_alone")


def test_no_text_is_clipped_small_or_covered(schematic_results, tmp_path, drawn):
    assert draw("tmm2020_figure1", schematic_results, tmp_path / "f", "--note", "half of a batch at a time, " * 5) == 0
    check_texts(drawn[0])
    check_boxes(drawn[0])


def test_training_and_test_video_are_of_one_class(schematic_results, tmp_path, drawn):
    assert draw("tmm2020_figure1", schematic_results, tmp_path / "f") == 0
    words = words_of(drawn[0])
    name = next(w for w in words if w.startswith("(a)")).split("video of ")[1].split(" show")[0]
    frames, clips = (next(w for w in words if w.startswith(part)) for part in ("(b)", "(c)"))
    assert frames == f"(b) Test: frames of {name}: nothing tells an order from its reverse"
    assert clips.startswith(f"(c) Test: clips of {name}: ")  # whether its motion tells the order depends on the video
    assert words.count("either may be right") == 1
