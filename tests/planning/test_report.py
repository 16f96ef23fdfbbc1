"""The plan of a study, on jobs made by hand."""

import pytest
from support.planned_jobs import decode, extract, pretrain

from vcop.config.options import NetworkOptions
from vcop.networks.flops import ClipSize, clip_cost
from vcop.planning import report
from vcop.planning.cost_model import CostModel
from vcop.planning.rates import Rate
from vcop.planning.snakemake_jobs import Job

FULL, CLIP = NetworkOptions(), ClipSize(16, 112)
OWN = """
from torch import nn
from vcop import Backbone

class Own(Backbone):
    def __init__(self):
        super().__init__()
        self.conv1, self.features = nn.Conv3d(3, 4, 1, stride=2, bias=False), 4
        self.conv2, self.conv3, self.conv4, self.conv5 = nn.ReLU(), nn.ReLU(), nn.ReLU(), nn.ReLU()

def build(multiplier):
    return Own()
"""
HISTORY = "epoch,loss,accuracy,clips_per_second\n1,1,1,100\n2,1,1,1000\n3,1,1,1100\n"


def test_hours_stand_on_the_studys_own_runs_where_there_are_any(study, tmp_path):
    """By the median epoch; what is finished costs nothing; several GPUs share a pretraining."""
    model, jobs = CostModel(study, tmp_path), [pretrain("r3d", "16-8-3"), pretrain("c3d", "16-8-3")]
    unknown = report.price_jobs(model, jobs, jobs, {})
    assert not unknown.rates
    assert "give --rate TFLOPS" in "\n".join(report.plan_lines(unknown, [1]))
    folder = tmp_path / "results/pretrain/r3d/16-8-3/seed-0"
    folder.mkdir(parents=True)
    (folder / "history.csv").write_text(HISTORY)
    known = report.price_jobs(model, jobs, jobs[1:], {})
    rate = 1000 * clip_cost("r3d", FULL, CLIP).training / 1e12
    assert known.rates["r3d"].tflops == pytest.approx(rate)
    assert known.rates["c3d"].source == "mean of the others"
    about = report.plan_data(known, [1, 2])
    assert about["runs"] == {"pretrain": 2} and about["runs_left"] == {"pretrain": 1}
    assert about["gpu_hours"] == pytest.approx(model.job_flop(jobs[1]) / (rate * 1e12) / 3600)
    assert about["wall_hours"] == {"1": about["gpu_hours"], "2": about["gpu_hours"]}
    shared = Job(**vars(jobs[1]) | {"gpus": 2})
    halved = report.plan_data(report.price_jobs(model, jobs, [shared], {}), [2])
    assert halved["gpu_hours"] == pytest.approx(about["gpu_hours"])
    assert halved["wall_hours"]["2"] == pytest.approx(about["gpu_hours"] / 2)
    (folder / "history.csv").write_text("damaged")
    assert not report.price_jobs(model, jobs, jobs, {}).rates


def test_a_network_of_the_users_is_priced_by_its_file(study, tmp_path):
    """A convolution of 3 to 4 channels with 1x1x1 weights, stride 2: 2 * 12 FLOP a position of 8x56x56; its input needs no gradient."""
    (tmp_path / "networks").mkdir()
    (tmp_path / "networks/own.py").write_text(OWN)
    model, job = CostModel(study, tmp_path), pretrain("own", "16-8-3")
    cost = model.clip_cost("own")
    assert (cost.testing, cost.training) == (24 * 8 * 56 * 56, 2 * 24 * 8 * 56 * 56)
    plan = report.price_jobs(model, [job], [job], {"own": Rate(2, "given")})
    assert plan.hours == [model.job_flop(job) / 2e12 / 3600]
    assert report.plan_data(plan, [1])["rates"]["own"] == {"tflops": 2, "source": "given"}
    assert report.disk_rows(plan, 1)["weights"] == 4 * (12 + (8 * 4 + 4) + (3 * 4 * 6 + 6))


def test_the_lines_for_people(study, tmp_path):
    """Rules that compute most first; what is drawn counts together; a rule without GPUs stands below the table."""
    drawn = Job("cvpr2019_table1", {}, (), ("results/cvpr2019/table1.csv",), 0)
    every = [
        decode(),
        pretrain("c3d", "16-8-3"),
        pretrain("r3d", "16-8-3"),
        extract("random"),
        drawn,
    ]
    plan = report.price_jobs(CostModel(study, tmp_path), every, [every[0], *every[2:]], {"r3d": Rate(376, "given")})
    header, first, second, _, runs, others, *_ = lines = report.plan_lines(plan, [1])
    assert header.split() == ["rule", "jobs", "done", "to", "run", "PFLOP", "GPU-hours"]
    assert (first.split()[:4], second.split()[:4]) == (["pretrain", "2", "1", "1"], ["extract", "1", "0", "1"])
    assert len(header) == len(first) == len(second), "columns line up"
    assert runs.startswith("Runs: 2 pretraining (1 to run). To compute: ")
    assert others == "Besides, not counted in hours: 1 decode, 1 tables and figures."
    assert lines[-1] == "Videos of ucf101: official lists and counts."
