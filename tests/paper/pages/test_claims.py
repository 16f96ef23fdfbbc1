"""The page of claims, of comparisons made by hand."""

from vcop.paper.heading import Heading
from vcop.paper.measurement.claims import Claim, Comparison
from vcop.paper.measurement.printed import Printed
from vcop.paper.measurement.scores import Measured
from vcop.paper.measurement.work import Work
from vcop.paper.pages import claims

HEADING = Heading("Claims", "A caption.", "a <small> study", "")


def comparison(low, high, where="here", shared=20, **more):
    middle = (low + high) / 2
    known = {"setting": where, "higher": "16-8-4", "lower": "16-8-3", "higher_accuracy": 50 + middle, "lower_accuracy": 50.0}
    difference = Measured(middle, low, high, 20, seeds=3)
    return Comparison(**known, difference=difference, joint=(low - 0.5, high + 0.5), shared=shared, **more)


def claim(says, section, words="", controls=()):
    return Claim(says=says, section=section, words=words, pairs=[], controls=controls)


SHOWN = comparison(5, 7, "shown", decides=False, work=(Work(44, 4400), Work(10, 900)), printed=Printed(55, 51, 2.2))
CONTROL = comparison(-1, 1, "control", work=(Work(44, 4400), Work(44, 4800)), dropped=(3, 4))
JUDGED = [
    (claim("Four clips are harder than <three>.", "C 4", "it is <hard>"), [comparison(1, 3, shared=15), comparison(2, 4)]),
    (claim("Order helps.", "T IV-A", controls=[("a", "b")]), [SHOWN, CONTROL]),
    (claim("A control.", "our control"), [comparison(-3, -1)]),
]


def test_claims_stand_by_paper():
    assert [line for line, _ in claims.by_paper(JUDGED)] == [
        "CVPR 2019: 1 holds", "TMM 2020: 1 cannot be told", "Not in the papers: 1 does not hold",
    ]  # fmt: skip


def test_a_row_a_comparison():
    lines = claims.claims_markdown(HEADING, JUDGED).splitlines()
    header = "|  | claimed higher | claimed lower | difference | joint | n | printed | verdict |"
    assert lines.count(header) == 3
    row = "| here | 16-8-4 **52.0** | 16-8-3 **50.0** | +2.0 [+1.0, +3.0] | +0.5 to +3.5 | 20 (15 shared) | – | ✓ holds |"
    assert row in lines
    shown = "| shown | 16-8-4 **56.0** | 16-8-3 **50.0** | +6.0 [+5.0, +7.0] | +4.5 to +7.5 | 20 | +4.0 ± 2.2 | not counted: unequal work |"
    assert shown in lines
    assert (
        "| Order helps. | T IV-A | ? cannot tell | 0 of 1 difference is above zero. The intervals are too wide to tell. |"
        in "\n".join(lines).replace(" yes: 1 of 1 cell, 1 beyond the error |", "")
    )


def test_the_summary_comes_first():
    text = claims.claims_markdown(HEADING, JUDGED)
    assert (
        text.index("Of 3 claims 1 holds, 1 does not hold, 1 cannot be told")
        < text.index("| claim | in |")
        < text.index("## Four")
    )
    assert "bear out 1 of the 1 claims" in text


def test_a_claim_is_quoted_and_its_work_told():
    judged = {c.says: claims.claim_paragraphs(c, rows) for c, rows in JUDGED}
    assert judged["Four clips are harder than <three>."][0] == "“it is <hard>”"
    rule, *work = judged["Order helps."]
    assert rule.startswith("The papers' own comparison is of unequal work: a control of equal work decides. It holds if")
    assert work == [
        "Work, mean over seeds: 16-8-4 44 epochs, 4,400 clips; 16-8-3 10 epochs, 900 clips.",
        "Work, mean over seeds: 16-8-4 44 epochs, 4,400 clips; 16-8-3 44 epochs, 4,800 clips.",
        "Videos dropped in each seed: 3, 4.",
    ]
    assert len(judged["A control."]) == 1


def test_a_verdict_is_told_by_word_and_colour_and_leads_to_its_comparisons():
    html = claims.claims_html(HEADING, JUDGED)
    assert "Four clips are harder than &lt;three&gt;." in html
    assert "it is &lt;hard&gt;" in html
    assert "a &lt;small&gt; study" in html
    for anchor, kind in (("claim-1", "holds"), ("claim-2", "open"), ("claim-3", "fails")):
        assert f'href="#{anchor}"' in html
        assert f'id="{anchor}"' in html
        assert f'<td class="line {kind}">' in html
        assert f".{kind} {{ color:" in html
    assert html.count("<svg ") == 5
