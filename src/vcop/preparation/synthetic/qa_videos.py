"""Synthetic videos with questions, in the layout of ActivityNet-QA (TMM 2020, IV-D).

A video shows one *subject* that moves in front of a background (meadow, sea, ...), and one to three grey *companions* that stand
still, each on another side of it. At half time one companion, the *changing* one, appears or vanishes. The *partner* is the
companion whose position relative to the subject is asked for. ``qa_templates`` lists all facts about a video and the wordings of the
questions; ``qa_balancing`` draws facts and questions. Here the videos are rendered, and the annotations written in the published
format, with a file of word vectors like GloVe's.

Units: lengths in frame heights, y pointing down, as in ``vcop.preparation.synthetic.rendering``.
"""

from __future__ import annotations

import colorsys
import json
import string
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vcop.config.data_options import QuizOptions, SynthesiseOptions
from vcop.preparation.synthetic.motions import MOTIONS, Trajectory
from vcop.preparation.synthetic.qa_balancing import draw_questions
from vcop.preparation.synthetic.qa_templates import FACTS, OPPOSITE, Facts, SyntheticQuestion, vocabulary
from vcop.preparation.synthetic.rendering import SUBJECTS, Array, Background, MovingObject, ObjectStyle, render_scene
from vcop.sampling.seeding import generator

SPLITS = ("train",) * 6 + ("val",) + ("test",) * 3  # of ten videos
LETTERS = string.ascii_letters + string.digits + "-_"
# Range of colours with one name: least and most of hue, saturation and value.
Tint = tuple[tuple[float, float], tuple[float, float], tuple[float, float]]
COLOURS: dict[str, Tint] = {
    "green": ((0.33, 0.38), (0.8, 1.0), (0.7, 0.85)),
    "yellow": ((0.14, 0.16), (0.85, 1.0), (0.95, 1.0)),
    "blue": ((0.61, 0.64), (0.8, 1.0), (0.9, 1.0)),
    "white": ((0.0, 1.0), (0.0, 0.04), (0.95, 1.0)),
    "purple": ((0.8, 0.84), (0.75, 0.95), (0.75, 0.9)),
    "red": ((-0.01, 0.01), (0.85, 1.0), (0.85, 1.0)),
}
BACKGROUNDS: dict[str, Tint] = {
    "meadow": ((0.22, 0.27), (0.5, 0.7), (0.35, 0.5)),
    "desert": ((0.1, 0.12), (0.3, 0.45), (0.65, 0.8)),
    "sea": ((0.52, 0.56), (0.6, 0.8), (0.35, 0.55)),
    "snow": ((0.55, 0.6), (0.02, 0.08), (0.8, 0.92)),
    "space": ((0.65, 0.8), (0.4, 0.7), (0.03, 0.14)),
    "canyon": ((0.03, 0.05), (0.5, 0.65), (0.4, 0.55)),
}
GREY: Tint = ((0.0, 1.0), (0.0, 0.05), (0.12, 0.2))
LIGHT_GREY: Tint = ((0.0, 1.0), (0.0, 0.05), (0.5, 0.6))  # companions in front of the dark background "space"
TEXTURES = {"plain": "plain", "striped": "stripes", "checked": "checker", "shaded": "gradient"}
# Everything happens in the central square that is cropped at test time, 112 of 128 pixels (CVPR 2019, 4), at any width of the frame.
SIZES = {"big": 0.22, "small": 0.15}  # radius of the subject
COMPANION_SIZE = 0.08
DISTANCE = 0.3  # from the companions to the centre
REACH = 0.38  # diagonal of the area in which the subject moves: in every frame each companion is on the same side of it
FADE = 8  # frames in which a companion appears or vanishes
OUT_OF_VOCABULARY = ("halfway", "painted", "relative")  # words of questions without a vector, as there are some in GloVe
UNRELATED_WORDS = 100  # words with a vector that no question has
VECTOR_SIZE = 50
COLUMNS = ("video", "split", "frames", *FACTS, "partner", "changing", "companions")


@dataclass(frozen=True)
class Companion:
    """Object that stands still on one side of the subject. It is grey, so that the only colour in the video is the subject's."""

    shape: str
    side: str


