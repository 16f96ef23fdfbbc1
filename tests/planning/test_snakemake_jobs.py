"""Jobs as Snakemake prints them, and why it cannot plan."""

import pytest

from vcop.planning import snakemake_jobs

SAID = """\
Config MD5: 24066780102bbfab2741650baad19b42
Job stats:
job         count
[Sun Nov 22 07:45:34 2026]
rule initialise:
    output: results/pretrain/r3d/random/seed-0/model.safetensors
    jobid: 6
    wildcards: network=r3d, seed=0
    resources: tmpdir=/tmp, runtime=10, mem_mb=2000, mem=2 GB
rule pretrain:
    input: results/frames/ucf101.h5, results/pretrain/r3d/random/seed-0/model.safetensors
    output: results/pretrain/r3d/16-8-3/seed-0/model.safetensors, results/order/r3d/16-8-3/seed-0.csv
    reason: Forced execution
    wildcards: network=r3d, task=16-8-3, seed=0
    resources: tmpdir=/tmp, nodes=1, launch=, machine=--workers 0 --device auto --gpus 2, gpu=2, runtime=1440
localrule cvpr2019:
    input: results/cvpr2019/table1.html
    jobid: 0
"""


def test_jobs_are_read_from_a_dry_run():
    initialise, pretrain = snakemake_jobs.parse_jobs(SAID)
    assert (initialise.rule, initialise.name, initialise.gpus) == ("initialise", "initialise/r3d", 0)
    assert (pretrain.name, pretrain.gpus, pretrain.wildcards["task"]) == ("pretrain/r3d/16-8-3", 2, "16-8-3")
    assert pretrain.inputs == ("results/frames/ucf101.h5", *initialise.outputs)


FAILED = """\
Assuming unrestricted shared filesystem usage.
SNAKEMAKE
=========
  Date: 2026-11-22 08:12:20
  Config MD5: 0df37e204781f27dd40b858b66f2ae95

Building DAG of jobs...
InputFunctionException in rule decode in file "data.smk", line 47:
Error:
  WorkflowError:
    ucf101: the official list classInd.txt is missing
Wildcards:
  dataset=ucf101
Using workflow specific profile profiles/default for setting default command line arguments.
"""


@pytest.mark.parametrize(
    ("said", "line"),
    [
        (FAILED, "ucf101: the official list classInd.txt is missing"),
        ("Using x.\nWorkflowError in file y:\n  lists are missing", "lists are missing"),
        ("Using x.\n", "snakemake failed without a message"),
    ],
)
def test_why_snakemake_cannot_plan(said, line):
    assert snakemake_jobs.failure_reason(said) == line
