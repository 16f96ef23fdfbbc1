"""What a study costs, on jobs as Snakemake prints them, against numbers that are known."""

import itertools

import numpy as np
import pytest
from support.helpers import vcop

from vcop.config.data_options import FrameOptions
from vcop.config.options import NetworkOptions
from vcop.config.reader import read_study
from vcop.datasets import official_counts
from vcop.datasets.splits import SPLITS, TEST, TRAIN, UCF101_LISTS, OfficialSplits
from vcop.networks.flops import ClipSize, clip_cost, feature_values, weight_bytes
from vcop.planning import report, snakemake_jobs
from vcop.planning.cost_model import Estimate, parse_rates
from vcop.planning.dataset_sizes import DatasetSize, SplitSize
from vcop.planning.snakemake_jobs import Job
from vcop.sampling.tasks import Task
from vcop.storage.frame_writer import DecodedVideo, write_store

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
    assert snakemake_jobs.dependencies([pretrain, initialise]) == [[1], []]


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
        ("Using x.\n", "snakemake failed without a word"),
    ],
)
def test_why_snakemake_cannot_plan(said, line):
    assert snakemake_jobs.failure_reason(said) == line


def job(name, needs=(), gpus=1, **wildcards):
    return Job(name, wildcards, tuple(needs), (name,), gpus)


def test_the_longest_chain_and_the_hours_on_several_gpus():
    """a, then b and c side by side, then d; e alone."""
    jobs = [job("d", "bc"), job("a"), job("b", "a"), job("c", "a"), job("e")]
    hours = [1.0, 2.0, 3.0, 5.0, 4.0]
    assert [jobs[place].rule for place in snakemake_jobs.longest_chain(jobs, hours)] == ["a", "c", "d"]
    assert snakemake_jobs.makespan(jobs, hours, 1) == sum(hours)
    assert snakemake_jobs.makespan(jobs, hours, 2) == 8.0  # a 0-2, e 0-4, c 2-7, b 4-7, d 7-8
    assert snakemake_jobs.makespan(jobs, [*hours[:4], 7.0], 2) == 11.0  # a 0-2, e 0-7, c 2-7, b 7-10, d 10-11


def test_a_job_of_several_gpus_waits_for_them_and_takes_what_there_is():
    jobs = [job("a", gpus=2), job("b"), job("c", gpus=0)]
    assert snakemake_jobs.makespan(jobs, [1.0, 2.0, 9.0], 2) == 9.0
    assert snakemake_jobs.makespan(jobs, [1.0, 2.0, 0.0], 2) == 3.0
    assert snakemake_jobs.makespan(jobs, [1.0, 2.0, 0.0], 1) == 3.0
    assert snakemake_jobs.makespan([], [], 1) == 0.0


FULL, CLIP = NetworkOptions(), ClipSize(16, 112)


@pytest.mark.parametrize(
    ("network", "training", "testing", "weights"),
    [("c3d", 228.9, 2 * 38.497, 28_195_462), ("r3d", 116.5, 2 * 19.887, 14_895_814), ("r21d", 126.9, 2 * 21.362, 14_899_325)],
)
def test_the_networks_arithmetic_is_what_it_is_known_to_be(network, training, testing, weights):
    """GFLOP of a training step a clip, and SPEC section 1's multiply-adds and sizes; features have 9216 values of any stage."""
    found = clip_cost(network, FULL, CLIP)
    assert found.training / 1e9 == pytest.approx(training, abs=0.1)
    assert found.testing / 1e9 == pytest.approx(testing, abs=0.001)
    assert clip_cost(network, FULL, CLIP, "conv5").training < found.training / 2
    assert weight_bytes(network, FULL, tuple_length=3) == pytest.approx(
        4 * weights, rel=0.003
    )  # BatchNorm's statistics besides
    assert feature_values(network, FULL, CLIP, "conv5") == feature_values(network, FULL, CLIP, "conv1") == 9216


@pytest.fixture
def study(tmp_path, monkeypatch):
    """A study of the real sets with lists of UCF101's official size, taken for the official ones."""
    folder = tmp_path / "lists"
    folder.mkdir()
    names = [f"Jump/v_Jump_g{number:05d}_c01.avi" for number in range(13_320)]
    (folder / "classInd.txt").write_text("1 Jump\n")
    for split in SPLITS:
        counts = official_counts.official_counts("ucf101")
        training = counts[f"split {split} train"]
        (folder / f"trainlist0{split}.txt").write_text("".join(f"{name} 1\n" for name in names[:training]))
        (folder / f"testlist0{split}.txt").write_text("".join(f"{name}\n" for name in names[training:]))
    assert sorted(p.name for p in folder.iterdir()) == sorted(UCF101_LISTS)
    made = read_study({"study": "s", "data": {"ucf101": {"videos": "v", "lists": "lists"}}})
    monkeypatch.setitem(official_counts.DIGESTS, "ucf101", DatasetSize(made, tmp_path, "ucf101")._lists.digest())
    return made


