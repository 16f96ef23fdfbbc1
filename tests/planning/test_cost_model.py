"""What jobs compute, against numbers that are known."""

import pytest
from support.planned_jobs import finetune, job, pretrain

from vcop.config.options import NetworkOptions
from vcop.config.reader import read_study
from vcop.networks.flops import ClipSize, clip_cost
from vcop.planning.cost_model import CostModel, study_clip
from vcop.planning.snakemake_jobs import Job

FULL, CLIP = NetworkOptions(), ClipSize(16, 112)


def test_a_pretraining_costs_its_epochs_of_tuples(study, tmp_path):
    """300 epochs and 3674 tests, 3 clips each: 9364 of 9537 videos, and so 785 of 800 that validate; mining has 5 tuples of each."""
    model, c = CostModel(study, tmp_path), clip_cost("c3d", FULL, CLIP)
    trained = 300 * (8579 * c.training + 785 * c.testing)
    assert model.job_flop(pretrain("c3d", "16-8-3")) == 3 * (trained + 3674 * c.testing)
    assert model.job_flop(job("mine", network="c3d", task="16-8-3")) == 3 * 5 * 8579 * c.testing
    assert model.size.dataset("ucf101").source == "official lists and counts"
    long, plain = (model.job_flop(pretrain("r3d", task)) for task in ("16-16-3-long", "16-16-3"))
    assert 1.99 < long / plain < 2
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine/hard.txt").write_text("a\n" * 900)
    c = clip_cost("r3d", FULL, CLIP)
    mined = 3 * (300 * (900 * c.training + 785 * c.testing) + 3674 * c.testing)
    assert model.job_flop(pretrain("r3d", "16-8-3-hard", "mine/hard.txt")) == mined
    assert model.job_flop(pretrain("r3d", "16-8-3-hard")) == model.job_flop(pretrain("r3d", "16-8-3"))


def test_a_fine_tuning_costs_its_split_and_the_stages_that_are_trained(study, tmp_path):
    model, c = CostModel(study, tmp_path), clip_cost("r3d", FULL, CLIP)
    assert model.job_flop(finetune("r3d", "3")) == 150 * (8824 * c.training + 800 * c.testing) + 3696 * 10 * c.testing
    assert model.job_flop(finetune("r3d", "3", "conv5")) < model.job_flop(finetune("r3d", "3")) / 2
    few = Job("finetune_few", {"dataset": "ucf101", "split": "1", "network": "r3d", "percent": "10"}, (), ("x",), 1)
    assert model.job_flop(few) < model.job_flop(finetune("r3d")) / 5
    assert model.job_flop(job("retrieve", network="r3d")) is None


def test_videos_that_are_still_to_be_made_are_one_line(tmp_path):
    made = read_study({"study": "s", "data": {"ucf101": {"videos": "v", "lists": "l"}}, "synthesise": {}})
    with pytest.raises(
        ValueError, match=r"l: the videos of ucf101 are not made yet.* snakemake --cores all results/synthetic/ucf101\.csv"
    ):
        CostModel(made, tmp_path).job_flop(pretrain("r3d", "16-8-3"))


def test_every_second_frame_is_half_a_clip():
    made = read_study(
        {"study": "s", "data": {"ucf101": {"videos": "v", "lists": "l"}}, "input": {"frame_stride": 2, "crop": 56}}
    )
    assert study_clip(made) == ClipSize(8, 56)
