"""Top 1 by the clips of a video, from hand-made results."""

import pytest
from support.beyond_papers import RETRIEVED, draw
from support.hand_made import check_refused, check_texts, read

from vcop.paper import labels


def test_the_numbers_of_hand_made_results(beyond_results, tmp_path):
    """One clip of each video: one in four. Two: as many as the weights find, whichever clip asks."""
    assert draw("beyond_sampling", beyond_results, tmp_path / "t") == 0
    rows = read(tmp_path / "t.csv")
    key = ("quantity", "network", "weights", "level", "x")
    numbers = {tuple(r[k] for k in key): float(r["measured"]) for r in rows}
    assert len(numbers) == len(labels.NETWORK_LABELS) * 2 * (2 * 2 + 2)
    for (quantity, _, weights, _, x), value in numbers.items():
        assert value == 25 * (1 if (quantity, x) == ("clips of a video", "1") else RETRIEVED[weights])
    assert {r["n"] for r in rows} == {"20"}
    assert {r["seeds"] for r in rows} == {"2"}


def test_no_text_is_clipped_small_or_covered(beyond_results, tmp_path, drawn):
    assert draw("beyond_sampling", beyond_results, tmp_path / "f", "nothing", "--note", "half of a batch at a time, " * 5) == 0
    check_texts(drawn[0])


@pytest.mark.parametrize(
    ("but", "said"),
    [
        ("ucf101/r3d/random/conv5", "beyond_sampling: no result for R3D, random among the files given"),
        ("ucf101/r3d/16-8-3/clips-1", "beyond_sampling: no result for R3D, 16-8-3, 1 clips among the files given"),
    ],
)
def test_a_missing_run_is_named_in_one_line(but, said, beyond_results, tmp_path, capsys):
    check_refused(draw("beyond_sampling", beyond_results, tmp_path / "t", but), said, tmp_path, capsys)
