"""The claims of both papers on a page: which hold on these results, which do not, and which cannot be told."""

from pathlib import Path

import pandas as pd

from vcop.files import write_text
from vcop.paper import claims_page, tables
from vcop.paper.claims import Claim, collect, judge, verdict
from vcop.paper.tables import Heading

TITLE = "What the papers claim, held against these results"
CAPTION = (
    "Each claim says that one accuracy is higher than another. A comparison holds where the 95 % interval of the difference lies wholly "
    "above zero, does not hold where it lies wholly below, and cannot tell where it contains zero; a claim of several comparisons holds "
    "where all do, and does not where one does not. Differences are of the same test videos; where test lists differ, since longer "
    "tuples fit into fewer videos, they are paired as far as the lists overlap. Intervals are of the test videos drawn, each "
    "for itself, and say nothing of other seeds: a verdict is on these weights."
)
HEADER = ["claim", "section", "claim_verdict", "where", "higher", "lower", "measured_higher", "measured_lower"]
HEADER += ["difference", "low", "high", "n", "shared", "verdict"]
NETWORKS, DATASETS = ("c3d", "r3d", "r21d"), ("ucf101", "hmdb51")
BOTH = {"dataset": DATASETS, "network": NETWORKS}
RETRIEVAL, RECOGNITION = "retrieval/{dataset}/{network}/%s/conv5", "recognition/{dataset}/{network}/%s/from-conv1"

CLAIMS = [
    Claim(
        says="Trained weights retrieve clips better than random ones for k of 5 and more.",
        section="C 4.1",
        pairs=[(RETRIEVAL % "16-8-3", RETRIEVAL % "random")],
        over=BOTH,
        ks=(5, 10, 20, 50),
    ),
    Claim(
        says="Fine-tuning recognises actions better from 16-8-3 than from random weights.",
        section="C 4.2",
        pairs=[(RECOGNITION % "16-8-3", RECOGNITION % "random")],
        over=BOTH,
    ),
    Claim(
        says="The task-based curriculum orders four clips better than training from scratch, C3D.",
        section="T IV-A",
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
        over={"network": NETWORKS},
    ),
    Claim(
        says="16-8-4 retrieves clips better than 16-8-3.",
        section="T IV-B",
        pairs=[(RETRIEVAL % "16-8-4", RETRIEVAL % "16-8-3")],
        over=BOTH,
    ),
    Claim(
        says="Middle layers retrieve best: the better of layers 2 and 3 beats layer 5.",
        section="T IV-B, Table IV",
        pairs=[("retrieval/ucf101/{network}/16-8-3/conv2|conv3", "retrieval/ucf101/{network}/16-8-3/conv5")],
        over={"network": NETWORKS},
    ),
    Claim(
        says="Freezing conv1 alone is best when fine-tuning, R3D.",
        section="T IV-C, Figure 10",
        pairs=[("recognition/ucf101/r3d/16-8-3/from-conv2", "recognition/ucf101/r3d/16-8-3/from-{layer}")],
        over={"layer": ("conv1", "conv3", "conv4", "conv5")},
    ),
    Claim(
        says="The sample-based curriculum's weights retrieve clips and recognise actions better than 16-8-3, R3D.",
        section="T IV-B, IV-C",
        pairs=[
            ("retrieval/{dataset}/r3d/16-8-3-hard/conv5", "retrieval/{dataset}/r3d/16-8-3/conv5"),
            ("recognition/{dataset}/r3d/16-8-3-hard/from-conv1", "recognition/{dataset}/r3d/16-8-3/from-conv1"),
        ],
        over={"dataset": DATASETS},
    ),
]


def render(heading: Heading, inputs: list[Path], out: Path) -> None:
    """Inputs: results/order, results/retrieval and results/recognition, as CLAIMS names them."""
    results = collect(inputs)
    judged = [(claim, judge("tmm2020_claims", claim, results)) for claim in CLAIMS]
    rows = [
        [
            *(claim.says, claim.section, verdict(findings), f.where, f.higher, f.lower),
            *(f"{f.ours:.2f}", f"{f.base:.2f}", *f.difference.texts),
            *(f.difference.n, f.shared, f.verdict),
        ]
        for claim, findings in judged
        for f in findings
    ]
    table = pd.DataFrame(rows, columns=HEADER, dtype=object)
    tables.save(table, out)
    write_text(out.with_suffix(".md"), claims_page.markdown(heading, judged))
    write_text(out.with_suffix(".html"), claims_page.html(heading, judged))
