"""Claims of both papers on a made-up study: which need which runs, how they are judged, and what is printed."""

import re

import pytest
from support.hand_made import check_refused, read
from support.helpers import vcop

from vcop.paper.items import tmm2020_claims
from vcop.paper.items.tmm2020_claims import CLAIMS, CONTROLS, CVPR2019, TMM2020
from vcop.paper.measurement.claims import ALIKE, HOLDS, OPEN

WORK, WIDE = (OPEN, "unequal work"), (OPEN, "too wide intervals")
YES, NO, NONE = "yes", "no", "not printed"


def draw(files, out):
    return vcop(
        "render", "tmm2020_claims", "--study", "a <made-up> study", "--task", "16-8-3", "--inputs", *files, "--out", out
    )


@pytest.fixture(scope="module")
def page(made_results, tmp_path_factory):
    out = tmp_path_factory.mktemp("claims") / "t"
    assert draw(made_results, out) == 0
    return out


# On results that are as the papers claim: what we say, and whether the papers' own numbers say so.
VERDICTS = {
    "Trained networks order three clips better than chance.": ((HOLDS, ""), YES),
    "Trained weights retrieve clips better than random ones for k of 5 and more.": ((HOLDS, ""), YES),
    "Trained weights retrieve videos better than random ones for all k.": ((HOLDS, ""), NONE),
    "C3D and R3D retrieve videos better than R(2+1)D, on the mean over data sets and k.": ((HOLDS, ""), NONE),
    "Fine-tuning recognises actions better from 16-8-3 than from random weights.": ((HOLDS, ""), YES),
    "From random weights C3D recognises actions better than R3D and R(2+1)D.": ((HOLDS, ""), YES),
    "From 16-8-3 R3D and R(2+1)D recognise actions better than C3D.": ((HOLDS, ""), NO),
    "Trained networks order clips better than chance at every interval and tuple length.": ((HOLDS, ""), YES),
    "The task-based curriculum orders four clips better than training from scratch, C3D.": ((HOLDS, ""), NONE),
    "The sample-based curriculum orders clips better, R3D.": ((HOLDS, ""), YES),
    "Order accuracy falls as tuples grow, at an interval of 8.": ((HOLDS, ""), YES),
    "At an interval of 16 four clips are ordered better than three by C3D and R(2+1)D, and worse by R3D.": (WIDE, YES),
    "Twice the epochs order clips better at an interval of 16, R3D.": ((HOLDS, ""), YES),
    "Trained weights retrieve clips better than random ones, at every tuple length and for all k.": ((HOLDS, ""), NO),
    "Longer tuples retrieve clips better, most of the time.": (WORK, YES),
    "The last step alone, from 16-8-4 to 16-8-5, retrieves clips better, most of the time.": (WORK, NO),
    "The sample-based curriculum retrieves clips better, R3D.": ((HOLDS, ""), YES),
    "At an interval of 16 C3D retrieves clips better than at 8, and R3D worse.": (WORK, NONE),
    "R(2+1)D retrieves clips alike at both intervals, within 2 points.": (WORK, NONE),
    "16-8-4 retrieves videos better than random weights for all k.": ((HOLDS, ""), NONE),
    "Middle layers retrieve best: the better of layers 2 and 3 beats layers 1, 4 and 5.": ((HOLDS, ""), NO),
    "Fine-tuning recognises actions better from the best of 16-8-3, 16-8-4 and 16-8-5 than from random weights.": (
        (HOLDS, ""),
        YES,
    ),
    "Fine-tuning recognises actions better from 16-8-4 and 16-8-5 than from 16-8-3.": (WORK, NO),
    "Fine-tuning recognises actions better from the sample-based curriculum than from 16-8-3, R3D.": (WORK, YES),
    "The mean of three splits is that of split 1, within 2 points.": (WIDE, NONE),
    "Freezing conv1 alone is best when fine-tuning, R3D.": (WIDE, YES),
    "Features of 16-8-3 answer questions better than supervised ones.": (WORK, YES),
    "At equal work four clips retrieve better than three, most of the time, R3D.": ((HOLDS, ""), NONE),
    "Features of 16-8-3 answer questions better than the question alone does.": ((HOLDS, ""), NONE),
}


def test_every_claim_on_results_that_are_as_claimed(page):
    rows = read(page.with_suffix(".csv"))
    found = {r["claim"]: ((r["claim_verdict"], r["because"]), r["claim_borne_out"]) for r in rows}
    assert list(found) == [claim.says for claim in CLAIMS]
    assert found == VERDICTS


