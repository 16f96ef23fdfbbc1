"""Figure 2 of the TMM 2020 paper."""

import pytest
from support.hand_made import check_refused, check_texts
from support.schematic import check_boxes, draw, words_of

from vcop.paper.figures import style


@pytest.mark.usefixtures("png_alone")
def test_no_text_is_clipped_small_or_covered(schematic_results, tmp_path, drawn):
    assert draw("tmm2020_figure2", schematic_results, tmp_path / "f", "--note", "half of a batch at a time, " * 5) == 0
    check_texts(drawn[0])
    check_boxes(drawn[0])


def test_equal_inputs_give_equal_files(schematic_results, tmp_path):
    for name in ("one", "two"):
        assert draw("tmm2020_figure2", schematic_results, tmp_path / name) == 0
    for suffix in style.FILES:
        assert (tmp_path / f"one{suffix}").read_bytes() == (tmp_path / f"two{suffix}").read_bytes()


def test_the_curriculum_has_its_steps_and_measured_accuracies(schematic_results, tmp_path, drawn):
    assert draw("tmm2020_figure2", schematic_results, tmp_path / "f") == 0
    words = words_of(drawn[0])
    assert {"tl = 3: 6 orders", "tl = 4: 24 orders", "tl = 5: 120 orders"} <= set(words)
    assert {"from random weights", "from 16-8-3", "from 16-8-4"} <= set(words)
    assert len([w for w in words if w.startswith("50.0 % right [")]) == 3
    chances = ["16.7", "4.2", "0.8"]
    assert [w for w in words if "chance" in w] == [f"of 20 test videos; chance {chance} %" for chance in chances]


@pytest.mark.parametrize(
    ("but", "said"),
    [
        ("illustrate/r3d/16-8-5", "tmm2020_figure2: no illustration of R3D, 16-8-5 among the files given"),
        ("order/r3d/16-8-4", "tmm2020_figure2: no result for R3D, 16-8-4 among the files given"),
    ],
)
def test_a_missing_run_is_named_in_one_line(but, said, schematic_results, tmp_path, capsys):
    check_refused(draw("tmm2020_figure2", schematic_results, tmp_path / "t", but=but), said, tmp_path, capsys)
