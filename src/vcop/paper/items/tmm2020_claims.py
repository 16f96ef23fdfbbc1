"""Claims of both papers: which hold on these results, which do not, and which these results cannot decide.

The papers state them in their text. Here each is a list of comparisons (CLAIMS), and their verdicts are printed on a page.
"""

from pathlib import Path

import pandas as pd

from vcop.config.names import NETWORKS, PAPER_DATASETS
from vcop.paper.heading import Heading
from vcop.paper.measurement.claims import Claim, claim_verdict, collect_results, judge_claim
from vcop.paper.pages import claims, tables
from vcop.runtime.atomic_files import write_text

TITLE = "What the papers claim, held against these results"
CAPTION = (
    "Each claim says that one accuracy is higher than another. A comparison holds where the 95 % interval of the difference lies wholly "
    "above zero, does not hold where it lies wholly below, and cannot tell where it contains zero; a claim of several comparisons holds "
    "where all do, and does not where one does not. Differences are of the same test videos or questions; where test lists differ, since "
    "longer tuples fit into fewer videos, they are paired as far as the lists overlap. Intervals are of the test videos drawn, each for "
    "itself, and say nothing of other seeds: a verdict is on these weights. Left out is what no such comparison decides: that two "
    "things are alike, and what is claimed of other methods."
)
HEADER = ["claim", "section", "claim_verdict", "where", "higher", "lower", "measured_higher", "measured_lower"]
HEADER += ["difference", "low", "high", "n", "shared", "verdict"]
TASKS = ("16-8-3", "16-8-4", "16-8-5", "16-16-3", "16-16-4", "16-16-5")
EACH, BOTH = {"network": NETWORKS}, {"dataset": PAPER_DATASETS, "network": NETWORKS}
RETRIEVAL, RECOGNITION = "retrieval/{dataset}/{network}/%s/conv5", "recognition/{dataset}/{network}/%s/from-conv1"