@dataclass(frozen=True)
class QuestionVideo:
    """Video with questions.

    Attributes:
        video: Name in the annotations, eleven characters as in ActivityNet.
        split: "train", "val" or "test".
        frames: Number of frames T.
        facts: Value of each fact, and the shapes of the partner and of the changing companion.
        companions: The partner first.
        questions: Questions with their answers.
    """

    video: str
    split: str
    frames: int
    facts: Facts
    companions: tuple[Companion, ...]
    questions: tuple[SyntheticQuestion, ...]

    @property
    def name(self) -> str:
        """Name of the file."""
        return f"v_{self.video}.avi"

    @property
    def row(self) -> tuple[object, ...]:
        """Row of the table of videos, with the columns ``COLUMNS``: everything that is true of the video."""
        facts = (self.facts[name] for name in (*FACTS, "partner", "changing"))
        return self.name, self.split, self.frames, *facts, "; ".join(f"{c.shape} {c.side}" for c in self.companions)

    def render(self, options: SynthesiseOptions) -> NDArray[np.uint8]:
        """Render the video, which depends on nothing but its fields and the options. Shape: (T, H, W, 3), RGB."""
        rng = generator("story", options.synthesis_seed, self.video)
        height, width = options.video_height, options.video_width
        aspect = width / height
        objects = [self.subject(aspect, rng), *(self.companion(companion, aspect, rng) for companion in self.companions)]
        tint = BACKGROUNDS[self.facts["ground"]]
        background = Background((_draw_tint(tint, rng), _draw_tint(tint, rng)), light=rng.uniform(0.9, 1.0))
        return render_scene(objects, background, self.frames, height, width, rng)

    def subject(self, aspect: float, rng: np.random.Generator) -> MovingObject:
        """Draw style and trajectory of the subject, in a frame ``aspect`` times as wide as high.

        The trajectory is scaled down and moved so near the centre that every companion stays on its side.
        """
        u = np.linspace(0.0, 1.0, self.frames)
        path = Trajectory.at(u, 0.0, 0.0, rng.uniform(-0.4, 0.4))
        MOTIONS[{"circle": "whirl"}.get(self.facts["motion"], self.facts["motion"])](path, u, rng.uniform(0.8, 1.2), rng)
        across, down = float(np.ptp(path.x)), float(np.ptp(path.y))
        shrink = REACH / max(REACH, np.hypot(across, down))
        room = max(0.0, 0.24 - shrink * (across + down) / 2)  # |x| + |y| stay below DISTANCE
        path.x, path.y = (
            middle + shrink * (p - (p.min() + p.max()) / 2) + rng.uniform(-room, room) / 2
            for middle, p in ((aspect / 2, path.x), (0.5, path.y))
        )
        largest = max(1.0, path.scale_x.max() / 1.3)
        path.scale_x, path.scale_y = path.scale_x / largest, path.scale_y / largest
        size = SIZES[self.facts["size"]] * rng.uniform(0.95, 1.05)
        tint = COLOURS[self.facts["colour"]]
        return MovingObject(_draw_style(self.facts["subject"], tint, self.facts["texture"], size, rng), path)

    def companion(self, companion: Companion, aspect: float, rng: np.random.Generator) -> MovingObject:
        """Draw style and place of a companion; the changing one is visible for half of the video."""
        right, down = {"left": (-1, 0), "right": (1, 0), "above": (0, -1), "below": (0, 1)}[companion.side]
        aside = rng.uniform(-0.04, 0.04)
        x, y = aspect / 2 + right * DISTANCE + down * aside, 0.5 + down * DISTANCE + right * aside
        u = np.linspace(0.0, 1.0, self.frames)
        opacity = None
        if companion.shape == self.facts["changing"]:
            second_half = np.clip((np.arange(self.frames) - self.frames / 2) / FADE + 0.5, 0, 1).astype(np.float32)
            opacity = second_half if self.facts["change"] == "appear" else 1 - second_half
        grey = LIGHT_GREY if self.facts["ground"] == "space" else GREY
        style = _draw_style(companion.shape, grey, "plain", COMPANION_SIZE, rng)
        return MovingObject(style, Trajectory.at(u, x, y, rng.uniform(-0.4, 0.4)), opacity)


