import csv
import json
import subprocess
import sys
import time
from dataclasses import replace

import pytest
from support.answering import OPTIONS, command, write_features
from support.helpers import vcop, written

from vcop.datasets.splits import TEST, TRAIN, VALIDATION
from vcop.storage.frame_store import Video


def answer(*made, **more):
    return vcop(*command(*made, **more))


def read(path):
    with open(path) as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def answered(made, tmp_path_factory):
    out = tmp_path_factory.mktemp("answered")
    assert answer(made, out) == 0
    return out


def test_history_provenance_and_weights_stand_beside(answered, made):
    assert len(read(answered / "history.csv")) == OPTIONS.epochs
    about = json.loads((answered / "provenance.json").read_text())
    # 60 names are log once each, so that 20 - 8 of them are among the 20 answers that can be given.
    assert about["questions"] == {"training": 60 * 3 + 12, "validation": 20 * 3, "test": 60 * 4}
    assert about["asked"] == {"training": 240, "validation": 80, "test": 240}
    assert len((answered / "validation.txt").read_text().splitlines()) == 60


def test_equal_runs_give_equal_files(made, answered, tmp_path):
    assert answer(made, tmp_path) == 0
    assert (tmp_path / "model.safetensors").read_bytes() == (answered / "model.safetensors").read_bytes()
    assert (tmp_path / "answers.csv").read_bytes() == (answered / "answers.csv").read_bytes()


def test_an_interrupted_run_goes_on_to_the_same_bits(made, tmp_path):
    long = replace(OPTIONS, epochs=60)  # so that it is still running when its first state is seen
    whole, killed = tmp_path / "whole", tmp_path / "killed"
    assert answer(made, whole, options=long) == 0
    words = [sys.executable, "-m", "vcop", *command(made, killed, options=long)]
    process = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while not written(killed / "state.pt"):
        assert process.poll() is None
        time.sleep(0.01)
    process.kill()
    process.wait()
    assert not (killed / "model.safetensors").exists()
    assert "goes on from epoch" in subprocess.run(words, capture_output=True, text=True, check=True).stdout
    for name in ("model.safetensors", "answers.csv", "validation.txt"):
        assert (killed / name).read_bytes() == (whole / name).read_bytes(), name


def test_videos_without_features_are_named_and_their_questions_left_out(made, tmp_path, capsys):
    _, videos, roles, values = made
    gone = {"train003", "test010", "test011"}
    kept = [i for i, video in enumerate(videos) if video.name not in gone]
    path = tmp_path / "fewer.h5"
    write_features(path, [videos[i] for i in kept], [roles[i] for i in kept], [values[i] for i in kept])
    assert answer(made, tmp_path, features=path, options=replace(OPTIONS, epochs=1)) == 0
    log = capsys.readouterr().out
    assert "test: 8 of 240 questions are left out, since there are no features of their videos (2): test010 test011" in log
    assert "training: 4 of 240 questions are left out, since there are no features of their videos (1): train003" in log
    assert len(read(tmp_path / "answers.csv")) == 58 * 4
    about = json.loads((tmp_path / "provenance.json").read_text())
    assert (about["questions"]["test"], about["asked"]["test"]) == (232, 240)


def test_bad_lines_of_the_vectors_are_counted_and_lacking_words_get_a_vector(made, tmp_path, capsys):
    assert answer(made, tmp_path, options=replace(OPTIONS, epochs=1)) == 0
    log = capsys.readouterr().out
    assert "vectors of 8 values for 8 of 9 words in the training questions" in log
    assert "1 malformed lines, 1 lines of a word that had one before" in log


def test_features_of_other_videos_are_refused(made, tmp_path, capsys):
    path = tmp_path / "others.h5"
    write_features(path, [Video("A/1.avi", 0, 0, 64)] * 3, [TRAIN, VALIDATION, TEST], made[3][:3])
    assert answer(made, tmp_path, features=path) == 1
    error = capsys.readouterr().err.strip()
    assert "training: no question is about a video that has features" in error
    assert "\n" not in error


def test_the_answers_and_those_of_the_baseline(made, tmp_path, capsys):
    assert answer(made, tmp_path, "--control", "zeroed", "--frequent", tmp_path / "frequent.csv") == 0
    rows, frequent = read(tmp_path / "answers.csv"), read(tmp_path / "frequent.csv")
    assert list(rows[0]) == ["question", "video", "type", "answer", "predicted", "right"]
    assert [row["question"] for row in rows[:4]] == [f"v_test000_{n}" for n in range(4)]
    assert [row["question"] for row in rows] == [row["question"] for row in frequent]
    assert {row["type"]: row["predicted"] for row in frequent if row["type"] in "134"} == {"1": "left", "3": "no", "4": "red"}
    share = 100 * sum(int(row["right"]) for row in rows) / len(rows)
    assert f"questions, r3d, zeroed: accuracy {share:.1f} % on 240 test questions" in capsys.readouterr().out
