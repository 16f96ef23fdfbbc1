"""Disk space, against sizes that are known."""

import pytest
from support.planned_jobs import decode, extract, finetune, pretrain

from vcop.config.options import NetworkOptions
from vcop.networks.flops import weight_bytes
from vcop.planning.dataset_sizes import StudySize
from vcop.planning.disk_model import DiskModel

FULL = NetworkOptions()


def test_frames_features_and_weights(study, tmp_path):
    """JPEG of UCF101: about 25 GB; a feature file 4.9 GB, of all five stages five times that; a file that exists: its size."""
    disk = DiskModel(StudySize(study, tmp_path))
    sizes = disk.stage_bytes([decode(), extract("random"), extract("16-8-3"), pretrain("r3d", "16-8-3")])
    assert sizes["frames"] == pytest.approx(25.8e9, rel=0.01)
    assert sizes["features"] == pytest.approx(6 * 13_320 * 10 * 9216 * 4)
    assert sizes["weights"] == sizes["states"] == weight_bytes("r3d", FULL, tuple_length=3)
    (tmp_path / "results/features").mkdir(parents=True)
    (tmp_path / "results/features/random.h5").write_bytes(b"12345")
    assert disk.stage_bytes([extract("random")]) == {"features": 5}


def test_an_unfinished_run_keeps_two_states_of_three_times_its_weights(study, tmp_path):
    """Weights, SGD's momentum and the best weights."""
    disk = DiskModel(StudySize(study, tmp_path))
    assert disk.unfinished_run_bytes(pretrain("c3d", "16-8-4")) == 6 * weight_bytes("c3d", FULL, tuple_length=4)
    assert disk.unfinished_run_bytes(finetune("c3d")) == 6 * weight_bytes("c3d", FULL, classes=101)


def test_a_size_that_is_not_known_is_none(study, tmp_path, monkeypatch):
    """Lists of one's own do not say how many frames there are."""
    disk = DiskModel(StudySize(study, tmp_path))
    monkeypatch.setattr(disk.size.dataset("ucf101"), "_official", False)
    assert disk.stage_bytes([decode(), decode()]) == {"frames": None}
