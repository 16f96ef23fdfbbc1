"""``vcop answer``: learn to answer questions about videos from frozen clip features, and test it (TMM 2020, IV-D, Table VI).

The answer is one of the most frequent training answers; training questions with another one are left out, test questions with
another one count as wrong. ``--control zeroed`` trains on the questions alone, ``shuffled`` on the videos of other questions.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from hashlib import sha256
from typing import Any

import torch

from vcop.config.options import AnswerOptions
from vcop.datasets.activitynet_qa import TYPES, Question, most_frequent_answers
from vcop.datasets.splits import TEST, TRAIN, VALIDATION
from vcop.evaluation.qa_dataset import QuestionVideos, Vocabulary
from vcop.loading.batches import Batches
from vcop.networks.attention import AnswerNetwork
from vcop.sampling.seeding import seed_of
from vcop.training.trainer import Trainer

HEADER = ("question", "video", "type", "answer", "predicted", "right")
Row = tuple[str, str, int, str, str, int]
ROLES = {TRAIN: "training", VALIDATION: "validation", TEST: "test"}


def answerable(questions: Sequence[Question], videos: QuestionVideos, where: str) -> list[Question]:
    """The questions whose videos have features; the others are counted and named. Raises ValueError where none is left."""
    known = videos.known(questions)
    missing = sorted({q.video for q in questions} - {q.video for q in known})
    if not known:
        raise ValueError(f"{where}: no question is of a video that has features; were they extracted for these annotations?")
    if missing:
        print(
            f"{where}: {len(questions) - len(known)} of {len(questions)} questions are left out, since there are no features "
            f"of their videos ({len(missing)}): {' '.join(missing)}"
        )
    return known


def questions_digest(questions: dict[int, list[Question]]) -> str:
    """Of all that is asked and answered."""
    return sha256(repr([(role, *questions[role]) for role in ROLES]).encode(errors="surrogateescape")).hexdigest()


def build_answer_network(table: torch.Tensor, features: int, options: AnswerOptions, answers: int, seed: int) -> AnswerNetwork:
    """The answer network; its initial weights are a function of (seed, sizes)."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed_of("answer network", seed, features, options.hidden, answers))
        switches: dict[str, Any] = {"batchnorm": options.head_batchnorm, "train_words": options.train_words}
        return AnswerNetwork(table, features, options.hidden, answers, dropout=options.dropout, **switches)


def predict_answers(trainer: Trainer, test: Batches, questions: Sequence[Question], vocabulary: Vocabulary) -> list[Row]:
    """A row a test question: the likeliest answer, and whether it is the one given."""
    found: list[int] = []
    for sample in test.once():
        logits, _ = trainer.logits(sample)
        found += logits.argmax(1).tolist()
    return [answer_row(question, vocabulary.answers[number]) for question, number in zip(questions, found, strict=True)]


def answer_by_type(training: Sequence[Question], test: Sequence[Question]) -> list[Row]:
    """The most frequent training answer to questions of the same type: what is known without question or video."""
    by_type: dict[int, list[Question]] = defaultdict(list)
    for question in training:
        by_type[question.type].append(question)
    answers = {kind: most_frequent_answers(of, 1)[0] for kind, of in by_type.items()}
    lacking = sorted({q.type for q in test} - answers.keys())
    if lacking:
        raise ValueError(
            f"no training question of type {lacking[0]} ({TYPES[lacking[0]]}), but there are test questions of it"
        )
    return [answer_row(question, answers[question.type]) for question in test]


def answer_row(question: Question, answer: str) -> Row:
    """A row of the answers."""
    return question.id, question.video, question.type, question.answer, answer, int(answer == question.answer)
