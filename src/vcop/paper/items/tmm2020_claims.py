"""Claims of both papers: which hold on these results, which do not, and which these results cannot decide.

The papers state them in their text. Here each is a list of comparisons (CLAIMS), and their verdicts are printed on a page, beside whether
the papers' own printed numbers bear them out.
"""

from pathlib import Path

import pandas as pd

from vcop.paper.heading import Heading
from vcop.paper.measurement.claims import (
    Claim,
    Comparison,
    claim_verdict,
    comparison_verdict,
    printed_verdict,
)
from vcop.paper.measurement.claims_applied import APPLIED, CONTROLS
from vcop.paper.measurement.claims_cvpr2019 import CVPR2019
from vcop.paper.measurement.claims_tmm2020 import ORDER, RETRIEVED
from vcop.paper.measurement.judging import judge_claim
from vcop.paper.measurement.pairing import Study, collect_results
from vcop.paper.measurement.work import read_work
from vcop.paper.pages import claims, tables
from vcop.runtime.atomic_files import write_text

TITLE = "What the papers claim, held against these results"
CAPTION = (
    "Each claim says that some accuracies are higher than others, or alike. Where it speaks of all, it holds if every difference's own "
    "95 % interval lies above zero, and does not hold if one joint interval lies below; the joint intervals of a claim hold all at once in "
    "95 of 100 studies. Where it says most of the time, more than half of the joint intervals must lie above zero. Intervals are over "
    "groups of test videos and over seeds, on the same videos; longer tuples fit into fewer videos, so that such lists are paired as far as "
    "they overlap. We cannot tell where the intervals are too wide, where a number is of one seed, and where the side that did better had "
    "more work. Left out is what no such comparison decides, and what is claimed of other methods."
)
HEADER = [
    "claim",
    "section",
    "claim_verdict",
    "because",
    "rule",
    "where",
    "higher",
    "lower",
    "measured_higher",
    "measured_lower",
]
HEADER += ["difference", "low", "high", "joint_low", "joint_high", "n", "shared", "seeds", "verdict", "decides"]
HEADER += ["printed_higher", "printed_lower", "printed_error", "claim_borne_out"]
TMM2020 = [*ORDER, *RETRIEVED, *APPLIED]
CLAIMS = [*CVPR2019, *TMM2020, *CONTROLS]


def render(heading: Heading, inputs: list[Path], out: Path) -> None:
    """Judge all claims and write the page.

    Inputs: result files of results/order, results/retrieval, results/recognition and results/answers, as CLAIMS names them; and
    history.csv and provenance.json of their pretrainings.
    """
    study = Study(collect_results(inputs), read_work(inputs))
    judged = [(claim, judge_claim("tmm2020_claims", claim, study)) for claim in CLAIMS]
    rows = [claim_row(claim, compared, c) for claim, compared in judged for c in compared]
    tables.save_csv(pd.DataFrame(rows, columns=HEADER, dtype=object), out)
    write_text(out.with_suffix(".md"), claims.claims_markdown(heading, judged))
    write_text(out.with_suffix(".html"), claims.claims_html(heading, judged))


def claim_row(claim: Claim, compared: list[Comparison], c: Comparison) -> list[object]:
    """Return the CSV row of a comparison, under HEADER."""
    verdict, single = claim_verdict(claim, compared), comparison_verdict(claim, c)
    printed = ["", "", ""] if c.printed is None else [f"{v:.2f}" for v in (c.printed.higher, c.printed.lower, c.printed.error)]
    return [
        *(claim.says, claim.section, verdict.says, verdict.because, claim.rule, c.setting, c.higher, c.lower),
        *(f"{c.higher_accuracy:.2f}", f"{c.lower_accuracy:.2f}", *c.difference.texts, *(f"{bound:.2f}" for bound in c.joint)),
        *(c.difference.n, c.shared, c.difference.seeds, single.says, "yes" if c.decides else "no"),
        *(*printed, printed_verdict(claim, compared)),
    ]
