"""Verdicts on hand-made results: what holds, what does not, and what cannot be told."""

from itertools import product

import pytest
from support.hand_made import NETWORKS, is_right, read, write
from support.helpers import vcop

from vcop.paper.heading import Heading
from vcop.paper.items.tmm2020_claims import CLAIMS
from vcop.paper.measurement.claims import FAILS, HOLDS, OPEN, Claim, Comparison, claim_verdict, collect_results, judge_claim
from vcop.paper.measurement.scores import Measured
from vcop.paper.pages import claims

# Of every four questions so many are answered rightly.
ANSWERED = {"c3d/16-8-3": 3, "r3d/16-8-3": 4, "r21d/16-8-3": 2, "question-only": 3}
ANSWERED |= {f"{network}/supervised": 1 for network in NETWORKS}
READ = ["order/*/*/seed-0.csv", "retrieval/*/*/*/*.csv", "recognition/*/*/*/*/*.csv"]
HEADING = Heading("Claims", "A caption.", "a study", "")


def finding(low, high, where="here"):
    middle = (low + high) / 2
    return Comparison(where, "16-8-4", "16-8-3", 50 + middle, 50.0, Measured(middle, low, high, 20), 20)


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [(0.1, 5, HOLDS), (-5, -0.1, FAILS), (-1, 1, OPEN), (0, 5, OPEN), (-5, 0, OPEN), (0, 0, OPEN)],
)
def test_a_verdict_is_the_intervals(low, high, said):
    assert finding(low, high).verdict == said


def test_a_claim_holds_where_all_comparisons_do():
    yes, no, open_ = finding(1, 2), finding(-2, -1), finding(-1, 1)
    assert claim_verdict([yes, yes]) == HOLDS
    assert claim_verdict([yes, open_]) == OPEN
    assert claim_verdict([yes, open_, no]) == FAILS


@pytest.fixture(scope="module")
def files(results, tmp_path_factory):
    """All that the claims are held against: two questions about each of twenty videos besides."""
    root = tmp_path_factory.mktemp("answered")
    for where, share in ANSWERED.items():
        rows = [f"v{i},v{i}_{k},{k},{is_right(i, share)}" for i, k in product(range(20), range(2))]
        write(root / f"answers/{where}/seed-0.csv", "video,question,type,right", rows)
    return [*(p for pattern in READ for p in sorted(results.glob(pattern))), *sorted(root.rglob("*.csv"))]


def draw(files, out):
    words = ("--study", "a <hand-made> study", "--task", "16-8-3")
    return vcop("render", "tmm2020_claims", *words, "--inputs", *files, "--out", out)


@pytest.fixture(scope="module")
def page(files, tmp_path_factory):
    out = tmp_path_factory.mktemp("claims")
    for name in ("t", "again"):
        assert draw(files, out / name) == 0
    return out


VERDICTS = {  # and how many comparisons
    "C 4, Table 1": [(FAILS, 3)],
    "C 4.1": [(FAILS, 24)],
    "C 4.1, Figure 5": [(FAILS, 30), (OPEN, 20)],
    "C 4.2": [(FAILS, 6)],
    "C 4.2, T IV-C": [(OPEN, 4), (HOLDS, 4)],
    "T IV-A, Table I": [(FAILS, 18)],
    "T IV-A, Figure 4": [(HOLDS, 1)],
    "T IV-A": [(HOLDS, 1), (OPEN, 6), (OPEN, 3), (OPEN, 1)],
    "T IV-B": [(FAILS, 30), (FAILS, 30)],
    "T IV-B, Figure 6": [(FAILS, 18)],
    "T IV-B, Figure 7": [(OPEN, 30)],
    "T IV-B, Table IV": [(OPEN, 15)],
    "T IV-C": [(FAILS, 12)],
    "T IV-B, IV-C": [(OPEN, 12)],
    "T IV-C, Figure 10": [(HOLDS, 4)],
    "T IV-D, Table VI": [(HOLDS, 3)],
    "our control": [(FAILS, 3)],
}


