"""On features and questions made by hand, so that it is known what can be answered and what cannot."""

import numpy as np
import pytest
import torch
from support.answering import OPTIONS

from vcop.config.options import ComputeOptions, MachineOptions
from vcop.datasets.activitynet_qa import Question
from vcop.datasets.splits import TEST, TRAIN, VALIDATION
from vcop.evaluation.qa_dataset import Vocabulary
from vcop.evaluation.question_answering import (
    answer_by_type,
    answer_questions,
    answerable_questions,
    build_answer_network,
    questions_digest,
)
from vcop.training.session import ComputeSession


def answer(made, folder, control="none", seed=0):
    """Train and test on the questions made by hand, and save."""
    source = made[0]
    files = {"features": source / "features.h5", "annotations": source, "vectors": source / "vectors.txt"}
    session = ComputeSession.start(MachineOptions(), ComputeOptions())
    result = answer_questions(session, OPTIONS, folder / "model.safetensors", **files, seed=seed, control=control)
    assert not (folder / "model.safetensors").exists()
    result.save()
    return result


def accuracy(rows, kind):
    """Share of the questions of a type that are right."""
    return np.mean([row[-1] for row in rows if row[2] == kind])


@pytest.fixture(scope="module")
def answered(made, tmp_path_factory):
    return answer(made, tmp_path_factory.mktemp("answered"))


@pytest.fixture(scope="module", params=["zeroed", "shuffled"])
def control(request, made, tmp_path_factory):
    return answer(made, tmp_path_factory.mktemp(request.param), request.param)


def test_seeds_differ_in_all_that_is_drawn_for_a_training(made, answered, tmp_path):
    """The validation questions are the published ones, and no word is without a vector here."""
    other = answer(made, tmp_path, seed=1)
    assert answered.trainer.train.index_batches(0)[0] != other.trainer.train.index_batches(0)[0]
    assert (answered.trainer.seed, other.trainer.seed) == (0, 1), "of the dropout"
    words = torch.zeros(3, 4)
    first, second = (build_answer_network(words, 5, OPTIONS, 6, seed).state_dict() for seed in (0, 1))
    assert not any(torch.equal(first[name], second[name]) for name in first if "weight" in name and "words" not in name)


def test_what_the_video_decides_is_answered(answered):
    rows = answered.answers
    assert [row[0] for row in rows[:4]] == [f"v_test000_{n}" for n in range(4)]
    assert len(rows) == 60 * 4
    assert all(right == (expected == predicted) for *_, expected, predicted, right in rows)
    assert min(accuracy(rows, kind) for kind in (1, 3, 4)) > 0.9
    assert answered.accuracy == pytest.approx(100 * np.mean([row[-1] for row in rows]))


def test_without_its_video_a_question_is_answered_by_chance(control, answered):
    """At least 20 points below: a network that does not look at the video fails here."""
    assert accuracy(control.answers, 4) < 0.5
    assert accuracy(control.answers, 1) < 0.75
    for kind in (1, 4):
        assert accuracy(answered.answers, kind) - accuracy(control.answers, kind) > 0.2


def test_an_answer_that_cannot_be_given_counts_as_wrong(answered):
    assert sum(row[2] == 8 for row in answered.answers) == 60
    assert accuracy(answered.answers, 8) == 0


def test_the_most_frequent_answer_of_each_type(answered):
    rows = answer_by_type(answered.questions[TRAIN], answered.questions[TEST])
    assert {row[2]: row[4] for row in rows if row[2] != 8} == {1: "left", 3: "no", 4: "red"}
    assert accuracy(rows, 3) == 0.75
    assert accuracy(rows, 4) == 0.25


def test_the_digest_follows_every_question():
    lists = {role: [Question("a", "v", "is it", "yes", 3)] for role in (TRAIN, VALIDATION, TEST)}
    changed = lists | {TEST: [Question("a", "v", "is it", "no", 3)]}
    assert questions_digest(lists) == questions_digest(dict(reversed(lists.items())))
    assert questions_digest(lists) != questions_digest(changed)


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
