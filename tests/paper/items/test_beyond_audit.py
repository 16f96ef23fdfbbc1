"""Shortcut audit from hand-made results."""

from itertools import product

import pytest
from support.beyond_papers import AUDITED, NUMBERS, check_measured, draw
from support.hand_made import check_refused, check_texts, read, write
from support.helpers import vcop

from vcop.paper import labels
from vcop.paper.items.beyond_audit import CONDITIONS


def test_the_numbers_of_hand_made_results(beyond_results, tmp_path):
    assert draw("beyond_audit", beyond_results, tmp_path / "t") == 0
    table = read(tmp_path / "t.csv")
    assert list(table[0]) == ["network", "task", "condition", *NUMBERS, "change", "change_low", "change_high", "chance"]
    assert [(r["network"], r["task"], r["condition"]) for r in table] == list(
        product(labels.NETWORK_LABELS, ["16-8-3"], CONDITIONS)
    )
    for row in table:
        value = 25 * AUDITED[row["condition"]]
        check_measured(row, value, 20, None if row["condition"] == "plain" else value - 75, "change")
        assert row["chance"] == "16.67"


def test_no_text_is_clipped_small_or_covered(beyond_results, tmp_path, drawn):
    assert draw("beyond_audit", beyond_results, tmp_path / "f", "nothing", "--note", "half of a batch at a time, " * 5) == 0
    check_texts(drawn[0])


def test_equal_results_give_equal_files(beyond_results, tmp_path):
    for name in ("one", "two"):
        assert draw("beyond_audit", beyond_results, tmp_path / name) == 0
    for suffix in (".png", ".pdf", ".csv"):
        assert (tmp_path / f"one{suffix}").read_bytes() == (tmp_path / f"two{suffix}").read_bytes()
    assert (tmp_path / "one.png").stat().st_size > 20_000


@pytest.mark.parametrize(
    ("but", "said"),
    [
        ("r3d", "beyond_audit: no result for R3D, 16-8-3 among the files given"),
    ],
)
def test_a_missing_run_is_named_in_one_line(but, said, beyond_results, tmp_path, capsys):
    check_refused(draw("beyond_audit", beyond_results, tmp_path / "t", but), said, tmp_path, capsys)


def test_a_missing_condition_is_named(beyond_results, tmp_path, capsys):
    text = (beyond_results / "audit/r3d/16-8-3/seed-0.csv").read_text().replace("grey,", "gray,")
    write(tmp_path / "audit/r3d/16-8-3/seed-0.csv", text, [])
    files = [
        *beyond_results.glob("audit/*21d/*/*.csv"),
        *beyond_results.glob("audit/c3d/*/*.csv"),
        *tmp_path.glob("audit/*/*/*.csv"),
    ]
    words = ("--study", "s", "--task", "16-8-3", "--out", tmp_path / "t")
    assert vcop("render", "beyond_audit", *words, "--inputs", *files) == 1
    assert "seed-0.csv: no rows of the condition 'grey': run `vcop audit` again" in capsys.readouterr().err
