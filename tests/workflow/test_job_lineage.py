"""What stands behind an item by vcop.paper.measurement.job_lineage is what the workflow runs for it."""

import os
import re
import shutil
import subprocess
import sys
from itertools import chain

import pytest
import yaml
from support.helpers import ROOT

from vcop.paper.measurement import costs, job_lineage

SEEDS = yaml.safe_load((ROOT / "config.yaml").read_text())["seeds"]


@pytest.fixture(scope="module")
def planned(tmp_path_factory):
    """What a dry run of both papers says of each job: its rule, benchmark file, inputs and outputs."""
    folder = tmp_path_factory.mktemp("planned")
    shutil.copy(ROOT / "config.yaml", folder)
    words = ["--snakefile", ROOT / "Snakefile", "--directory", folder, "--cores", "1", "--dry-run"]
    path = f"{os.path.dirname(sys.executable)}:{os.environ['PATH']}"
    command = [sys.executable, "-m", "snakemake", *words, "--", "cvpr2019", "tmm2020", "papers"]
    done = subprocess.run(command, capture_output=True, text=True, env=os.environ | {"PATH": path}, check=True)
    jobs = []
    for text in re.split(r"^\[.*\]$", done.stdout + done.stderr, flags=re.MULTILINE):
        if rule := re.search(r"^(?:local)?rule (\w+):", text, re.MULTILINE):
            named = {kind: re.search(rf"^    {kind}: (.*)", text, re.MULTILINE) for kind in ("input", "output", "benchmark")}
            files = {kind: found[1].split(", ") if found else [] for kind, found in named.items()}
            jobs.append((rule[1], files["benchmark"], files["input"], files["output"]))
    return jobs


def test_what_stands_behind_an_item_is_what_the_workflow_runs_for_it(planned):
    """A stage's job is named by its benchmark file; each item's jobs are found through the files between them."""
    made = {path: job for job in planned for path in job[3]}
    seen = {}

    def behind(job):
        """The stages' jobs that a job needs, itself included."""
        if id(job) not in seen:
            of = {re.sub(r"[/-]seed-\d$", "", p.removeprefix("results/benchmarks/").removesuffix(".tsv")) for p in job[1]}
            seen[id(job)] = of.union(*(behind(made[path]) for path in job[2] if path in made))
        return seen[id(job)]

    rules = {job[0]: job for job in planned}
    for item, jobs in job_lineage.jobs_of_items("16-8-3").items():
        assert set(job_lineage.jobs_behind(jobs)) == behind(rules[item]), item


def test_the_pages_wait_for_every_training_behind_the_items(planned):
    rules = {job[0]: job for job in planned}
    wanted = job_lineage.training_jobs(job_lineage.jobs_behind(chain(*job_lineage.jobs_of_items("16-8-3").values())))
    for item in ("papers_numbers", "papers_costs"):
        given = [costs.PROVENANCE.search(path) for path in rules[item][2] if path.endswith("provenance.json")]
        assert len(given) == len(SEEDS) * len(wanted), item
    files = set(rules["papers_numbers"][2])
    assert {f"results/{item.replace('_', '/', 1)}.csv" for item in job_lineage.NUMBERS} <= files
    # No benchmark file is an input: one that is missing runs nothing again.
    assert not [path for job in planned for path in job[2] if "benchmarks" in path]


def test_every_stage_is_benchmarked_under_its_own_name(planned):
    stages = {job[0]: job[1] for job in planned if job[1]}
    behind = job_lineage.jobs_behind(chain(*job_lineage.jobs_of_items("16-8-3").values()))
    assert {job.split("/")[0] for job in behind} <= set(stages)
    for rule, (path,) in stages.items():
        assert re.fullmatch(rf"results/benchmarks/{rule}(/.+)?\.tsv", path)