def test_the_verdicts_on_hand_made_results(page):
    """By the shares of hand_made: 1 of 4 videos more or less of 20 is beyond the interval, equal shares are within."""
    rows = read(page / "t.csv")
    assert list(dict.fromkeys(r["claim"] for r in rows)) == [c.says for c in CLAIMS]
    found = {}
    for claim in CLAIMS:
        group = [r for r in rows if r["claim"] == claim.says]
        (said,) = {r["claim_verdict"] for r in group}
        found.setdefault(claim.section, []).append((said, len(group)))
    assert found == VERDICTS


@pytest.mark.parametrize(
    ("where", "higher", "lower", "numbers", "said"),
    [
        ("UCF101, C3D, top 20", "16-8-3", "random", (100, 25, 75), HOLDS),
        ("HMDB51, C3D, top 5", "16-8-3", "random", (50, 12.5, 37.5), HOLDS),
        ("UCF101, R3D, top 50", "16-8-3", "random", (50, 50, 0), OPEN),
        ("UCF101, R(2+1)D, top 10", "16-8-3", "random", (0, 12.5, -12.5), FAILS),
        ("HMDB51, C3D, recognition", "16-8-3", "random", (33.33, 58.33, -25), FAILS),
        ("C3D, order", "16-8-4", "16-8-4-scratch", (100, 25, 75), HOLDS),
        ("R3D, order", "16-8-3-hard", "16-8-3", (75, 50, 25), HOLDS),
        ("R(2+1)D, order", "16-8-4", "16-8-5", (0, 0, 0), OPEN),
        ("HMDB51, R3D, top 20", "16-8-4", "16-8-3", (100, 50, 50), HOLDS),
        ("UCF101, C3D, top 20", "16-8-4", "16-8-3", (75, 100, -25), FAILS),
        ("UCF101, R3D, top 5", "conv2 or conv3", "conv5", (50, 25, 25), HOLDS),
        ("UCF101, C3D, top 1", "conv2 or conv3", "conv5", (0, 0, 0), OPEN),
        ("UCF101, R3D, recognition", "from-conv2", "from-conv1", (75, 50, 25), HOLDS),
        ("UCF101, R3D, recognition", "from-conv2", "from-conv5", (75, 0, 75), HOLDS),
        ("HMDB51, R3D, recognition", "16-8-3-hard", "16-8-3", (75, 50, 25), HOLDS),
        ("HMDB51, R3D, top 50", "16-8-3-hard", "16-8-3", (75, 50, 25), HOLDS),
        ("C3D, order", "16-16-5", "chance", (100, 0.83, 99.17), HOLDS),
        ("R(2+1)D, order", "16-16-4", "chance", (0, 4.17, -4.17), OPEN),
        ("HMDB51, C3D, video, top 5", "16-8-3", "random", (100, 25, 75), HOLDS),
        ("UCF101, video, top 1", "R3D", "R(2+1)D", (0, 0, 0), OPEN),
        ("UCF101, video, top 5", "R3D", "R(2+1)D", (50, 0, 50), HOLDS),
        ("UCF101, C3D, top 10", "16-16-4", "16-8-4", (25, 37.5, -12.5), FAILS),
        ("UCF101, R3D, top 10", "16-8-4", "16-16-4", (50, 25, 25), HOLDS),
        ("R3D, order", "16-16-3-long", "16-16-3", (50, 50, 0), OPEN),
        ("HMDB51, C3D, recognition", "16-8-4", "16-8-3", (75, 100, -25), FAILS),
    ],
)
def test_a_comparison_by_hand(page, where, higher, lower, numbers, said):
    """Accuracies, difference and verdict; of split 1 alone where one side has only that."""
    found = [r for r in read(page / "t.csv") if (r["where"], r["higher"], r["lower"]) == (where, higher, lower)]
    assert len(found) == 1
    row = found[0]
    assert tuple(float(row[k]) for k in ("measured_higher", "measured_lower", "difference")) == numbers
    assert float(row["low"]) <= float(row["difference"]) <= float(row["high"])
    assert row["verdict"] == said
    assert row["n"] == row["shared"] == ("60" if (higher, lower) == ("16-8-3", "random") and "recognition" in where else "20")


