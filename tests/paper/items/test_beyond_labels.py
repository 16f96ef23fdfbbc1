"""Recognition from few labels from hand-made results."""

import json
from itertools import product

import pytest
from support.beyond_papers import INPUTS, NUMBERS, SHARES, check_measured, draw
from support.hand_made import check_refused, check_texts, read, write
from support.helpers import vcop

from vcop.paper import labels


def test_the_numbers_of_hand_made_results(beyond_results, tmp_path):
    assert draw("beyond_labels", beyond_results, tmp_path / "t") == 0
    table = read(tmp_path / "t.csv")
    assert list(table[0]) == ["network", "weights", "labels", "training_videos", *NUMBERS, "gain", "gain_low", "gain_high"]
    key = [(r["network"], r["weights"], int(r["labels"])) for r in table]
    assert key == list(product(labels.NETWORK_LABELS, ("random", "16-8-3"), SHARES))
    for row in table:
        random, trained = (25 * of for of in SHARES[int(row["labels"])])
        assert int(row["training_videos"]) == 5 * int(row["labels"])
        if row["weights"] == "random":
            check_measured(row, random, 20)
        else:
            check_measured(row, trained, 20, trained - random)


def test_no_text_is_clipped_small_or_covered(beyond_results, tmp_path, drawn):
    assert draw("beyond_labels", beyond_results, tmp_path / "f", "nothing", "--note", "half of a batch at a time, " * 5) == 0
    check_texts(drawn[0])


def test_equal_results_give_equal_files(beyond_results, tmp_path):
    for name in ("one", "two"):
        assert draw("beyond_labels", beyond_results, tmp_path / name) == 0
    for suffix in (".png", ".pdf", ".csv"):
        assert (tmp_path / f"one{suffix}").read_bytes() == (tmp_path / f"two{suffix}").read_bytes()
    assert (tmp_path / "one.png").stat().st_size > 20_000


@pytest.mark.parametrize(
    ("but", "said"),
    [
        ("r21d/16-8-3/labels-20/seed", "beyond_labels: no result for R(2+1)D, 16-8-3, 20 % of the labels"),
        ("/16-8-3/", "needs results of random weights and of one task, got those of none"),
        ("provenance", "beyond_labels: no provenance says how many videos 5 % of the labels are"),
    ],
)
def test_a_missing_run_is_named_in_one_line(but, said, beyond_results, tmp_path, capsys):
    check_refused(draw("beyond_labels", beyond_results, tmp_path / "t", but), said, tmp_path, capsys)


def test_unequal_shares_are_named(beyond_results, tmp_path, capsys):
    odd = tmp_path / "finetune/ucf101-1/r3d/random/labels-5/seed-0/provenance.json"
    write(odd, json.dumps({"videos": {"training": 24}}), [])
    files = [p for pattern in INPUTS["beyond_labels"] for p in beyond_results.glob(pattern)]
    assert (
        vcop("render", "beyond_labels", "--study", "s", "--task", "16-8-3", "--out", tmp_path / "t", "--inputs", *files, odd)
        == 1
    )
    assert "the runs on 5 % of the labels differ in their number of videos, [24, 25]" in capsys.readouterr().err
