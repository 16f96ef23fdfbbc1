"""Figure 2 of the CVPR 2019 paper."""

import json
from itertools import combinations

import pytest
from support.hand_made import check_refused, check_texts
from support.schematic import SHUFFLED, TASKS, check_boxes, draw, illustrated, words_of

from vcop.sampling.tasks import Task

pytestmark = pytest.mark.usefixtures("png_alone")


def test_no_text_is_clipped_small_or_covered(schematic_results, tmp_path, drawn):
    assert draw("cvpr2019_figure2", schematic_results, tmp_path / "f", "--note", "half of a batch at a time, " * 5) == 0
    check_texts(drawn[0])
    check_boxes(drawn[0])


@pytest.mark.parametrize("task", [TASKS[0], TASKS[-1]])
def test_the_framework_of_the_shortest_and_the_longest_tuple(task, schematic_results, tmp_path, drawn):
    assert draw("cvpr2019_figure2", schematic_results, tmp_path / "f", task=task) == 0
    check_texts(drawn[0])
    check_boxes(drawn[0])
    words, count = words_of(drawn[0]), Task.parse(task).tuple_length
    assert words.count("R3D") == count
    assert words.count("FC") == count * (count - 1) // 2 + 1
    for a, b in combinations(SHUFFLED[count], 2):
        assert f"$h_{{{a + 1}{b + 1}}}$" in words


def test_all_six_orders_stand_with_their_probabilities(schematic_results, tmp_path, drawn):
    assert draw("cvpr2019_figure2", schematic_results, tmp_path / "f") == 0
    words = words_of(drawn[0])
    assert {"123", "132", "213", "231", "312", "321"} <= set(words)
    # 1 .. 6 of 21, where the right order's 4 has changed places with the 5 of <3 1 2>.
    assert [w for w in words if "%" in w] == ["5 %", "10 %", "14 %", "24 % true", "19 %", "29 % ✗"]


@pytest.mark.parametrize(
    ("but", "said"),
    [
        ("16-8-3", "cvpr2019_figure2: no illustration of R3D, 16-8-3 among the files given"),
    ],
)
def test_a_missing_run_is_named_in_one_line(but, said, schematic_results, tmp_path, capsys):
    check_refused(draw("cvpr2019_figure2", schematic_results, tmp_path / "t", but=but), said, tmp_path, capsys)


def test_files_of_another_version_or_study_are_named(schematic_results, store, tmp_path, capsys):
    folder = tmp_path / "out"
    folder.mkdir()
    odd = tmp_path / "illustrate/r3d/16-8-3/seed-0.json"
    odd.parent.mkdir(parents=True)
    frames = schematic_results / "frames/ucf101.h5"
    whole = illustrated(store, "16-8-3")
    for found, said in (
        ({k: v for k, v in whole.items() if k != "crop"}, "seed-0.json: not what this version of `vcop illustrate` writes"),
        (whole | {"frames": "other"}, f"ucf101.h5: not the frame store that {whole['video']} was illustrated from"),
    ):
        odd.write_text(json.dumps(found))
        check_refused(draw("cvpr2019_figure2", schematic_results, folder / "t", inputs=[frames, odd]), said, folder, capsys)
