"""On features and questions made by hand, so that it is known what can be answered and what cannot."""

import csv
import json
import subprocess
import sys
import time
from dataclasses import replace

import numpy as np
import pytest
from support.answering import OPTIONS, command, write_features
from support.helpers import vcop, written

from vcop.datasets.activitynet_qa import Question
from vcop.datasets.splits import TEST, TRAIN, VALIDATION
from vcop.evaluation.qa_dataset import Vocabulary
from vcop.evaluation.question_answering import answer_by_type, answerable_questions
from vcop.storage.frame_store import Video


def answer(*made, **more):
    return vcop(*command(*made, **more))


def read(path):
    with open(path) as file:
        return list(csv.DictReader(file))


def accuracy(rows, kind=None):
    return np.mean([int(row["right"]) for row in rows if kind is None or int(row["type"]) == kind])


@pytest.fixture(scope="module")
def answered(made, tmp_path_factory):
    out = tmp_path_factory.mktemp("answered")
    assert answer(made, out) == 0
    return out


@pytest.fixture(scope="module", params=["zeroed", "shuffled"])
def control(request, made, tmp_path_factory):
    out = tmp_path_factory.mktemp(request.param)
    assert answer(made, out, "--control", request.param, "--frequent", out / "frequent.csv") == 0
    return out


def test_what_the_video_decides_is_answered(answered):
    rows = read(answered / "answers.csv")
    assert [row["question"] for row in rows[:4]] == [f"v_test000_{n}" for n in range(4)]
    assert len(rows) == 60 * 4
    assert all(int(row["right"]) == (row["answer"] == row["predicted"]) for row in rows)
    assert min(accuracy(rows, kind) for kind in (1, 3, 4)) > 0.9


def test_without_its_video_a_question_is_answered_by_chance(control, answered):
    """At least 20 points below: a network that does not look at the video fails here."""
    alone, video = read(control / "answers.csv"), read(answered / "answers.csv")
    assert accuracy(alone, 4) < 0.5
    assert accuracy(alone, 1) < 0.75
    for kind in (1, 4):
        assert accuracy(video, kind) - accuracy(alone, kind) > 0.2


def test_an_answer_that_cannot_be_given_counts_as_wrong(answered):
    rows = [row for row in read(answered / "answers.csv") if row["type"] == "8"]
    assert len(rows) == 60
    assert accuracy(rows) == 0


def test_the_most_frequent_answer_of_each_type(control):
    rows = read(control / "frequent.csv")
    assert {row["type"]: row["predicted"] for row in rows if row["type"] in "134"} == {"1": "left", "3": "no", "4": "red"}
    assert accuracy(rows, 3) == 0.75
    assert accuracy(rows, 4) == 0.25


def test_history_provenance_and_weights_stand_beside(answered, made):
    assert len(read(answered / "history.csv")) == OPTIONS.epochs
    about = json.loads((answered / "provenance.json").read_text())
    # 60 names are said once each, so that 20 - 8 of them are among the 20 answers that can be given.
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
    said = capsys.readouterr().out
    assert "test: 8 of 240 questions are left out, since there are no features of their videos (2): test010 test011" in said
    assert "training: 4 of 240 questions are left out, since there are no features of their videos (1): train003" in said
    assert len(read(tmp_path / "answers.csv")) == 58 * 4
    about = json.loads((tmp_path / "provenance.json").read_text())
    assert (about["questions"]["test"], about["asked"]["test"]) == (232, 240)


def test_bad_lines_of_the_vectors_are_counted_and_lacking_words_get_a_vector(made, tmp_path, capsys):
    assert answer(made, tmp_path, options=replace(OPTIONS, epochs=1)) == 0
    said = capsys.readouterr().out
    assert "vectors of 8 values for 8 of 9 words in the training questions" in said
    assert "1 malformed lines, 1 lines of a word that had one before" in said


def test_features_of_other_videos_are_refused(made, tmp_path, capsys):
    path = tmp_path / "others.h5"
    write_features(path, [Video("A/1.avi", 0, 0, 64)] * 3, [TRAIN, VALIDATION, TEST], made[3][:3])
    assert answer(made, tmp_path, features=path) == 1
    error = capsys.readouterr().err.strip()
    assert "training: no question is of a video that has features" in error
    assert "\n" not in error


def test_a_type_that_no_training_question_has_is_refused():
    """Its most frequent answer is not known; types 0 to 8 are ActivityNet-QA's."""
    training = [Question("a", "v", "is it", answer, 3) for answer in ("no", "yes", "no")]
    test = [Question("b", "w", "is it", "yes", 3)]
    assert answer_by_type(training, test) == [("b", "w", 3, "yes", "no", 0)]
    with pytest.raises(ValueError, match=r"no training question is of type 7 \(Num\.\)"):
        answer_by_type(training, [*test, Question("c", "w", "how many", "2", 7)])


def test_training_questions_of_a_single_answer_teach_nothing(tmp_path):
    lists = {role: [Question("a", "v", "is it", "yes", 3)] for role in (TRAIN, VALIDATION, TEST)}
    with pytest.raises(ValueError, match="all training questions have one answer, 'yes'"):
        answerable_questions(lists, Vocabulary({"is": 2, "it": 3}, ["yes"]), tmp_path)
    with pytest.raises(ValueError, match="no validation question has one of the 2 answers"):
        answerable_questions(lists, Vocabulary({"is": 2, "it": 3}, ["no", "red"]), tmp_path)
