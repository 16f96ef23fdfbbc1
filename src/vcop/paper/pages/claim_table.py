"""CSV of judged claims: a row for each comparison, with both verdicts."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from vcop.paper.measurement.claims import (
    Claim,
    Comparison,
    claim_verdict,
    comparison_verdict,
    printed_verdict,
)
from vcop.paper.measurement.scores import csv_number
from vcop.paper.pages import tables
from vcop.paper.pages.claim_words import Judged

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


def save_csv(judged: Judged, out: Path) -> None:
    """Write claims with their comparisons to ``out``.csv."""
    rows = [claim_row(claim, compared, c) for claim, compared in judged for c in compared]
    tables.save_csv(pd.DataFrame(rows, columns=HEADER, dtype=object), out)


def claim_row(claim: Claim, compared: Sequence[Comparison], c: Comparison) -> list[object]:
    """Return the CSV row of a comparison, under HEADER."""
    verdict, single = claim_verdict(claim, compared), comparison_verdict(claim, c)
    printed = ["", "", ""] if c.printed is None else [f"{v:.2f}" for v in (c.printed.higher, c.printed.lower, c.printed.error)]
    return [
        *(claim.says, claim.section, verdict.says, verdict.because, claim.rule, c.setting, c.higher, c.lower),
        *(csv_number(c.higher_accuracy), csv_number(c.lower_accuracy), *c.difference.texts, *map(csv_number, c.joint)),
        *(c.difference.n, c.shared, c.difference.seeds, single.says, "yes" if c.decides else "no"),
        *(*printed, printed_verdict(claim, compared)),
    ]
