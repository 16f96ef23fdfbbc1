"""Questions about videos as what a network learns from: numbered words and answers, and the features of the video's clips.

Shapes: V videos, T clips of each, D values of a clip feature, N words of the longest question of a list.
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

Control = Literal["none", "zeroed", "shuffled"]
NO_WORD, UNKNOWN = 0, 1  # what fills up short questions, and every word that no training question has
NO_CLASS = -1  # an answer that is not among those that can be given


@dataclass(frozen=True)
class Vocabulary:
    """The words of the training questions, from number 2 on, and the answers that can be given."""

    words: dict[str, int]
    answers: list[str]

    @classmethod
    def of(cls, training: Sequence[Question], classes: int) -> Vocabulary:
        """Of the training list alone; the ``classes`` most frequent answers."""
        known = sorted({word for question in training for word in glove.tokenise(question.text)})
        return cls({word: number for number, word in enumerate(known, UNKNOWN + 1)}, most_frequent_answers(training, classes))

    def table(self, path: Path, seed: int) -> tuple[Tensor, str]:
        """The vectors of all words, and a line on where they are from. Shape: (W, E); rows 0 and 1 are zero.

        A word that ``path`` lacks gets a vector of its own, drawn from its letters.
        """
        found = glove.read_vectors(path, set(self.words))
        rows = glove.embedding_matrix(list(self.words), found, seed)
        said = (
            f"{path}: {found.size} values a word, of {len(found.vectors)} of {len(self.words)} words in the training questions; "
            f"passed over: {found.malformed} malformed lines, {found.duplicates} of words that stood before"
        )
        return torch.from_numpy(np.concatenate([np.zeros((2, found.size), np.float32), rows])), said


class QuestionVideos:
    """The clip features of all videos with questions, in memory (58,000 questions' 5,800 videos: 240 MB).

    ``control``: "zeroed" takes the video away, "shuffled" gives each video the features of another one of its list.
    """

    def __init__(self, path: Path, control: Control, seed: int) -> None:
        lists = [FeatureStore(path, LAYERS[-1], role) for role in (TRAIN, VALIDATION, TEST)]
        self.about: dict[str, Any] = lists[0].about
        self.features: NDArray[np.float32] = np.concatenate([of.read(0, len(of)) for of in lists])
        if not np.isfinite(self.features).all():
            raise ValueError(f"{path}: holds values that are not finite: extract again")
        self.row: dict[str, int] = {}
        for number, of in enumerate(lists):
            rows = np.arange(len(self.row), len(self.row) + len(of))
            if control == "shuffled":
                order = generator("another video", seed, number).permutation(len(of))
                rows[order] = rows[np.roll(order, 1)]
            self.row |= zip(of.names, rows.tolist(), strict=True)
        if control == "zeroed":
            self.features[:] = 0

    @property
    def shape(self) -> tuple[int, int]:
        """Clips a video, values a clip."""
        return self.features.shape[1], self.features.shape[2]

    def __getitem__(self, video: str) -> NDArray[np.float32]:
        """Shape: (T, D)."""
        return self.features[self.row[video]]

    def known(self, questions: Iterable[Question]) -> list[Question]:
        """The questions whose video is here."""
        return [question for question in questions if question.video in self.row]


class QuestionSamples(Samples):
    """A sample: ``words`` (N,), ``length``, ``clips`` (T, D), ``label`` (NO_CLASS where it cannot be given), ``video``."""

    def __init__(self, questions: Sequence[Question], vocabulary: Vocabulary, videos: QuestionVideos) -> None:
        self.questions, self.videos = list(questions), videos
        number = {answer: index for index, answer in enumerate(vocabulary.answers)}
        self.labels = [number.get(question.answer, NO_CLASS) for question in questions]
        asked = [[vocabulary.words.get(word, UNKNOWN) for word in glove.tokenise(q.text)] for q in self.questions]
        self.lengths = [len(numbers) for numbers in asked]
        self.words = torch.full((len(asked), max(self.lengths)), NO_WORD)
        for row, numbers in zip(self.words, asked, strict=True):
            row[: len(numbers)] = torch.tensor(numbers)

    def __len__(self) -> int:
        return len(self.questions)

    def name(self, index: int) -> str:
        """The question's."""
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
    """A batch as the answer network takes it, and the labels. The lengths stay on the CPU, where packing wants them."""
    asked, clips, labels = (sample[key].to(device, non_blocking=True) for key in ("words", "clips", "label"))
    return (asked, sample["length"], clips), labels
