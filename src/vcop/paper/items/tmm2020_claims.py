"""Claims of both papers: which hold on these results, which do not, and which these results cannot decide.

The papers state them in their text. Here each is a list of comparisons (CLAIMS), and their verdicts are printed on a page, beside whether
the papers' own printed numbers bear them out.
"""

from pathlib import Path

from vcop.paper.heading import Heading
from vcop.paper.measurement.claims_applied import APPLIED, CONTROLS
from vcop.paper.measurement.claims_cvpr2019 import CVPR2019
from vcop.paper.measurement.claims_tmm2020 import ORDER, RETRIEVED
from vcop.paper.measurement.judging import judge_claim
from vcop.paper.measurement.pairing import Study, collect_results
from vcop.paper.measurement.work import read_work
from vcop.paper.pages import claim_table, claims
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
TMM2020 = [*ORDER, *RETRIEVED, *APPLIED]
CLAIMS = [*CVPR2019, *TMM2020, *CONTROLS]


def render(heading: Heading, inputs: list[Path], out: Path) -> None:
    """Judge all claims and write the page.

    Inputs: result files of results/order, results/retrieval, results/recognition and results/answers, as CLAIMS names them; and
    history.csv and provenance.json of their pretrainings, and of the fine-tunings by which networks are compared.
    """
    study = Study(collect_results(inputs), read_work(inputs))
    judged = [(claim, judge_claim("tmm2020_claims", claim, study)) for claim in CLAIMS]
    claim_table.save_csv(judged, out)
    write_text(out.with_suffix(".md"), claims.claims_markdown(heading, judged))
    write_text(out.with_suffix(".html"), claims.claims_html(heading, judged))
