"""Linear probe and k-NN from hand-made results."""

from itertools import product

import pytest
from support.beyond_papers import NUMBERS, PROBED, VIDEOS, check_measured, draw
from support.hand_made import check_refused, check_texts, read

from vcop.paper import labels


def test_the_numbers_of_hand_made_results(beyond_results, tmp_path):
    assert draw("beyond_probe", beyond_results, tmp_path / "t") == 0
    table = read(tmp_path / "t.csv")
    assert list(table[0]) == ["dataset", "classifier", "network", "weights", *NUMBERS, "gain", "gain_low", "gain_high"]
    key = ("dataset", "classifier", "network", "weights")
    assert [tuple(r[k] for k in key) for r in table] == list(product(VIDEOS, ("linear", "knn"), labels.NETWORK_LABELS, PROBED))
    for row in table:
        random = row["weights"] == "random"
        of = PROBED if row["classifier"] == "linear" else {w: 4 * (r > 1) for w, r in PROBED.items()}
        value, base = 25 * of[row["weights"]], 25 * of["random"]
        check_measured(row, value, VIDEOS[row["dataset"]], None if random else value - base)


def test_no_text_is_clipped_small_or_covered(beyond_results, tmp_path, drawn):
    assert draw("beyond_probe", beyond_results, tmp_path / "f", "nothing", "--note", "half of a batch at a time, " * 5) == 0
    check_texts(drawn[0])


def test_equal_results_give_equal_files(beyond_results, tmp_path):
    for name in ("one", "two"):
        assert draw("beyond_probe", beyond_results, tmp_path / name) == 0
    for suffix in (".png", ".pdf", ".csv"):
        assert (tmp_path / f"one{suffix}").read_bytes() == (tmp_path / f"two{suffix}").read_bytes()
    assert (tmp_path / "one.png").stat().st_size > 20_000


@pytest.mark.parametrize(
    ("but", "said"),
    [
        ("hmdb51/r3d/16-8-4", "beyond_probe: no result for HMDB51, R3D, 16-8-4 among the files given"),
        ("ucf101/c3d/random", "beyond_probe: no result for UCF101, C3D, random among the files given"),
        ("r3d/random/conv5-seed-1", "no result of split 1, seed 1 to compare it with"),
    ],
)
def test_a_missing_run_is_named_in_one_line(but, said, beyond_results, tmp_path, capsys):
    check_refused(draw("beyond_probe", beyond_results, tmp_path / "t", but), said, tmp_path, capsys)