CVPR2019 = [
    Claim(
        says="Trained networks order three clips better than chance.",
        section="C 4, Table 1",
        pairs=[("order/{network}/16-8-3", "order/{network}/chance")],
        over=EACH,
    ),
    Claim(
        says="Trained weights retrieve clips better than random ones for k of 5 and more.",
        section="C 4.1",
        pairs=[(RETRIEVAL % "16-8-3", RETRIEVAL % "random")],
        over=BOTH,
        ks=(5, 10, 20, 50),
    ),
    Claim(
        says="Trained weights retrieve videos better than random ones for all k.",
        section="C 4.1, Figure 5",
        pairs=[(RETRIEVAL % "16-8-3", RETRIEVAL % "random")],
        over=BOTH,
        level="video",
    ),
    Claim(
        says="C3D and R3D retrieve videos better than R(2+1)D.",
        section="C 4.1, Figure 5",
        pairs=[(RETRIEVAL % "16-8-3", "retrieval/{dataset}/r21d/16-8-3/conv5")],
        over={"dataset": PAPER_DATASETS, "network": ("c3d", "r3d")},
        level="video",
    ),
    Claim(
        says="Fine-tuning recognises actions better from 16-8-3 than from random weights.",
        section="C 4.2",
        pairs=[(RECOGNITION % "16-8-3", RECOGNITION % "random")],
        over=BOTH,
    ),
    Claim(
        says="From random weights C3D recognises actions better than R3D and R(2+1)D.",
        section="C 4.2, T IV-C",
        pairs=[("recognition/{dataset}/c3d/random/from-conv1", RECOGNITION % "random")],
        over={"dataset": PAPER_DATASETS, "network": ("r3d", "r21d")},
    ),
    Claim(
        says="From 16-8-3 R3D and R(2+1)D recognise actions better than C3D.",
        section="C 4.2, T IV-C",
        pairs=[(RECOGNITION % "16-8-3", "recognition/{dataset}/c3d/16-8-3/from-conv1")],
        over={"dataset": PAPER_DATASETS, "network": ("r3d", "r21d")},
    ),
]
TMM2020 = [
    Claim(
        says="Trained networks order clips better than chance at every interval and tuple length.",
        section="T IV-A, Table I",
        pairs=[("order/{network}/{task}", "order/{network}/chance")],
        over=EACH | {"task": TASKS},
    ),
    Claim(
        says="The task-based curriculum orders four clips better than training from scratch, C3D.",
        section="T IV-A, Figure 4",
        pairs=[("order/c3d/16-8-4", "order/c3d/16-8-4-scratch")],
    ),
    Claim(
        says="The sample-based curriculum orders clips better than its start, R3D.",
        section="T IV-A",
        pairs=[("order/r3d/16-8-3-hard", "order/r3d/16-8-3")],
    ),
    Claim(
        says="Order accuracy falls as tuples grow, at an interval of 8.",
        section="T IV-A",
        pairs=[("order/{network}/16-8-3", "order/{network}/16-8-4"), ("order/{network}/16-8-4", "order/{network}/16-8-5")],
        over=EACH,
    ),
    Claim(
        says="At an interval of 16 four clips are ordered better than three by C3D and R(2+1)D, and worse by R3D.",
        section="T IV-A",
        pairs=[
            ("order/c3d/16-16-4", "order/c3d/16-16-3"),
            ("order/r21d/16-16-4", "order/r21d/16-16-3"),
            ("order/r3d/16-16-3", "order/r3d/16-16-4"),
        ],
    ),
    Claim(
        says="Twice the epochs order clips better at an interval of 16, R3D.",
        section="T IV-A",
        pairs=[("order/r3d/16-16-3-long", "order/r3d/16-16-3")],
    ),
    Claim(
        says="16-8-4 retrieves clips better than 16-8-3.",
        section="T IV-B",
        pairs=[(RETRIEVAL % "16-8-4", RETRIEVAL % "16-8-3")],
        over=BOTH,
    ),
    Claim(
        says="16-8-5 retrieves clips better than 16-8-4.",
        section="T IV-B",
        pairs=[(RETRIEVAL % "16-8-5", RETRIEVAL % "16-8-4")],
        over=BOTH,
    ),
    Claim(
        says="At an interval of 16 C3D retrieves clips better than at 8, and R3D worse.",
        section="T IV-B, Figure 6",
        pairs=[
            ("retrieval/ucf101/c3d/16-16-{tl}/conv5", "retrieval/ucf101/c3d/16-8-{tl}/conv5"),
            ("retrieval/ucf101/r3d/16-8-{tl}/conv5", "retrieval/ucf101/r3d/16-16-{tl}/conv5"),
        ],
        over={"tl": ("3", "4", "5")},
        ks=(1, 5, 10),
    ),
    Claim(
        says="16-8-4 retrieves videos better than random weights for all k.",
        section="T IV-B, Figure 7",
        pairs=[(RETRIEVAL % "16-8-4", RETRIEVAL % "random")],
        over=BOTH,
        level="video",
    ),
    Claim(
        says="Middle layers retrieve best: the better of layers 2 and 3 beats layer 5.",
        section="T IV-B, Table IV",
        pairs=[("retrieval/ucf101/{network}/16-8-3/conv2|conv3", "retrieval/ucf101/{network}/16-8-3/conv5")],
        over=EACH,
    ),
    Claim(
        says="Fine-tuning recognises actions better from 16-8-4 and 16-8-5 than from 16-8-3.",
        section="T IV-C",
        pairs=[(RECOGNITION % "16-8-4", RECOGNITION % "16-8-3"), (RECOGNITION % "16-8-5", RECOGNITION % "16-8-3")],
        over=BOTH,
    ),
    Claim(
        says="The sample-based curriculum's weights retrieve clips and recognise actions better than 16-8-3, R3D.",
        section="T IV-B, IV-C",
        pairs=[
            ("retrieval/{dataset}/r3d/16-8-3-hard/conv5", "retrieval/{dataset}/r3d/16-8-3/conv5"),
            ("recognition/{dataset}/r3d/16-8-3-hard/from-conv1", "recognition/{dataset}/r3d/16-8-3/from-conv1"),
        ],
        over={"dataset": PAPER_DATASETS},
    ),
    Claim(
        says="Freezing conv1 alone is best when fine-tuning, R3D.",
        section="T IV-C, Figure 10",
        pairs=[("recognition/ucf101/r3d/16-8-3/from-conv2", "recognition/ucf101/r3d/16-8-3/from-{layer}")],
        over={"layer": ("conv1", "conv3", "conv4", "conv5")},
    ),
    Claim(
        says="Features of 16-8-3 answer questions better than supervised ones.",
        section="T IV-D, Table VI",
        pairs=[("answers/{network}/16-8-3", "answers/{network}/supervised")],
        over=EACH,
    ),
]
CONTROLS = [
    Claim(
        says="Features of 16-8-3 answer questions better than the question alone does.",
        section="our control",
        pairs=[("answers/{network}/16-8-3", "answers/question-only")],
        over=EACH,
    ),
]
CLAIMS = [*CVPR2019, *TMM2020, *CONTROLS]


def render(heading: Heading, inputs: list[Path], out: Path) -> None:
    """Judge all claims and write the page.

    Inputs: result files of results/order, results/retrieval, results/recognition and results/answers, as CLAIMS names them.
    """
    results = collect_results(inputs)
    judged = [(claim, judge_claim("tmm2020_claims", claim, results)) for claim in CLAIMS]
    rows = [
        [
            *(claim.says, claim.section, claim_verdict(findings), f.setting, f.higher, f.lower),
            *(f"{f.higher_accuracy:.2f}", f"{f.lower_accuracy:.2f}", *f.difference.texts),
            *(f.difference.n, f.shared, f.verdict),
        ]
        for claim, findings in judged
        for f in findings
    ]
    table = pd.DataFrame(rows, columns=HEADER, dtype=object)
    tables.save_csv(table, out)
    write_text(out.with_suffix(".md"), claims.claims_markdown(heading, judged))
    write_text(out.with_suffix(".html"), claims.claims_html(heading, judged))
