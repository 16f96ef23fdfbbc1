"""Table VI of answers made by hand: eight videos with three or four questions each."""

import json
from itertools import product

import pytest
from support.hand_made import NETWORKS, check_refused, read, write
from support.helpers import vcop

from vcop.datasets.activitynet_qa import TYPES
from vcop.paper.measurement.published import cells

VIDEOS = range(8)
# How many videos' questions of each type are right: every video has one of motion and colour, even ones two of location.
RIGHT = {
    "supervised": {0: 4, 4: 6, 6: 2},
    "16-8-3": {0: 8, 4: 6, 6: 8},
    "question-only": {0: 2, 4: 2, 6: 2},
    "most-frequent": {0: 0, 4: 4, 6: 0},
}


def write_answers(path, right, kinds=(0, 4, 6)):
    asked = [(v, k, n) for v, k in product(VIDEOS, kinds) for n in range(2 if k == 6 and v % 2 == 0 else 1)]
    rows = [f"q{v}.{k}.{n},v{v},{k},a,b,{int(v < right[k])}" for v, k, n in asked]
    write(path, "question,video,type,answer,predicted,right", rows)


@pytest.fixture
def results(tmp_path):
    for network, weights in product(NETWORKS, ("supervised", "16-8-3")):
        write_answers(tmp_path / f"answers/{network}/{weights}/seed-0.csv", RIGHT[weights])
    for control in ("question-only", "most-frequent"):
        write_answers(tmp_path / f"answers/{control}/seed-0.csv", RIGHT[control])
    counts = {"questions": {"training": 90, "test": 28}, "asked": {"training": 100, "test": 31}}
    write(tmp_path / "answering/question-only/seed-0/provenance.json", json.dumps(counts), [])
    return tmp_path


def draw(results, out, but="nothing"):
    files = [p for p in sorted(results.glob("ans*/**/*.*")) if but not in p.as_posix()]
    return vcop("render", "tmm2020_table6", "--study", "s", "--task", "16-8-3", "--inputs", *files, "--out", out)


def test_accuracies_are_of_questions_and_gains_over_the_question_alone(results, tmp_path):
    assert draw(results, tmp_path / "out" / "t") == 0
    by = {(r["row"], r["column"]): r for r in read(tmp_path / "out" / "t.csv")}
    assert [column for row, column in by if row == "C3D (16-8-3)"] == ["Motion", "Color", "Loc.", "All"]
    first = by["C3D (supervised)", "Motion"]
    assert [float(first[k]) for k in ("published", "measured", "gain")] == [2.0, 50, 25]
    assert first["n"] == "8"
    # Twelve questions of location, three of them on the first two videos: not the mean over videos, which is a quarter, too.
    assert (by["R3D (supervised)", "Loc."]["n"], float(by["R3D (supervised)", "Loc."]["measured"])) == ("12", 25)
    assert float(by["R3D (16-8-3)", "All"]["measured"]) == pytest.approx(100 * 26 / 28, abs=0.005)
    assert by["R3D (16-8-3)", "All"]["n"] == "28"
    assert float(by["R3D (16-8-3)", "All"]["gain"]) == pytest.approx(100 * (26 - 7) / 28, abs=0.005)
    assert float(by["Most frequent answer", "Color"]["measured"]) == 50
    assert by["Question only", "Motion"]["gain"] == by["Question only", "Motion"]["published"] == ""
    certain = by["C3D (16-8-3)", "Motion"]  # all right: Wilson's interval over eight videos, with t of 7: 8 / (8 + 2.365^2)
    assert (float(certain["low"]), float(certain["high"])) == (pytest.approx(58.86, abs=0.01), 100)


def test_the_heading_says_on_how_many_questions_it_stands(results, tmp_path):
    assert draw(results, tmp_path / "out" / "t") == 0
    for kind in ("md", "html", "tex"):
        text = (tmp_path / "out" / f"t.{kind}").read_text()
        assert "28 of 31 test questions, trained on 90 of 100" in text
        assert "over the question alone" in text


def test_a_video_counts_with_all_its_questions(results, tmp_path):
    """With every answer of a video alike, ten questions a video are no surer than one."""
    once, often = {}, {}
    for times, found in ((1, once), (10, often)):
        rows = [f"q{v}.{n},v{v},0,a,b,{v % 2}" for v in VIDEOS for n in range(times)]
        for path in results.glob("answers/**/*.csv"):
            write(path, "question,video,type,answer,predicted,right", rows)
        assert draw(results, tmp_path / "out" / "t") == 0
        found |= {r["row"]: (r["low"], r["high"]) for r in read(tmp_path / "out" / "t.csv") if r["column"] == "All"}
    assert once == often


@pytest.mark.parametrize(
    ("but", "said"),
    [
        ("r3d/16-8-3", "tmm2020_table6: no result for R3D (16-8-3), Motion"),
        ("most-frequent", "tmm2020_table6: no result for Most frequent answer, Motion"),
        ("provenance", "tmm2020_table6: no provenance of the runs without video"),
    ],
)
def test_a_missing_run_is_named_in_one_line(but, said, results, tmp_path, capsys):
    (tmp_path / "out").mkdir()
    check_refused(draw(results, tmp_path / "out" / "t", but), said, tmp_path / "out", capsys)


def test_every_type_has_its_published_number():
    printed = [c for c in cells("tmm2020_table6") if c.weights]
    assert len(printed) == 6 * 10
    assert all(c.published is not None and c.column in (*TYPES, "All") for c in printed)
    by = {(c.row, c.column): c.published for c in printed}
    # T IV-D: the clip order networks are better over all.
    assert [by[f"{n} ({w})", "All"] for n in ("C3D", "R3D", "R(2+1)D") for w in ("supervised", "16-8-3")] == [
        29.0, 30.4, 29.2, 30.2, 29.1, 30.3,
    ]  # fmt: skip
