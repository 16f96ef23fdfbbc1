import numpy as np
import pytest
import torch
import yaml
from support.helpers import vcop

from vcop.video import ffmpeg


@pytest.fixture(scope="module")
def videos(tmp_path_factory):
    folder = tmp_path_factory.mktemp("new") / "My clips, 2026"
    folder.mkdir()
    for i in range(12):
        picture = np.random.default_rng(i).integers(0, 255, (24, 32, 3))
        video = np.stack([np.roll(picture, t, 1) for t in range(30)]).astype(np.uint8)
        ffmpeg.encode_video(video, folder / f"{i}.avi")
    return folder


def test_a_study_is_written_once(videos, tmp_path, capsys):
    words = ("new", tmp_path / "study", "--videos", videos, "--device", "cpu", "--minutes", 0.1, "--processes", 1)
    assert vcop(*words) == 0
    said = capsys.readouterr().out
    assert "12 videos, 0 of them cannot be read" in said
    assert "task 8-2-3 (windows of 28 frames): 12 of 12 videos fit" in said
    assert said.endswith(f"config.yaml: written. Next: snakemake --directory {tmp_path}/study --cores all\n")
    study = yaml.safe_load((tmp_path / "study/config.yaml").read_text())
    assert study["data"] == {
        "my_clips_2026": {
            "videos": str(videos), "labels": "none", "groups": "none", "validation_videos": 1, "allow_unreadable": 0, "processes": 1,
        }
    }  # fmt: skip
    assert vcop(*words) == 1
    assert "is there already; --force replaces it" in capsys.readouterr().err


def test_labels_come_from_a_table(videos, tmp_path, capsys):
    rows = "".join(f"{i}.avi,{'ab'[i % 2]}\n" for i in range(12))
    (tmp_path / "mine.csv").write_text("path,label\n" + rows)
    words = ("new", tmp_path, "--videos", videos, "--csv", tmp_path / "mine.csv", "--name", "own", "--device", "cpu")
    assert vcop(*words, "--minutes", 0.1, "--processes", 1) == 0
    assert "labels: 2" in capsys.readouterr().out
    study = yaml.safe_load((tmp_path / "config.yaml").read_text())
    assert study["data"]["own"]["lists"] == "mine.csv"
    assert study["finetune"]["optimiser"] == "adamw"


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (("--name", "my clips"), "--name: 'my clips' cannot be the name of a data set"),
        (("--labels", "folders"), "labels: folders, but its videos are not in two or more sub-folders"),
        (("--task", "16-8-3"), "only 0 videos have the 64 frames"),
        (("--csv", "mine.tsv"), "mine.tsv: the name of a table of videos ends in .csv"),
        (("--task", "1-2-3"), "input.frame_stride: 1 leaves a single frame"),
    ],
)
def test_what_cannot_be_is_refused_in_one_line(videos, tmp_path, capsys, monkeypatch, more, said):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine.tsv").write_text("path\n")
    assert vcop("new", tmp_path, "--videos", videos, "--processes", 1, "--device", "cpu", *more) == 1
    assert said in capsys.readouterr().err
    assert not (tmp_path / "config.yaml").exists()


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a GPU")
def test_a_gpu_that_is_not_there_is_said_before_any_work(videos, tmp_path, capsys):
    assert vcop("new", tmp_path, "--videos", videos, "--device", "cuda") == 1
    assert "--device cuda: PyTorch sees no GPU here" in capsys.readouterr().err
