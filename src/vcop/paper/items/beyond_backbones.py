"""Beyond the papers: backbones under one protocol, with random weights and with those of clip order prediction.

A figure and a page with the same measures as ``beyond_tasks``; here the task is one and the networks differ.
"""

from pathlib import Path

import pandas as pd

from vcop.paper.figures import transfer_plots
from vcop.paper.heading import Heading
from vcop.paper.measurement.transfer import measure_transfer, work_sentence
from vcop.paper.measurement.work import read_work
from vcop.paper.pages import tables, transfer

TITLE = "Beyond the papers. Backbones under one protocol"
CAPTION = "Each network is pretrained by the same task on the same videos of UCF101 split 1."


def render(heading: Heading, inputs: list[Path], out: Path) -> None:
    """Draw the figure and write the page.

    Inputs: results/order/{network}/{task}/seed-{seed}.csv of one task, history.csv and provenance.json of the pretrainings; and of this
    task and of random weights results/retrieval/ucf101, results/probe/ucf101, and results/recognition/ucf101-1 of from-conv1
    and of labels-10.
    """
    measured = measure_transfer("beyond_backbones", inputs, read_work(inputs), transfer.chance_of)
    work = work_sentence(list(measured.works.values()))
    tables.save_csv(pd.DataFrame(transfer.csv_rows(measured), columns=transfer.HEADER), out)
    table, figure = transfer.numbers_table(measured, work), {"a figure": f"{out.name}.png"}
    transfer.write_page(heading, [table], transfer.chance_sentence(measured), figure, out)
    transfer_plots.draw_transfer(heading, measured, out, f"{CAPTION} {work}")
