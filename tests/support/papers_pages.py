"""Hand-made results of the pages on both papers, and how these are drawn from them."""

import json
from itertools import chain

from support.hand_made import NETWORKS, draw, read, write, write_run
from support.helpers import vcop

from vcop.paper.measurement import job_lineage
from vcop.paper.measurement.published import cells

HEADER = "row,column,published,measured,low,high,n"
# Hours of a training by the first part of its job's name that is here.
HOURS = {
    "pretrain/c3d/16-8-3": 1, "pretrain/c3d/16-8-4": 2, "pretrain/c3d/16-8-5": 4, "pretrain/c3d/": 8, "pretrain/": 16,
    "finetune/ucf101-1/": 32, "finetune/ucf101-2/": 64, "finetune/ucf101-3/": 128, "finetune/": 256, "answer": 512,
}  # fmt: skip


BENCHMARK = "s\th:m:s\tmax_rss\tmax_vms\tmax_uss\tmax_pss\tio_in\tio_out\tmean_load\tcpu_time"


def hours(job):
    return next(h for part, h in HOURS.items() if job.startswith(part))


def measured(index):
    """Value, low and high of an item's cell by its index: some intervals hold the paper's number, some do not."""
    value = 10 + index % 60
    return value, value - index % 7, value + index % 5


def provenance(job, seed, root, **more):
    """Where a training leaves it, and what stands in it."""
    where = "answering/question-only" if job == job_lineage.WITHOUT_VIDEO else job.replace("answer/", "answering/")
    about = {"commit": "abc1234", "machine": {"gpu": "A GPU"}, "training_seconds": 3600 * hours(job)} | more
    write(root / f"{where}/seed-{seed}/provenance.json", json.dumps(about), [])


def write_all(root):
    """Write the CSV of every item, the first one as it is drawn, and the provenance of every training."""
    for item in job_lineage.NUMBERS:
        paper, name = item.split("_")
        rows = [
            f'"{c.row}",{c.column},{"" if c.published is None else c.published},'
            + ("{:.2f},{:.2f},{:.2f},20".format(*measured(i)) if c.network else ",,,")
            for i, c in enumerate(cells(item, "16-8-3"))
        ]
        write(root / f"{paper}/{name}.csv", HEADER, rows)
    for network in NETWORKS:
        write_run(root, network, "16-8-3", 0, [f"class/{i}.avi" for i in range(20)])
    assert draw("cvpr2019_table1", root, root / "cvpr2019/table1") == 0
    for job in job_lineage.training_jobs(job_lineage.jobs_behind(chain(*job_lineage.jobs_of_items("16-8-3").values()))):
        provenance(job, 0, root)


def page(item, root, out, but="nothing", more=()):
    """Render one of the pages from all that the root has, without the files whose path contains ``but``."""
    files = [p for kind in ("*/*.csv", "**/provenance.json") for p in sorted(root.glob(kind)) if but not in p.as_posix()]
    words = ("--study", "a <hand-made> study", "--task", "16-8-3")
    return vcop("render", item, *words, "--inputs", *files, *more, "--out", out)


def by_name(path):
    return {(r["by"], r["name"]): r for r in read(path)}
