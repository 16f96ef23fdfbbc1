"""Claims of both papers: which runs they need."""

import pytest
from support.hand_made import check_refused, draw


@pytest.mark.parametrize(
    ("but", "said"),
    [
        ("4-scratch", "tmm2020_claims: no result for order/c3d/16-8-4-scratch"),
        ("ucf101-2/c3d/random", "no result of split 2, seed 0 to compare it with"),
    ],
)
def test_a_missing_run_is_named_in_one_line(but, said, results, tmp_path, capsys):
    check_refused(draw("tmm2020_claims", results, tmp_path / "t", but), said, tmp_path, capsys)
