"""Figure 8 of the TMM 2020 paper from hand-made results."""

import pytest
from support.hand_made import check_refused, check_texts, draw
from support.item_checks import check_figure

from vcop.paper.figures import example_videos, retrieval_pictures


def test_texts_are_legible_and_equal_results_give_equal_files(results, tmp_path, drawn):
    check_figure("tmm2020_figure8", results, tmp_path, drawn)


def test_long_class_names_are_legible(results, tmp_path, drawn, monkeypatch):
    """The longest of UCF101's, as the papers' figures print them: in words, on several lines."""
    names = ["FieldHockeyPenalty", "RockClimbingIndoor", "VolleyballSpiking", "TrampolineJumping", "BandMarching"]
    classes = sorted(
        {
            example_videos.class_label(v)
            for v in example_videos.read_neighbours(results / "retrieval/ucf101/c3d/16-8-3/conv5-seed-0.csv")
        }
    )
    long = {name: names[i % len(names)] for i, name in enumerate(classes)}
    monkeypatch.setattr(
        retrieval_pictures,
        "picture_label",
        lambda name, label=retrieval_pictures.picture_label, **how: label(long[example_videos.class_label(name)], **how),
    )
    assert retrieval_pictures.picture_label(f"{classes[0]}/v.avi") == "Field Hockey\nPenalty"
    assert draw("tmm2020_figure8", results, tmp_path / "f") == 0
    check_texts(drawn[0])


@pytest.mark.parametrize(
    ("but", "said"),
    [
        ("r21d/16-8-5", "tmm2020_figure8: no result for R(2+1)D, 16-8-5, UCF101 "),
    ],
)
def test_a_missing_run_is_named_in_one_line(but, said, results, tmp_path, capsys):
    check_refused(draw("tmm2020_figure8", results, tmp_path / "t", but), said, tmp_path, capsys)
