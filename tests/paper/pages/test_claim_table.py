"""The CSV of judged claims: numbers and verdicts of each comparison."""

from support.hand_made import read

from vcop.paper.measurement.claims import Claim, Comparison
from vcop.paper.measurement.scores import Measured
from vcop.paper.pages.claim_table import HEADER, save_csv


def finding(low, high):
    difference = Measured((low + high) / 2, low, high, 40, seeds=3)
    return Comparison(
        setting="R3D, top 1", higher="16-8-3", lower="arrow-16", higher_accuracy=50.0, lower_accuracy=50 - difference.value,
        difference=difference, joint=(low - 1, high + 1), shared=40,
    )  # fmt: skip


def test_each_comparison_is_a_row(tmp_path):
    claim = Claim(says="Clips are better.", section="ours", pairs=[])
    save_csv([(claim, [finding(2, 4), finding(-3, 3)])], tmp_path / "claims")
    rows = read(tmp_path / "claims.csv")
    assert list(rows[0]) == HEADER
    assert [(row["difference"], row["low"], row["joint_low"], row["verdict"]) for row in rows] == [
        ("3.00", "2.00", "1.00", "holds"),
        ("0.00", "-3.00", "-4.00", "cannot tell"),
    ]
    assert {(row["claim"], row["claim_verdict"], row["because"]) for row in rows} == {
        ("Clips are better.", "cannot tell", "too wide intervals")
    }
    assert {row["printed_higher"] for row in rows} == {""}
