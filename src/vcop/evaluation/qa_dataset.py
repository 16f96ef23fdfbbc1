"""Question answering as training data: numbered words and answers, and the clip features of each question's video (TMM 2020, IV-D).

Shapes: V videos, T clips of a video, D values of a clip feature, N words of the longest question of a list, W words known,
E values of a word vector.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from vcop.config.names import LAYERS
from vcop.datasets import glove
from vcop.datasets.activitynet_qa import Question, most_frequent_answers
from vcop.datasets.splits import TEST, TRAIN, VALIDATION
from vcop.loading.samples import Sample, Samples
from vcop.sampling.seeding import generator
from vcop.storage.feature_store import FeatureStore

# Control experiments: how much is answered without the right video ("zeroed", "shuffled"; "none" is the method itself).
ControlExperiment = Literal["none", "zeroed", "shuffled"]
PADDING, UNKNOWN = 0, 1  # number that fills up short questions, and number of every word that no training question has
NO_LABEL = -1  # label of an answer that the network cannot give


@dataclass(frozen=True)
class Vocabulary:
    """Words that the network can read, and answers that it can give.

    Attributes:
        words: Number of each word of the training questions, from 2 on.
        answers: The answers that can be given; the label of an answer is its index.
    """

    words: dict[str, int]
    answers: list[str]

    @classmethod
    def from_questions(cls, training: Sequence[Question], answers: int) -> Vocabulary:
        """Return the words of the training questions and their most frequent answers, at most ``answers`` of them."""
        words = sorted({word for question in training for word in glove.tokenise(question.text)})
        return cls({word: number for number, word in enumerate(words, UNKNOWN + 1)}, most_frequent_answers(training, answers))

    def embed(self, path: Path, seed: int) -> tuple[Tensor, str]:
        """Read the GloVe vectors of all words.

        Args:
            path: File of word vectors, see ``vcop.datasets.glove.read_vectors``.
            seed: A word without a vector in the file gets one that is drawn from (seed, word).

        Returns:
            The vectors as rows, of which those of PADDING and UNKNOWN are zero, and a sentence for the log.

        Shape:
            (W + 2, E).
        """
        vectors = glove.read_vectors(path, set(self.words))
        rows = glove.embedding_matrix(list(self.words), vectors, seed)
        summary = (
            f"{path}: vectors of {vectors.size} values for {len(vectors.vectors)} of {len(self.words)} words in the training "
            f"questions; skipped: {vectors.malformed} malformed lines, {vectors.duplicates} lines of a word that had one before"
        )
        return torch.from_numpy(np.concatenate([np.zeros((2, vectors.size), np.float32), rows])), summary


class VideoFeatures:
    """Clip features of all videos with questions, in memory (240 MB for the 5,800 videos of ActivityNet-QA).

    Args:
        path: Feature file with the lists of training, validation and test videos.
        control: "zeroed" sets all features to zero, so that a network can learn from the questions alone; "shuffled" gives each
            video the features of another one of its list; "none" changes nothing.
        seed: Decides the order of "shuffled".

    Raises:
        ValueError: If a feature is not finite.
    """

    def __init__(self, path: Path, control: ControlExperiment, seed: int) -> None:
        stores = [FeatureStore(path, LAYERS[-1], role) for role in (TRAIN, VALIDATION, TEST)]
        self.about: dict[str, Any] = stores[0].about
        self.features: NDArray[np.float32] = np.concatenate([store.read(0, len(store)) for store in stores])
        if not np.isfinite(self.features).all():
            raise ValueError(f"{path}: holds values that are not finite: extract again")
        self.rows: dict[str, int] = {}
        for number, store in enumerate(stores):
            rows = np.arange(len(self.rows), len(self.rows) + len(store))
            if control == "shuffled":
                # Every video gets the features of the next one in a cycle through all videos, so none keeps its own.
                order = generator("another video", seed, number).permutation(len(store))
                rows[order] = rows[np.roll(order, 1)]
            self.rows |= zip(store.names, rows.tolist(), strict=True)
        if control == "zeroed":
            self.features[:] = 0

    @property
    def clips(self) -> int:
        """Number T of clips of a video."""
        return self.features.shape[1]

    @property
    def values(self) -> int:
        """Number D of values of a clip feature."""
        return self.features.shape[2]

    def __getitem__(self, video: str) -> NDArray[np.float32]:
        """Return the clip features of a video by its name. Shape: (T, D)."""
        return self.features[self.rows[video]]

    def questions_with_features(self, questions: Iterable[Question]) -> list[Question]:
        """Return the questions whose video has features."""
        return [question for question in questions if question.video in self.rows]


class QuestionSamples(Samples):
    """Questions as samples of a data loader.

    A sample: ``words`` (N,), ``length`` (number of words), ``clips`` (T, D), ``label`` (``NO_LABEL`` if the network cannot give
    the answer), ``video`` (name).
    """

    def __init__(self, questions: Sequence[Question], vocabulary: Vocabulary, videos: VideoFeatures) -> None:
        self.questions, self.videos = list(questions), videos
        label_of = {answer: label for label, answer in enumerate(vocabulary.answers)}
        self.labels = [label_of.get(question.answer, NO_LABEL) for question in questions]
        numbers = [[vocabulary.words.get(word, UNKNOWN) for word in glove.tokenise(q.text)] for q in self.questions]
        self.lengths = [len(words) for words in numbers]
        self.words = torch.full((len(numbers), max(self.lengths)), PADDING)
        for row, words in zip(self.words, numbers, strict=True):
            row[: len(words)] = torch.tensor(words)

    def __len__(self) -> int:
        return len(self.questions)

    def name(self, index: int) -> str:
        """Return the id of a question."""
        return self.questions[index].name

    def __getitem__(self, key: tuple[int, int]) -> Sample:
        _, index = key
        question = self.questions[index]
        return {
            "words": self.words[index],
            "length": self.lengths[index],
            "clips": torch.from_numpy(self.videos[question.video]),
            "label": self.labels[index],
            "video": question.video,
        }


def prepare_questions(sample: Sample, device: torch.device) -> tuple[tuple[Tensor, Tensor, Tensor], Tensor]:
    """Return a batch of B questions as the answer network takes it, and the labels.

    The lengths stay on the CPU, since PyTorch packs sequences by lengths that are there.

    Shape:
        words (B, N), lengths (B,), clips (B, T, D); labels (B,).
    """
    words, clips, labels = (sample[key].to(device, non_blocking=True) for key in ("words", "clips", "label"))
    return (words, sample["length"], clips), labels
