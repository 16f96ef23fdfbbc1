"""Retrieval beside descriptors and supervised networks, from hand-made results."""

import pytest
from support.beyond_papers import DESCRIBED, NUMBERS, RETRIEVED, VIDEOS, draw
from support.hand_made import check_refused, check_texts, read

from vcop.paper import labels


def test_the_numbers_of_hand_made_results(beyond_results, tmp_path):
    assert draw("beyond_retrieval", beyond_results, tmp_path / "t") == 0
    rows = read(tmp_path / "t.csv")
    assert list(rows[0]) == ["dataset", "network", "weights", "k", *NUMBERS, "chance"]
    first = {(r["dataset"], r["network"], r["weights"]): r for r in rows if r["k"] == "1"}
    assert len(first) == len(VIDEOS) * (len(DESCRIBED) + len(labels.NETWORK_LABELS) * len(RETRIEVED))
    for (dataset, network, name), row in first.items():
        right = DESCRIBED[name] if network == "no network" else RETRIEVED[name]
        assert float(row["measured"]) == 25 * right
        assert (int(row["n"]), row["chance"]) == (VIDEOS[dataset], "20.00")
        assert row["seeds"] == ("1" if network == "no network" else "2")


def test_no_text_is_clipped_small_or_covered(beyond_results, tmp_path, drawn):
    assert (
        draw("beyond_retrieval", beyond_results, tmp_path / "f", "nothing", "--note", "half of a batch at a time, " * 5) == 0
    )
    check_texts(drawn[0])


@pytest.mark.parametrize(
    ("but", "said"),
    [
        ("hmdb51/r3d/supervised", "beyond_retrieval: no result for HMDB51, R3D, supervised among the files given"),
        ("handcrafted/ucf101", "beyond_retrieval: no descriptors of UCF101 among the files given"),
        ("16-8-3", "beyond_retrieval: needs results of random weights, of supervised and of one task, got those of none"),
    ],
)
def test_a_missing_run_is_named_in_one_line(but, said, beyond_results, tmp_path, capsys):
    check_refused(draw("beyond_retrieval", beyond_results, tmp_path / "t", but), said, tmp_path, capsys)
