"""Beyond the papers: clip order prediction beside other pretext tasks, under one protocol.

The papers compare their task with numbers that others published, of other networks and other data. Here each task pretrains the same networks on
the same videos, and all weights are measured alike. A figure and a page with the numbers; audits of all tasks below them; and a page
of claims, judged in the same way as those of the papers.
"""

from dataclasses import replace
from pathlib import Path

import pandas as pd

from vcop.paper.figures import transfer_plots
from vcop.paper.heading import Heading
from vcop.paper.measurement.audits import measure_conditions
from vcop.paper.measurement.claims_tasks import task_claims
from vcop.paper.measurement.judging import judge_claim
from vcop.paper.measurement.pairing import Study, collect_results
from vcop.paper.measurement.scores import group_runs
from vcop.paper.measurement.transfer import OWN, Transfer, measure_transfer, work_sentence
from vcop.paper.measurement.work import WorkRecord, read_work
from vcop.paper.pages import claim_table, claims, tables, transfer
from vcop.paper.pages.claim_words import Judged
from vcop.runtime.atomic_files import write_text

TITLE = "Beyond the papers. Pretext tasks under one protocol"
CAPTION = (
    "Each task pretrains the same network on the same videos of UCF101 split 1; nothing else differs but its own question."
)
ITEM = "beyond_tasks"
CLAIMS_TITLE = "Beyond the papers. Pretext tasks compared, claim by claim"
CLAIMS_CAPTION = (
    "Each claim says that one side is better, and its verdict may be that it is not. It holds if every difference's own 95 % interval lies "
    "above zero, and does not hold if one joint interval lies below; where it says by most measures, more than half of the joint intervals "
    "must lie on one side. These are the rules of the papers' claims. We cannot tell where the intervals are too wide, and where the side "
    "that did better saw more clips."
)
CLAIMS_LEGEND = (
    "Accuracies in percent; differences in points [own 95 % interval]; joint: the interval that holds together with all others of the claim; "
    "n: test videos. Work is equal if both sides saw as many clips."
)


def render(heading: Heading, inputs: list[Path], out: Path) -> None:
    """Draw the figure and write the pages.

    Inputs: results/order/{network}/{task}/seed-{seed}.csv of all tasks, history.csv and provenance.json of their pretrainings,
    results/audit the same way; and of all tasks and of random weights results/retrieval/ucf101, results/probe/ucf101, and
    results/recognition/ucf101-1 of from-conv1 and of labels-10. The first task is compared with each of the others.
    """
    record = read_work(inputs)
    measured = measure_transfer(ITEM, inputs, record, transfer.chance_of)
    audits = measure_audits(inputs, measured)
    judged = judge_tasks(inputs, measured, record)
    work = work_sentence(list(measured.works.values()))
    tables.save_csv(pd.DataFrame(transfer.csv_rows(measured), columns=transfer.HEADER), out)
    tables.save_csv(pd.DataFrame(transfer.audit_rows(audits), columns=transfer.AUDIT_HEADER), beside(out, "audit"))
    shown = [transfer.numbers_table(measured, work), transfer.audit_table(audits)]
    claims_page = beside(out, "claims")
    links = {"the tasks compared, claim by claim": f"{claims_page.name}.html", "a figure": f"{out.name}.png"}
    transfer.write_page(heading, shown, transfer.chance_sentence(measured), links, out)
    write_claims(heading, judged, claims_page)
    transfer_plots.draw_transfer(heading, measured, out, f"{CAPTION} {work}")


def beside(out: Path, name: str) -> Path:
    """Return the path of another file of the item, without ending: results/beyond/tasks-claims."""
    return out.with_name(f"{out.name}-{name}")


def measure_audits(inputs: list[Path], measured: Transfer) -> transfer.Audits:
    """Return the audit of every pretraining. Raises ValueError if one is missing."""
    runs = group_runs(inputs, r"audit/([^/]+)/([^/]+)/seed-")
    missing = [setting for setting in measured.works if setting not in runs]
    if missing:
        raise ValueError(f"{ITEM}: no audit of {', '.join(missing[0])} among the files given")
    return {setting: measure_conditions(runs[setting]) for setting in measured.works}


def judge_tasks(inputs: list[Path], measured: Transfer, record: WorkRecord) -> Judged:
    """Return the claims on tasks with their comparisons. What the papers print of their own task stands on their own page of claims."""
    networks, tasks = (list(dict.fromkeys(setting[i] for setting in measured.works)) for i in (0, 1))
    study = Study(collect_results(inputs), record)
    judged = ((claim, judge_claim(ITEM, claim, study)) for claim in task_claims(tasks, networks))
    return [
        (claim, [replace(c, setting=_own_setting(c.setting), printed=None) for c in compared]) for claim, compared in judged
    ]


def _own_setting(setting: str) -> str:
    """Return the setting of a comparison: predictions of every task lie under results/order, whatever it asks."""
    return f"{setting.removesuffix('order')}{OWN}" if setting.endswith(", order") else setting


def write_claims(heading: Heading, judged: Judged, out: Path) -> None:
    """Write the page of the claims, and their CSV."""
    claim_table.save_csv(judged, out)
    own = replace(heading, title=CLAIMS_TITLE, caption=CLAIMS_CAPTION)
    write_text(out.with_suffix(".md"), claims.claims_markdown(own, judged, CLAIMS_LEGEND))
    write_text(out.with_suffix(".html"), claims.claims_html(own, judged, CLAIMS_LEGEND))
