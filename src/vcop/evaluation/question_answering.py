"""Video question answering with extended soft attention on frozen clip features (TMM 2020, IV-D and Table VI).

An LSTM reads the GloVe vectors of the question's words. Its last state weights the clips of the video by soft attention; state and
attended video together are classified (``vcop.networks.attention``). The classes are the most frequent training answers: training
questions with any other answer are left out, test questions with any other answer count as wrong. Control experiments take the video away, see
``vcop.evaluation.qa_dataset.VideoFeatures``.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import torch

from vcop.config.fields import identity
from vcop.config.options import AnswerOptions
from vcop.datasets.activitynet_qa import TYPES, Question, most_frequent_answers, read_questions
from vcop.datasets.splits import TEST, TRAIN, VALIDATION
from vcop.evaluation.qa_dataset import ControlExperiment, QuestionSamples, VideoFeatures, Vocabulary, prepare_questions
from vcop.loading.batches import Batches
from vcop.networks.attention import AnswerNetwork
from vcop.sampling.seeding import seed_of
from vcop.training.run import TrainingRun
from vcop.training.session import ComputeSession
from vcop.training.trainer import Trainer
from vcop.training.validation_split import TrainingSplits

HEADER = ("question", "video", "type", "answer", "predicted", "right")
AnswerRow = tuple[str, str, int, str, str, int]  # a row of HEADER
QuestionLists = dict[int, list[Question]]  # by role: TRAIN, VALIDATION, TEST
ROLES = {TRAIN: "training", VALIDATION: "validation", TEST: "test"}


@dataclass(frozen=True)
class AnswerResult:
    """A trained and tested answer network that has not been written yet.

    Attributes:
        run: The training, with the lists of its questions.
        trainer: The trainer; its ``model`` is the network with the lowest validation loss.
        answers: One row of ``HEADER`` for each test question.
        questions: The questions whose videos have features.
        annotated: Number of all annotated questions, by the name of the list.
        control: The control experiment.
    """

    run: TrainingRun
    trainer: Trainer
    answers: list[AnswerRow]
    questions: QuestionLists
    annotated: dict[str, int]
    control: ControlExperiment

    @property
    def accuracy(self) -> float:
        """Percentage of the test questions that are answered correctly."""
        return 100 * sum(row[-1] for row in self.answers) / len(self.answers)

    def save(self) -> None:
        """Write validation list, provenance and weights, and give up the claim on the folder.

        Call this last: the weights tell the workflow that the run is complete.
        """
        self.run.write(self.trainer, {"asked": self.annotated})


def answer_questions(
    session: ComputeSession,
    options: AnswerOptions,
    out: Path,
    *,
    features: Path,
    annotations: Path,
    vectors: Path,
    seed: int,
    control: ControlExperiment = "none",
    restart: bool = False,
) -> AnswerResult:
    """Train an answer network on the training questions and test it.

    An interrupted training continues from the state that it has saved beside ``out``.

    Args:
        session: Where to compute.
        options: The network and the training loop.
        out: Weights to write (.safetensors) when the result is saved; state and history are written beside them.
        features: Clip features of the videos (.h5), average-pooled.
        annotations: Folder of ActivityNet-QA's lists.
        vectors: GloVe vectors.
        seed: Decides every random draw.
        control: Control experiment that takes the video away.
        restart: Whether to begin anew instead of continuing from a saved state.

    Raises:
        ValueError: If annotations, vectors and features do not fit each other.
    """
    annotated, videos = read_questions(annotations), VideoFeatures(features, control, seed)
    questions = {role: require_features(annotated[role], videos, f"{features}, {name}") for role, name in ROLES.items()}
    vocabulary = Vocabulary.from_questions(questions[TRAIN], options.classes)
    embeddings, summary = vocabulary.embed(vectors, seed)
    print(summary)
    # A test question whose answer cannot be given stays: it counts as wrong.
    used = answerable_questions(questions, vocabulary, annotations) | {TEST: questions[TEST]}
    samples = {role: QuestionSamples(used[role], vocabulary, videos) for role in ROLES}
    splits = TrainingSplits(used[TRAIN], used[VALIDATION], used[TEST], "questions")
    name = f"questions, {videos.about['network']}" + ("" if control == "none" else f", {control}")
    splits.print_sizes(name)
    run_identity = identity(
        options,
        session.compute,
        seed=seed,
        control=control,
        features=videos.about,
        words=sha256(embeddings.numpy().tobytes()).hexdigest(),
        questions=questions_digest(questions),
    )
    run = TrainingRun(session, options, splits, name, out, seed, restart, run_identity, {"control": control})
    network = build_answer_network(embeddings, videos.values, options, len(vocabulary.answers), seed)
    trainer = run.trainer(network, samples[TRAIN], samples[VALIDATION], prepare_questions, clips=1)
    trainer.fit()
    answers = predict_answers(trainer, session.batches(samples[TEST], options.batch_size), used[TEST], vocabulary)
    return AnswerResult(
        run, trainer, answers, questions, {name: len(annotated[role]) for role, name in ROLES.items()}, control
    )


def require_features(questions: Sequence[Question], videos: VideoFeatures, source: str) -> list[Question]:
    """Return the questions whose videos have features; print how many others there are, and their videos.

    Raises ValueError if no question is left. ``source`` is what messages call the list.
    """
    known = videos.questions_with_features(questions)
    missing = sorted({q.video for q in questions} - {q.video for q in known})
    if not known:
        raise ValueError(f"{source}: no question is about a video that has features: extract them for these annotations")
    if missing:
        print(
            f"{source}: {len(questions) - len(known)} of {len(questions)} questions are left out, since there are no features "
            f"of their videos ({len(missing)}): {' '.join(missing)}"
        )
    return known


def answerable_questions(questions: QuestionLists, vocabulary: Vocabulary, source: Path) -> QuestionLists:
    """Return the questions whose answer the network can give. Raises ValueError if nothing can be learned or validated."""
    answers = set(vocabulary.answers)
    if len(answers) < 2:
        raise ValueError(
            f"{source}: all training questions have one answer, {vocabulary.answers[0]!r}, so there is nothing to learn"
        )
    answerable = {role: [q for q in questions[role] if q.answer in answers] for role in ROLES}
    if not answerable[VALIDATION]:
        raise ValueError(f"{source}: no validation question has one of the {len(answers)} answers")
    return answerable


def questions_digest(questions: QuestionLists) -> str:
    """Return a digest of all questions and answers. Names of ``Question`` and of its fields are part of it."""
    return sha256(repr([(role, *questions[role]) for role in ROLES]).encode(errors="surrogateescape")).hexdigest()


def build_answer_network(
    embeddings: torch.Tensor, values: int, options: AnswerOptions, answers: int, seed: int
) -> AnswerNetwork:
    """Return an answer network.

    Args:
        embeddings: Word vectors (words, E), see ``Vocabulary.embed``.
        values: Number of values of a clip feature.
        options: Hidden size, dropout and other options of the network.
        answers: Number of answers that can be given.
        seed: Decides the initial weights, together with these sizes.
    """
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed_of("answer network", seed, values, options.hidden, answers))
        return AnswerNetwork(
            embeddings,
            values,
            options.hidden,
            answers,
            dropout=options.dropout,
            batchnorm=options.head_batchnorm,
            train_words=options.train_words,
        )


def predict_answers(trainer: Trainer, test: Batches, questions: Sequence[Question], vocabulary: Vocabulary) -> list[AnswerRow]:
    """Return a row for each test question: the most probable answer, and whether it is the annotated one."""
    labels: list[int] = []
    for sample in test.once():
        logits, _ = trainer.logits(sample)
        labels += logits.argmax(1).tolist()
    return [answer_row(question, vocabulary.answers[label]) for question, label in zip(questions, labels, strict=True)]


def answer_by_type(training: Sequence[Question], test: Sequence[Question]) -> list[AnswerRow]:
    """Answer each test question with the most frequent training answer to questions of its type.

    This baseline knows neither the question nor the video. Raises ValueError if a type has no training question.
    """
    by_type: dict[int, list[Question]] = defaultdict(list)
    for question in training:
        by_type[question.type].append(question)
    answers = {kind: most_frequent_answers(questions, 1)[0] for kind, questions in by_type.items()}
    missing = sorted({q.type for q in test} - answers.keys())
    if missing:
        raise ValueError(
            f"no training question is of type {missing[0]} ({TYPES[missing[0]]}), but test questions are: the most frequent "
            "answer of this type is not known"
        )
    return [answer_row(question, answers[question.type]) for question in test]


def answer_row(question: Question, answer: str) -> AnswerRow:
    """Return the row of a question and its predicted answer."""
    return question.id, question.video, question.type, question.answer, answer, int(answer == question.answer)