def pretrain(network, task, *inputs):
    wildcards = {"network": network, "task": task, "seed": "0"}
    return Job("pretrain", wildcards, inputs, (f"results/pretrain/{network}/{task}/seed-0/model.safetensors",), 1)


def finetune(network, split="1", layer="conv1", **more):
    return Job("finetune", {"dataset": "ucf101", "split": split, "network": network, "layer": layer} | more, (), ("x",), 1)


def test_a_pretraining_costs_its_epochs_of_tuples(study, tmp_path):
    """300 epochs of 8564 videos and 800 to validate, 3674 to test, 3 clips each (SPEC sections 2 and 3)."""
    estimate, c = Estimate(study, tmp_path), clip_cost("c3d", FULL, CLIP)
    assert estimate.work(pretrain("c3d", "16-8-3")) == 3 * (300 * (8564 * c.training + 800 * c.testing) + 3674 * c.testing)
    assert estimate.amounts("ucf101").usable.__self__.source == "official lists and counts"
    long, plain = (estimate.work(pretrain("r3d", task)) for task in ("16-16-3-long", "16-16-3"))
    assert 1.99 < long / plain < 2
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine/hard.txt").write_text("a\n" * 900)
    c = clip_cost("r3d", FULL, CLIP)
    mined = 3 * (300 * (900 * c.training + 800 * c.testing) + 3674 * c.testing)
    assert estimate.work(pretrain("r3d", "16-8-3-hard", "mine/hard.txt")) == mined
    assert estimate.work(pretrain("r3d", "16-8-3-hard")) == estimate.work(pretrain("r3d", "16-8-3"))


def test_a_fine_tuning_costs_its_split_and_the_stages_that_are_trained(study, tmp_path):
    estimate, c = Estimate(study, tmp_path), clip_cost("r3d", FULL, CLIP)
    assert estimate.work(finetune("r3d", "3")) == 150 * (8824 * c.training + 800 * c.testing) + 3696 * 10 * c.testing
    assert estimate.work(finetune("r3d", "3", "conv5")) < estimate.work(finetune("r3d", "3")) / 2
    few = Job("finetune_few", {"dataset": "ucf101", "split": "1", "network": "r3d", "percent": "10"}, (), ("x",), 1)
    assert estimate.work(few) < estimate.work(finetune("r3d")) / 5
    assert estimate.work(job("retrieve", network="r3d")) is None


def test_videos_between_two_tasks_are_counted_in_proportion(study, tmp_path):
    counted = DatasetSize(study, tmp_path, "ucf101").usable
    assert [counted(Task.parse(name)) for name in ("16-8-5", "16-16-5")] == [SplitSize(7257, 2821), SplitSize(5780, 2203)]
    assert (
        counted(Task.parse("16-8-4")).training
        > counted(Task.parse("16-12-4")).training
        > counted(Task.parse("16-16-4")).training
    )
    assert SplitSize(9, 1).less(800) == SplitSize(8, 1, 1)


def test_rates():
    assert {n: r.tflops for n, r in parse_rates(["400", "c3d=419"]).items()} == {"c3d": 419, "r3d": 400, "r21d": 400}
    for word in ("fast", "-1", "0", "vgg=3", "3e2"):
        with pytest.raises(ValueError, match="--rate: .* is not TFLOP/s, as in 400 or c3d=419"):
            parse_rates([word])


HISTORY = "epoch,loss,accuracy,clips_per_second\n1,1,1,100\n2,1,1,1000\n3,1,1,1100\n"


