"""Pretext tasks under one protocol from hand-made results: numbers, a task at chance, audits and claims."""

import pytest
from support.compared_tasks import TASKS, draw
from support.hand_made import check_refused, check_texts, read

from vcop.paper.measurement.audits import CONDITIONS
from vcop.paper.measurement.claims import HOLDS, OPEN


@pytest.fixture(scope="module")
def out(compared_results, tmp_path_factory):
    out = tmp_path_factory.mktemp("tasks") / "tasks"
    assert draw("beyond_tasks", compared_results, out) == 0
    return out


def test_every_tasks_own_accuracy_stands_beside_chance(out):
    own = {row["weights"]: row for row in read(out.with_suffix(".csv")) if row["measure"] == "own task"}
    assert {name: float(row["measured"]) for name, row in own.items()} == {name: 25 * task[0] for name, task in TASKS.items()}
    assert {name: row["against_chance"] for name, row in own.items()} == dict.fromkeys(TASKS, "above") | {
        "random_labels-16-4": "not apart"
    }
    for kind in (".md", ".html"):
        text = out.with_suffix(kind).read_text()
        assert "4 of 5 pretrainings answer their own task better than chance" in text
        assert "not R3D, random_labels-16-4 (25.0 %, chance 25.0)" in text
        assert "All pretrainings saw about as many clips (3,000 clips), in 10 to 30 epochs." in text


def test_all_measures_have_gains_on_random_weights(out):
    rows = [row for row in read(out.with_suffix(".csv")) if row["measure"] == "k-NN"]
    assert [(row["weights"], row["measured"], row["gain"]) for row in rows] == [
        ("random", "25.00", ""),
        ("16-8-3", "75.00", "50.00"),
        ("still-16-8-3", "50.00", "25.00"),
        ("arrow-16", "100.00", "75.00"),
        ("random_labels-16-4", "25.00", "0.00"),
        ("supervised-16", "100.00", "75.00"),
    ]


def test_every_task_is_audited(out):
    rows = read(out.with_name("tasks-audit.csv"))
    assert [(row["task"], row["condition"]) for row in rows] == [(task, name) for task in TASKS for name in CONDITIONS]
    assert {row["change"] for row in rows if row["condition"] == "still"} == {"-50.00"}


def test_the_claims_are_judged_on_a_page_of_their_own(out):
    verdicts = {row["claim"]: row["claim_verdict"] for row in read(out.with_name("tasks-claims.csv"))}
    assert verdicts["16-8-3 is answered better from clips than from still ones."] == HOLDS
    assert (
        verdicts["16-8-3 leaves better weights than arrow-16, by most measures."] == OPEN
    )  # three of six measures are equal or worse
    assert verdicts["supervised-16 leaves better weights than 16-8-3, by most measures."] == HOLDS
    assert len(verdicts) == 10
    page = out.with_name("tasks-claims.html").read_text()
    assert "Of 10 claims 9 hold, 1 cannot be told" in page
    assert "printed numbers bear out" not in page
    assert "R3D, own task" in page
    assert "UCF101, R3D, 10 % of the labels, recognition" in page


def test_no_text_is_clipped_small_or_covered(compared_results, tmp_path, drawn):
    assert draw("beyond_tasks", compared_results, tmp_path / "f", "nothing", "--note", "half of a batch at a time, " * 5) == 0
    check_texts(drawn[0])


@pytest.mark.parametrize(
    ("but", "said"),
    [
        ("audit/r3d/arrow-16", "beyond_tasks: no audit of r3d, arrow-16 among the files given"),
        ("r3d/random/labels-10/seed-1", "no result of split 1, seed 1 to compare it with among the given files"),
    ],
)
def test_a_missing_run_is_named_in_one_line(but, said, compared_results, tmp_path, capsys):
    check_refused(draw("beyond_tasks", compared_results, tmp_path / "t", but), said, tmp_path, capsys)