@pytest.mark.parametrize(
    ("says", "compared", "printed", "as_claimed"),
    [
        ("The last step alone, from 16-8-4 to 16-8-5, retrieves clips better, most of the time.", 30, 30, 10),
        ("Longer tuples retrieve clips better, most of the time.", 60, 60, 40),
        ("From 16-8-3 R3D and R(2+1)D recognise actions better than C3D.", 4, 4, 3),
        ("Fine-tuning recognises actions better from 16-8-4 and 16-8-5 than from 16-8-3.", 12, 12, 10),
        ("Middle layers retrieve best: the better of layers 2 and 3 beats layers 1, 4 and 5.", 45, 45, 44),
        ("The sample-based curriculum orders clips better, R3D.", 2, 1, 1),
    ],
)
def test_the_papers_own_numbers_are_counted_from_their_tables(page, says, compared, printed, as_claimed):
    rows = [r for r in read(page.with_suffix(".csv")) if r["claim"] == says]
    told = [float(r["printed_higher"]) - float(r["printed_lower"]) for r in rows if r["printed_higher"]]
    assert (len(rows), len(told), sum(d > 1e-9 for d in told)) == (compared, printed, as_claimed)


@pytest.mark.parametrize(
    ("where", "higher", "gain"),
    [
        ("UCF101, C3D, recognition", "16-8-3", 4.0),
        ("HMDB51, C3D, recognition", "16-8-3", 5.2),
        ("UCF101, R(2+1)D, recognition", "16-8-3", 16.2),
        ("HMDB51, R(2+1)D, recognition", "16-8-3", 8.9),
        ("UCF101, C3D, recognition", "16-8-4 or 16-8-5 or 16-8-3", 5.3),
        ("HMDB51, C3D, recognition", "16-8-4 or 16-8-5 or 16-8-3", 8.7),
        ("UCF101, R(2+1)D, recognition", "16-8-4 or 16-8-5 or 16-8-3", 18.3),
        ("HMDB51, R(2+1)D, recognition", "16-8-4 or 16-8-5 or 16-8-3", 15.3),
    ],
)
def test_the_papers_gains_stand_beside_ours(page, where, higher, gain):
    rows = read(page.with_suffix(".csv"))
    (row,) = (r for r in rows if (r["where"], r["higher"], r["lower"]) == (where, higher, "random"))
    assert float(row["printed_higher"]) - float(row["printed_lower"]) == pytest.approx(gain)


def test_the_page_begins_with_a_summary(page):
    for kind in (".md", ".html"):
        text = page.with_suffix(kind).read_text().replace("&#x27;", "'")
        assert "Of 29 claims 19 hold, 10 cannot be told (7 for unequal work, 3 for too wide intervals)." in text
        assert "The papers' own printed numbers bear out 15 of the 20 claims for which they print numbers." in text
        assert "CVPR 2019: 7 hold" in text
        assert "no: 10 of 30 cells" in text
    assert "a &lt;made-up&gt; study" in page.with_suffix(".html").read_text()


def test_equal_results_give_equal_pages(made_results, tmp_path, monkeypatch):
    monkeypatch.setattr(tmm2020_claims, "CLAIMS", [CLAIMS[0], CLAIMS[8], CLAIMS[9]])
    for name in ("a", "b"):
        assert draw(made_results, tmp_path / name) == 0
    for kind in (".csv", ".md", ".html"):
        assert (tmp_path / "a").with_suffix(kind).read_bytes() == (tmp_path / "b").with_suffix(kind).read_bytes()


@pytest.mark.parametrize(
    ("but", "said"),
    [
        ("4-scratch", "tmm2020_claims: no result for order/c3d/16-8-4-scratch among the files given"),
        ("ucf101-2/c3d/random", "no result of split 2, seed 0 to compare it with"),
        (
            "16-8-4-direct/seed-1/history",
            "tmm2020_claims: no history.csv and provenance.json of pretrain/c3d/16-8-4-direct/seed-1",
        ),
    ],
)
def test_a_missing_run_is_named_in_one_line(but, said, made_results, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(tmm2020_claims, "CLAIMS", [CLAIMS[4], CLAIMS[8]])
    files = [path for path in made_results if but not in path.as_posix()]
    check_refused(draw(files, tmp_path / "t"), said, tmp_path, capsys)


def test_every_claim_says_where_the_papers_make_it():
    for claim in [*CVPR2019, *TMM2020]:
        assert re.match(r"[CT] (4|IV)", claim.section), claim.says
        assert len(claim.words.split()) > 5, claim.says
    assert all(claim.section.startswith("C ") for claim in CVPR2019)
    assert all(claim.section.startswith("T ") for claim in TMM2020)
    assert all(claim.section.startswith("our control") and not claim.words for claim in CONTROLS)


def test_claims_differ_and_are_whole_sentences():
    words = [claim.says for claim in CLAIMS]
    assert len(set(words)) == len(words)
    assert all(not text[0].islower() and text.endswith(".") for text in words)


def test_every_blank_of_a_comparison_is_filled():
    for claim in CLAIMS:
        pairs = [*claim.pairs, *claim.controls]
        blanks = {blank for pair in pairs for side in pair for blank in re.findall(r"{(\w+)}", side)}
        assert blanks == set(claim.over), claim.says
        assert set(claim.averaged) <= {*claim.over, "k"}, claim.says
        assert (claim.margin > 0) == (claim.rule == ALIKE), claim.says
        for pair in pairs:
            assert pair[0] != pair[1]
