"""``vcop answer``: learn to answer questions about videos from frozen clip features, and test it (TMM 2020, IV-D, Table VI).

The answer is one of the most frequent training answers; training questions with another one are left out, test questions with
another one count as wrong. ``--control zeroed`` trains on the questions alone, ``shuffled`` on the videos of other questions.
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

import torch

from vcop.config.fields import identity
from vcop.config.options import AnswerOptions, ComputeOptions, MachineOptions
from vcop.datasets.activitynet_qa import TYPES, Question, most_frequent_answers
from vcop.datasets.activitynet_qa import read_questions as read_annotations
from vcop.datasets.splits import TEST, TRAIN, VALIDATION
from vcop.evaluation.qa_dataset import QuestionSamples, QuestionVideos, Vocabulary, prepare_questions
from vcop.loading.batches import Batches
from vcop.networks.attention import AnswerNetwork
from vcop.runtime.atomic_files import write_csv
from vcop.sampling.seeding import seed_of
from vcop.training.run import TrainingRun
from vcop.training.session import ComputeSession
from vcop.training.trainer import Trainer
from vcop.training.validation_split import TrainingSplits

HEADER = ("question", "video", "type", "answer", "predicted", "right")
Row = tuple[str, str, int, str, str, int]
ROLES = {TRAIN: "training", VALIDATION: "validation", TEST: "test"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The verb's flags."""
    for section in (AnswerOptions, ComputeOptions, MachineOptions):
        section.add_flags(parser)
    parser.add_argument("--features", type=Path, required=True, help="clip features of the videos (.h5)")
    parser.add_argument("--annotations", type=Path, required=True, help="folder of train_q.json, train_a.json, ...")
    parser.add_argument("--vectors", type=Path, required=True, help="GloVe vectors (text, .gz or .zip)")
    parser.add_argument("--control", choices=("none", "zeroed", "shuffled"), default="none", help="take the video away")
    parser.add_argument("--seed", type=int, required=True, help="decides every draw of this run")
    parser.add_argument("--restart", action="store_true", help="begin anew instead of going on from a saved state")
    parser.add_argument("--out", type=Path, required=True, help="the weights (.safetensors); history and so on go beside them")
    parser.add_argument("--answers", type=Path, required=True, help="answers to the test questions (.csv)")
    parser.add_argument("--frequent", type=Path, help="also those of the most frequent training answer of each type (.csv)")


def run(arguments: argparse.Namespace) -> None:
    """Train and test. Raises ValueError where annotations, vectors and features do not fit each other."""
    place, options, seed = ComputeSession.from_flags(arguments), AnswerOptions.from_flags(arguments), arguments.seed
    asked = read_annotations(arguments.annotations)
    videos = QuestionVideos(arguments.features, arguments.control, seed)
    of = {role: answerable(asked[role], videos, f"{arguments.features}, {text}") for role, text in ROLES.items()}
    vocabulary = Vocabulary.of(of[TRAIN], options.classes)
    table, said = vocabulary.table(arguments.vectors, seed)
    print(said)

    possible = set(vocabulary.answers)
    if len(possible) < 2:
        raise ValueError(
            f"{arguments.annotations}: all training questions have one answer, {vocabulary.answers[0]!r}: nothing to learn"
        )
    given = {role: [q for q in of[role] if q.answer in possible] for role in ROLES}
    if not given[VALIDATION]:
        raise ValueError(f"{arguments.annotations}: no validation question has one of the {len(vocabulary.answers)} answers")
    data = {role: QuestionSamples(some, vocabulary, videos) for role, some in (given | {TEST: of[TEST]}).items()}
    lists = TrainingSplits(given[TRAIN], given[VALIDATION], of[TEST], "questions")
    name = f"questions, {videos.about['network']}" + ("" if arguments.control == "none" else f", {arguments.control}")
    lists.print_sizes(name)
    about = identity(
        options,
        place.compute,
        seed=seed,
        control=arguments.control,
        features=videos.about,
        words=sha256(table.numpy().tobytes()).hexdigest(),
        questions=questions_digest(of),
    )
    answering = TrainingRun(place, options, lists, name, arguments.out, seed, arguments.restart, about)
    trainer = answering.trainer(
        build_answer_network(table, videos.shape[1], options, len(vocabulary.answers), seed),
        data[TRAIN],
        data[VALIDATION],
        prepare_questions,
        clips=1,
    )
    trainer.fit()
    rows = predict_answers(trainer, place.batches(data[TEST], options.batch_size), data[TEST].questions, vocabulary)
    write_csv(arguments.answers, HEADER, rows)
    if arguments.frequent:
        write_csv(arguments.frequent, HEADER, answer_by_type(of[TRAIN], of[TEST]))
    answering.write(trainer, {"asked": {text: len(asked[role]) for role, text in ROLES.items()}}, control=arguments.control)
    print(f"{name}: accuracy {100 * sum(row[5] for row in rows) / len(rows):.1f} % on {len(rows)} test questions")


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
