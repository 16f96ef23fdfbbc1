"""``vcop answer``: learn to answer questions about videos from frozen clip features."""

from __future__ import annotations

import argparse
from hashlib import sha256
from pathlib import Path

from vcop.commands.flags import add_flags, from_flags
from vcop.commands.shared_flags import compute_session
from vcop.config.fields import identity
from vcop.config.options import AnswerOptions, ComputeOptions, MachineOptions
from vcop.datasets.activitynet_qa import read_questions as read_annotations
from vcop.datasets.splits import TEST, TRAIN, VALIDATION
from vcop.evaluation.qa_dataset import QuestionSamples, QuestionVideos, Vocabulary, prepare_questions
from vcop.evaluation.question_answering import (
    HEADER,
    ROLES,
    answer_by_type,
    answerable,
    build_answer_network,
    predict_answers,
    questions_digest,
)
from vcop.runtime.atomic_files import write_csv
from vcop.training.run import TrainingRun
from vcop.training.validation_split import TrainingSplits


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The verb's flags."""
    for section in (AnswerOptions, ComputeOptions, MachineOptions):
        add_flags(parser, section)
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
    place, options, seed = compute_session(arguments), from_flags(AnswerOptions, arguments), arguments.seed
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
