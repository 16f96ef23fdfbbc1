"""Lineages by hand; that they are the workflow's is tested in tests/paper/items/test_papers.py."""

import pytest

from vcop.paper.measurement import job_lineage
from vcop.paper.measurement.published import cells


@pytest.mark.parametrize(
    ("item", "row", "column", "jobs"),
    [
        ("cvpr2019_table1", "C3D", "Accuracy", ["pretrain/c3d/16-8-3"]),
        ("cvpr2019_table2", "C3D (random)", "Top1", ["retrieve/ucf101/c3d/random/conv5"]),
        ("cvpr2019_table2", "Jigsaw", "Top1", []),
        ("tmm2020_table4", "C3D, layer 2", "Top5", ["retrieve/ucf101/c3d/16-8-3/conv2"]),
        ("cvpr2019_table4", "R3D", "HMDB51", [f"finetune/hmdb51-{k}/r3d/16-8-3/from-conv1" for k in (1, 2, 3)]),
        ("tmm2020_table6", "C3D (supervised)", "All", ["answer/c3d/supervised"]),
        ("tmm2020_table6", "Question only (ours)", "All", ["answer_without_video"]),
        ("tmm2020_table6", "Most frequent answer (ours)", "All", []),
    ],
)
def test_the_last_jobs_before_a_number(item, row, column, jobs):
    (cell,) = [c for c in cells(item, "16-8-3") if (c.row, c.column) == (row, column)]
    assert job_lineage.jobs_of_cell(cell) == jobs


def test_longer_tuples_start_from_shorter_ones_and_every_job_stands_once():
    chain = ["synthesise/ucf101", "decode/ucf101", "initialise/c3d"]
    assert job_lineage.jobs_behind(["pretrain/c3d/16-8-5", "pretrain/c3d/16-8-4"]) == [
        *chain, "pretrain/c3d/16-8-3", "pretrain/c3d/16-8-4", "pretrain/c3d/16-8-5",
    ]  # fmt: skip
    assert job_lineage.jobs_behind([job_lineage.SCRATCH]) == [*chain, job_lineage.SCRATCH]


def test_hard_videos_are_mined_with_the_run_that_goes_on_from_them():
    jobs = job_lineage.jobs_behind(["pretrain/r3d/16-8-3-hard"])
    assert jobs[-3:] == ["pretrain/r3d/16-8-3", "mine/r3d/16-8-3", "pretrain/r3d/16-8-3-hard"]
    assert job_lineage.training_jobs(jobs) == ["pretrain/r3d/16-8-3", "pretrain/r3d/16-8-3-hard"]


def test_items_come_in_the_papers_order():
    items = list(job_lineage.jobs_of_items("16-8-3"))
    assert items[:5] == ["cvpr2019_table1", "cvpr2019_table2", "cvpr2019_table3", "cvpr2019_table4", "cvpr2019_figure4"]
    assert items.index("tmm2020_figure9") < items.index("tmm2020_figure10")
