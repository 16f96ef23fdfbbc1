"""The words of verdicts and the page, of comparisons made by hand."""

from vcop.paper.heading import Heading
from vcop.paper.measurement.claims import Claim, Comparison
from vcop.paper.measurement.scores import Measured
from vcop.paper.pages import claims

HEADING = Heading("Claims", "A caption.", "a <small> study", "")


def comparison(low, high, where="here"):
    middle = (low + high) / 2
    return Comparison(where, "16-8-4", "16-8-3", 50 + middle, 50.0, Measured(middle, low, high, 20), 20)


def test_words_cite_the_lowest_of_what_decides():
    yes, no, open_ = comparison(1, 3, "a"), comparison(-3, -1, "b"), comparison(-9, 1, "c")
    assert claims.claim_words([yes]) == "The interval lies above zero: +2.0 [+1.0, +3.0]."
    assert claims.claim_words([yes, yes]).startswith("All 2 intervals lie above zero. The lowest is +2.0 [+1.0, +3.0]: a")
    assert claims.claim_words([yes, open_, yes]) == (
        "2 of 3 intervals lie above zero, 1 around zero. The lowest around zero is -4.0 [-9.0, +1.0]: c, 16-8-4 against 16-8-3."
    )
    assert claims.claim_words([yes, open_, no, yes]) == (
        "2 of 4 intervals lie above zero, 1 around zero, 1 below zero. "
        "The lowest below zero is -2.0 [-3.0, -1.0]: b, 16-8-4 against 16-8-3."
    )


def claim(says, section):
    return Claim(says=says, section=section, pairs=[])


JUDGED = [
    (claim("Four clips are harder than <three>.", "C 4"), [comparison(1, 3), comparison(2, 4)]),
    (claim("Order helps.", "T IV-A"), [comparison(-1, 1)]),
    (claim("A control.", "our control"), [comparison(-3, -1)]),
]


def test_claims_are_counted_by_verdict_and_by_paper():
    assert claims.claims_summary(JUDGED) == "Of 3 claims 1 holds, 1 does not hold, 1 cannot be told."
    assert [line for line, _ in claims.by_paper(JUDGED)] == [
        "CVPR 2019: 1 holds", "TMM 2020: 1 cannot be told", "Not in the papers: 1 does not hold",
    ]  # fmt: skip


def test_a_row_a_comparison():
    lines = claims.claims_markdown(HEADING, JUDGED).splitlines()
    assert lines.count("|  | claimed higher | claimed lower | difference | n | verdict |") == 3
    assert "| here | 16-8-4 **52.0** | 16-8-3 **50.0** | +2.0 [+1.0, +3.0] | 20 | ✓ holds |" in lines
    assert "| Order helps. | T IV-A | ? cannot tell | The interval lies around zero: +0.0 [-1.0, +1.0]. |" in lines


def test_a_verdict_is_told_by_word_and_colour_and_leads_to_its_comparisons():
    html = claims.claims_html(HEADING, JUDGED)
    assert "Four clips are harder than &lt;three&gt;." in html and "a &lt;small&gt; study" in html
    for anchor, kind in (("claim-1", "holds"), ("claim-2", "open"), ("claim-3", "fails")):
        assert f'href="#{anchor}"' in html and f'id="{anchor}"' in html
        assert f'<td class="line {kind}">' in html and f".{kind} {{ color:" in html
    assert html.count("<svg ") == 4