@pytest.mark.parametrize(
    ("network", "lower", "numbers", "said"),
    [
        ("C3D", "supervised", (75, 25, 50), HOLDS),
        ("R3D", "question-only", (100, 75, 25), HOLDS),
        ("C3D", "question-only", (75, 75, 0), OPEN),
        ("R(2+1)D", "question-only", (50, 75, -25), FAILS),
    ],
)
def test_answers_are_compared_question_by_question(page, network, lower, numbers, said):
    (row,) = [r for r in read(page / "t.csv") if (r["where"], r["lower"]) == (f"{network}, all questions", lower)]
    assert tuple(float(row[k]) for k in ("measured_higher", "measured_lower", "difference")) == numbers
    assert (row["verdict"], row["n"], row["shared"]) == (said, "40", "40")


def test_none_right_is_no_certainty_against_chance(page):
    """0 of 20 tuples of five clips: a bootstrap would call 0 below 0.83 %; Wilson's interval holds it."""
    (row,) = [
        r for r in read(page / "t.csv") if (r["where"], r["higher"]) == ("R(2+1)D, order", "16-8-5") and r["lower"] == "chance"
    ]
    assert row["verdict"] == OPEN
    assert float(row["low"]) == -0.83
    assert float(row["high"]) == pytest.approx(100 * 3.8415 / 23.8415 - 0.83, abs=0.01)


def test_the_page_says_it_in_words(page):
    for kind in ("html", "md"):
        text = (page / f"t.{kind}").read_text()
        assert "Of 23 claims 5 hold, 10 do not hold, 8 cannot be told." in text
        assert "CVPR 2019: 1 holds, 4 do not hold, 2 cannot be told" in text
        assert "TMM 2020: 4 hold, 5 do not hold, 6 cannot be told" in text
        assert "Not in the papers: 1 does not hold" in text
        assert "✓ holds" in text
        assert "✗ does not hold" in text
        assert "? cannot tell" in text
        for row in read(page / "t.csv"):
            assert f"{float(row['difference']):+z.1f} [{float(row['low']):+z.1f}, {float(row['high']):+z.1f}]" in text
    assert "a &lt;hand-made&gt; study" in (page / "t.html").read_text()


def test_equal_results_give_equal_pages(page):
    for kind in ("csv", "md", "html"):
        assert (page / f"t.{kind}").read_bytes() == (page / f"again.{kind}").read_bytes()


def test_a_claim_is_one_entry(results):
    """Lists that differ are told from paired ones."""
    claim = Claim(says="Four clips are harder.", section="T", pairs=[("order/c3d/16-8-4-scratch", "order/c3d/16-8-4")])
    found = judge_claim("item", claim, collect_results(sorted(results.glob("order/c3d/*/seed-0.csv"))))
    assert [(f.setting, f.verdict, f.difference.n, f.shared) for f in found] == [("C3D, order", FAILS, 20, 20)]


def test_lists_that_differ_say_how_much_they_share(tmp_path):
    for task, videos in (("16-8-3", range(20)), ("16-8-4", range(5, 20))):
        path = tmp_path / f"order/c3d/{task}/seed-0.csv"
        path.parent.mkdir(parents=True)
        path.write_text("\n".join(["video,right", *(f"v{i},{int(i % 2)}" for i in videos)]))
    claim = Claim(says="Three clips are easier.", section="T", pairs=[("order/c3d/16-8-3", "order/c3d/16-8-4")])
    found = judge_claim("item", claim, collect_results(list(tmp_path.rglob("*.csv"))))
    assert [(f.higher_accuracy, f.lower_accuracy, f.difference.n, f.shared) for f in found] == [
        (pytest.approx(50), pytest.approx(100 * 8 / 15), 20, 15)
    ]
    assert "20 (15 shared)" in claims.claims_html(HEADING, [(claim, found)])