def test_hours_stand_on_the_studys_own_runs_where_there_are_any(study, tmp_path):
    """By the median epoch; what is finished costs nothing; several GPUs share a pretraining."""
    estimate, jobs = Estimate(study, tmp_path), [pretrain("r3d", "16-8-3"), pretrain("c3d", "16-8-3")]
    unknown = report.price_jobs(estimate, jobs, jobs, {})
    assert not unknown.rates
    assert "give --rate TFLOPS" in "\n".join(report.as_text(unknown, [1]))
    folder = tmp_path / "results/pretrain/r3d/16-8-3/seed-0"
    folder.mkdir(parents=True)
    (folder / "history.csv").write_text(HISTORY)
    known = report.price_jobs(estimate, jobs, jobs[1:], {})
    rate = 1000 * clip_cost("r3d", FULL, CLIP).training / 1e12
    assert known.rates["r3d"].tflops == pytest.approx(rate)
    assert known.rates["c3d"].source == "mean of the others"
    about = report.as_data(known, [1, 2])
    assert about["runs"] == {"pretrain": 2} and about["runs_left"] == {"pretrain": 1}
    assert about["gpu_hours"] == pytest.approx(estimate.work(jobs[1]) / (rate * 1e12) / 3600)
    assert about["wall_hours"] == {"1": about["gpu_hours"], "2": about["gpu_hours"]}
    shared = Job(**vars(jobs[1]) | {"gpus": 2})
    halved = report.as_data(report.price_jobs(estimate, jobs, [shared], {}), [2])
    assert halved["gpu_hours"] == pytest.approx(about["gpu_hours"])
    assert halved["wall_hours"]["2"] == pytest.approx(about["gpu_hours"] / 2)
    (folder / "history.csv").write_text("damaged")
    assert not estimate.measured()


def test_disk(study, tmp_path):
    """JPEG of UCF101: about 25 GB; a feature file 4.9 GB, of all five stages five times that; a file that is there: its size."""
    decode = Job("decode", {"dataset": "ucf101"}, (), ("results/frames/ucf101.h5",), 0)
    extracts = [
        Job("extract", {"dataset": "ucf101", "network": "r3d", "weights": w}, (), (f"results/features/{w}.h5",), 1)
        for w in ("random", "16-8-3")
    ]
    estimate = Estimate(study, tmp_path)
    sizes = estimate.disk([decode, *extracts, pretrain("r3d", "16-8-3")])
    assert sizes["frames"] == pytest.approx(25.8e9, rel=0.01)
    assert sizes["features"] == pytest.approx(6 * 13_320 * 10 * 9216 * 4)
    assert sizes["weights"] == sizes["states"] == weight_bytes("r3d", FULL, tuple_length=3)
    (tmp_path / "results/features").mkdir(parents=True)
    (tmp_path / "results/features/random.h5").write_bytes(b"12345")
    assert estimate.disk(extracts[:1]) == {"features": 5}


def test_a_folder_that_is_no_study_is_one_line(tmp_path, capsys):
    assert vcop("plan", tmp_path) == 1
    assert capsys.readouterr().err == f"vcop plan: {tmp_path}: not a study: no config.yaml in it\n"
    (tmp_path / "config.yaml").write_text("study: s\ndata: {}\n")
    assert vcop("plan", tmp_path) == 1
    assert "config.yaml: data: " in capsys.readouterr().err


def test_videos_that_are_still_to_be_made_are_one_line(tmp_path):
    made = read_study({"study": "s", "data": {"ucf101": {"videos": "v", "lists": "l"}}, "synthesise": {}})
    with pytest.raises(
        ValueError, match=r"l: the videos of ucf101 are not made yet.* snakemake --cores all results/synthetic/ucf101\.csv"
    ):
        Estimate(made, tmp_path).work(pretrain("r3d", "16-8-3"))


def test_a_frame_store_is_counted(tmp_path):
    """Its videos by role, and those that a tuple fits into; its file's size."""
    counts, options, lists = (
        {"a": 87, "b": 88, "c": 200, "d": 88},
        FrameOptions(height=8, width=8, codec="raw"),
        OfficialSplits(["x"]),
    )
    for split, (name, role) in itertools.product(SPLITS, zip(counts, (TRAIN, TRAIN, TRAIN, TEST), strict=True)):
        lists.add(name, 0, split, role, "here")
    videos = [DecodedVideo(n, np.zeros(192 * k, np.uint8), np.full(k, 192), k) for n, k in counts.items()]
    path = tmp_path / "results/frames/ucf101.h5"
    path.parent.mkdir(parents=True)
    write_store(path, videos, 192 * sum(counts.values()), lists, "ucf101", options, "a test")
    made = read_study({"study": "s", "data": {"ucf101": {"videos": "v", "lists": "l"}}})
    found = DatasetSize(made, tmp_path, "ucf101")
    assert (found.source, found.videos, found.frames) == ("counted in the frame store", 4, sum(counts.values()))
    assert (found.split(1), found.usable(Task.parse("16-8-4"))) == (SplitSize(3, 1), SplitSize(2, 1))
    decode = Job("decode", {"dataset": "ucf101"}, (), ("results/frames/ucf101.h5",), 0)
    assert Estimate(made, tmp_path).disk([decode]) == {"frames": path.stat().st_size}