def _draw_tint(tint: Tint, rng: np.random.Generator) -> Array:
    """Draw an RGB colour in [0, 1] from a range of colours with one name."""
    hue, saturation, value = (rng.uniform(low, high) for low, high in tint)
    return np.array(colorsys.hsv_to_rgb(hue % 1.0, saturation, value), np.float32)


def _draw_style(shape: str, tint: Tint, texture: str, size: float, rng: np.random.Generator) -> ObjectStyle:
    colour = _draw_tint(tint, rng)
    return ObjectStyle(shape, TEXTURES[texture], (colour, colour * np.float32(1.25)), size, period=rng.uniform(0.22, 0.26))


def question_videos(options: SynthesiseOptions, quiz: QuizOptions) -> list[QuestionVideo]:
    """Draw all videos and their questions, without rendering them.

    Of ten videos in a row six are for training, one for validation and three for test. The answers are balanced within each of these
    lists.
    """
    seed, count = options.synthesis_seed, quiz.question_videos
    splits = [SPLITS[index % len(SPLITS)] for index in range(count)]
    drawn = {
        split: iter(draw_questions(splits.count(split), quiz.question_types, generator("quiz", seed, split)))
        for split in dict.fromkeys(splits)
    }
    videos = []
    for index, split in enumerate(splits):
        rng = generator("story's facts", seed, index)
        name = "".join(rng.choice(list(LETTERS), 11))
        if index % 5 == 2:  # as ActivityNet has them: names that a command could take for an option
            name = str(rng.choice(["-", "_"])) + name[1:]
        facts, questions = next(drawn[split])
        # Half as long as other videos, since the subject moves about half as far: so it is equally fast.
        frames = int(rng.integers(options.shortest, options.longest + 1)) // 2
        videos.append(QuestionVideo(name, split, frames, facts, _draw_companions(facts, rng), tuple(questions)))
    return videos


def _draw_companions(facts: Facts, rng: np.random.Generator) -> tuple[Companion, ...]:
    """Draw companions of different shapes on different sides: the partner, the changing one (if it is another), then others."""
    first = [facts["partner"]] + [facts["changing"]] * (facts["changing"] != facts["partner"])
    shapes = first + _shuffled_others(SUBJECTS, {facts["subject"], *first}, rng)
    sides = [facts["direction"], *_shuffled_others(OPPOSITE, {facts["direction"]}, rng)]
    return tuple(Companion(*pair) for pair in zip(shapes, sides, strict=False))[: int(facts["number"]) - 1]


def _shuffled_others(names: Iterable[str], taken: set[str], rng: np.random.Generator) -> list[str]:
    return [str(name) for name in rng.permutation([name for name in names if name not in taken])]


def annotation_files(videos: Sequence[QuestionVideo], options: SynthesiseOptions) -> dict[str, str]:
    """Return the annotations in the published format, and a file of word vectors in the format of GloVe, name to content."""
    files = {"vectors.txt": _word_vectors(options.synthesis_seed)}
    for split in dict.fromkeys(SPLITS):
        questions, answers = [], []
        for video in videos:
            if video.split != split:
                continue
            for number, question in enumerate(video.questions, 1):
                name = f"v_{video.video}_{number}"
                questions.append({"video_name": video.video, "question": question.text, "question_id": name})
                answers.append({"answer": question.answer, "type": question.kind, "question_id": name})
        files[f"{split}_q.json"], files[f"{split}_a.json"] = json.dumps(questions), json.dumps(answers)
    return files


def _word_vectors(seed: int) -> str:
    """Return one line per word: those of the questions except ``OUT_OF_VOCABULARY``, and invented ones, which no question has."""
    rng = generator("unrelated words", seed)
    syllables = [consonant + vowel for consonant in "bdfgklmnprstvz" for vowel in "aeiou"]
    words = vocabulary() - set(OUT_OF_VOCABULARY)
    words |= {"".join(rng.choice(syllables, 4)) for _ in range(UNRELATED_WORDS)}
    lines = []
    for word in sorted(words):
        vector = generator("vector", seed, word).normal(0.0, 0.4, VECTOR_SIZE)
        lines.append(f"{word} {' '.join(f'{value:.5f}' for value in vector)}\n")
    return "".join(lines)
