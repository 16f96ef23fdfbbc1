"""The embedded study's videos with questions, in ActivityNet-QA's layout (TMM 2020, IV-D).

A video shows a ground, one subject that moves, and one to three companions that stand still on different sides of it; one of
these appears or vanishes softly halfway. What is true of a video and what is asked of it comes from ``vcop.preparation.synthetic.qa_templates`` and ``vcop.preparation.synthetic.qa_balancing``; here it is
filmed by ``vcop.preparation.synthetic.rendering`` and written in the published list format.

Units: lengths in frame heights, y down, as in ``vcop.preparation.synthetic.rendering``.
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
from vcop.preparation.synthetic.rendering import SUBJECTS, Actor, Array, Backdrop, Thing, film_scene
from vcop.sampling.seeding import generator

SPLITS = ("train",) * 6 + ("val",) + ("test",) * 3  # of ten videos
LETTERS = string.ascii_letters + string.digits + "-_"
Tint = tuple[tuple[float, float], tuple[float, float], tuple[float, float]]  # least and most of hue, saturation and value
COLOURS: dict[str, Tint] = {
    "green": ((0.33, 0.38), (0.8, 1.0), (0.7, 0.85)),
    "yellow": ((0.14, 0.16), (0.85, 1.0), (0.95, 1.0)),
    "blue": ((0.61, 0.64), (0.8, 1.0), (0.9, 1.0)),
    "white": ((0.0, 1.0), (0.0, 0.04), (0.95, 1.0)),
    "purple": ((0.8, 0.84), (0.75, 0.95), (0.75, 0.9)),
    "red": ((-0.01, 0.01), (0.85, 1.0), (0.85, 1.0)),
}
TINTS: dict[str, Tint] = {
    "meadow": ((0.22, 0.27), (0.5, 0.7), (0.35, 0.5)),
    "desert": ((0.1, 0.12), (0.3, 0.45), (0.65, 0.8)),
    "sea": ((0.52, 0.56), (0.6, 0.8), (0.35, 0.55)),
    "snow": ((0.55, 0.6), (0.02, 0.08), (0.8, 0.92)),
    "space": ((0.65, 0.8), (0.4, 0.7), (0.03, 0.14)),
    "canyon": ((0.03, 0.05), (0.5, 0.65), (0.4, 0.55)),
}
GREY: Tint = ((0.0, 1.0), (0.0, 0.05), (0.12, 0.2))
LIGHT_GREY: Tint = ((0.0, 1.0), (0.0, 0.05), (0.5, 0.6))  # what is seen in space
TEXTURES = {"plain": "plain", "striped": "stripes", "checked": "checker", "shaded": "gradient"}
# All that happens is seen in the central square that a test crops, 112 of 128 pixels (C 4), and so at any width.
SIZES = {"big": 0.22, "small": 0.15}
COMPANION = 0.08
DISTANCE = 0.3  # of the companions from the centre
REACH = 0.38  # the diagonal of the subject's course: at every moment a companion is on the same side of it
FADE = 8  # frames in which a companion appears or vanishes
UNKNOWN = ("halfway", "painted", "relative")  # words of questions that have no vector
UNRELATED = 100
VECTOR = 50
COLUMNS = ("video", "split", "frames", *FACTS, "partner", "changing", "companions")


@dataclass(frozen=True)
class Companion:
    """An object that stands still on one side of the subject; it is grey, so that the only colour is the subject's."""

    shape: str
    side: str


@dataclass(frozen=True)
class QuestionVideo:
    """One video to be made: ``video`` is its name in the lists, eleven characters as ActivityNet's."""

    video: str
    split: str
    frames: int
    facts: Facts
    companions: tuple[Companion, ...]
    questions: tuple[SyntheticQuestion, ...]

    @property
    def name(self) -> str:
        """Its file."""
        return f"v_{self.video}.avi"

    @property
    def row(self) -> tuple[object, ...]:
        """What is true of it, a cell a column of ``COLUMNS``."""
        facts = (self.facts[name] for name in (*FACTS, "partner", "changing"))
        return self.name, self.split, self.frames, *facts, "; ".join(f"{c.shape} {c.side}" for c in self.companions)

    def film(self, options: SynthesiseOptions) -> NDArray[np.uint8]:
        """The video, a function of the story and the seed. Shape: (frames, height, width, 3), RGB."""
        rng = generator("story", options.synthesis_seed, self.video)
        height, width = options.video_height, options.video_width
        aspect = width / height
        cast = [self._subject(aspect, rng), *(self._companion(companion, aspect, rng) for companion in self.companions)]
        tint = TINTS[self.facts["ground"]]
        backdrop = Backdrop(
            colours=(_tinted(tint, rng), _tinted(tint, rng)),
            grain=rng.uniform(0.0, 0.04),
            grain_scale=rng.uniform(0.05, 0.3),
            light=rng.uniform(0.9, 1.0),
            shake=rng.uniform(0.0, 0.003),
        )
        return film_scene(cast, backdrop, self.frames, height, width, rng)

    def _subject(self, aspect: float, rng: np.random.Generator) -> Actor:
        """Its course is kept so near the centre that every companion stays on its side, and lies anywhere there."""
        u = np.linspace(0.0, 1.0, self.frames)
        path = Trajectory.at(u, 0.0, 0.0, rng.uniform(-0.4, 0.4))
        MOTIONS[{"circle": "orbit"}.get(self.facts["motion"], self.facts["motion"])](path, u, rng.uniform(0.8, 1.2), rng)
        across, down = float(np.ptp(path.x)), float(np.ptp(path.y))
        shrink = REACH / max(REACH, np.hypot(across, down))
        room = max(0.0, 0.24 - shrink * (across + down) / 2)  # |x| + |y| stay below DISTANCE
        path.x, path.y = (
            middle + shrink * (p - (p.min() + p.max()) / 2) + rng.uniform(-room, room) / 2
            for middle, p in ((aspect / 2, path.x), (0.5, path.y))
        )
        largest = max(1.0, path.wide.max() / 1.3)
        path.wide, path.high = path.wide / largest, path.high / largest
        size = SIZES[self.facts["size"]] * rng.uniform(0.95, 1.05)
        return Actor(_thing(self.facts["subject"], COLOURS[self.facts["colour"]], self.facts["texture"], size, rng), path)

    def _companion(self, companion: Companion, aspect: float, rng: np.random.Generator) -> Actor:
        """It stands on its side of the centre; the one that changes is there for half the video."""
        right, down = {"left": (-1, 0), "right": (1, 0), "above": (0, -1), "below": (0, 1)}[companion.side]
        aside = rng.uniform(-0.04, 0.04)
        x, y = aspect / 2 + right * DISTANCE + down * aside, 0.5 + down * DISTANCE + right * aside
        u = np.linspace(0.0, 1.0, self.frames)
        seen = None
        if companion.shape == self.facts["changing"]:
            later = np.clip((np.arange(self.frames) - self.frames / 2) / FADE + 0.5, 0, 1).astype(np.float32)
            seen = later if self.facts["change"] == "appear" else 1 - later
        grey = LIGHT_GREY if self.facts["ground"] == "space" else GREY
        thing = _thing(companion.shape, grey, "plain", COMPANION, rng)
        return Actor(thing, Trajectory.at(u, x, y, rng.uniform(-0.4, 0.4)), seen)


def _tinted(tint: Tint, rng: np.random.Generator) -> Array:
    """An RGB colour in [0, 1] that goes by the tint's name."""
    hue, saturation, value = (rng.uniform(low, high) for low, high in tint)
    return np.array(colorsys.hsv_to_rgb(hue % 1.0, saturation, value), np.float32)


def _thing(shape: str, tint: Tint, texture: str, size: float, rng: np.random.Generator) -> Thing:
    paint = _tinted(tint, rng)
    return Thing(shape, TEXTURES[texture], (paint, paint * np.float32(1.25)), size, period=rng.uniform(0.22, 0.26))


def question_videos(options: SynthesiseOptions, quiz: QuizOptions) -> list[QuestionVideo]:
    """All videos: of ten in a row, six to train, one to validate, three to test; each list is balanced by itself."""
    seed, count = options.synthesis_seed, quiz.question_videos
    splits = [SPLITS[place % len(SPLITS)] for place in range(count)]
    quizzes = {
        split: iter(draw_questions(splits.count(split), quiz.question_types, generator("quiz", seed, split)))
        for split in dict.fromkeys(splits)
    }
    made = []
    for place, split in enumerate(splits):
        rng = generator("story's facts", seed, place)
        name = "".join(rng.choice(list(LETTERS), 11))
        if place % 5 == 2:  # names that look like options to a command, and like a part of another name
            name = str(rng.choice(["-", "_"])) + name[1:]
        facts, questions = next(quizzes[split])
        # Half as long as other videos, since its course is about half as wide: equally fast.
        frames = int(rng.integers(options.shortest, options.longest + 1)) // 2
        made.append(QuestionVideo(name, split, frames, facts, _companions(facts, rng), tuple(questions)))
    return made


def _companions(facts: Facts, rng: np.random.Generator) -> tuple[Companion, ...]:
    """The partner where the facts have it, then the others, all of different shapes and sides."""
    first = [facts["partner"]] + [facts["changing"]] * (facts["changing"] != facts["partner"])
    shapes = first + _others(SUBJECTS, {facts["subject"], *first}, rng)
    sides = [facts["direction"], *_others(OPPOSITE, {facts["direction"]}, rng)]
    return tuple(Companion(*looks) for looks in zip(shapes, sides, strict=False))[: int(facts["number"]) - 1]


def _others(names: Iterable[str], taken: set[str], rng: np.random.Generator) -> list[str]:
    return [str(name) for name in rng.permutation([name for name in names if name not in taken])]


def annotation_files(made: Sequence[QuestionVideo], options: SynthesiseOptions) -> dict[str, str]:
    """The published list files and a file of word vectors as GloVe's, name to content."""
    files = {"vectors.txt": _vectors(options.synthesis_seed)}
    for split in dict.fromkeys(SPLITS):
        questions, answers = [], []
        for story in made:
            if story.split != split:
                continue
            for number, question in enumerate(story.questions, 1):
                name = f"v_{story.video}_{number}"
                questions.append({"video_name": story.video, "question": question.text, "question_id": name})
                answers.append({"answer": question.answer, "type": question.kind, "question_id": name})
        files[f"{split}_q.json"], files[f"{split}_a.json"] = json.dumps(questions), json.dumps(answers)
    return files


def _vectors(seed: int) -> str:
    """A line a word: the vocabulary's but for UNKNOWN, and unrelated ones, as any file of vectors has."""
    rng = generator("unrelated words", seed)
    syllables = [consonant + vowel for consonant in "bdfgklmnprstvz" for vowel in "aeiou"]
    listed = vocabulary() - set(UNKNOWN)
    listed |= {"".join(rng.choice(syllables, 4)) for _ in range(UNRELATED)}
    lines = []
    for word in sorted(listed):
        vector = generator("vector", seed, word).normal(0.0, 0.4, VECTOR)
        lines.append(f"{word} {' '.join(f'{value:.5f}' for value in vector)}\n")
    return "".join(lines)
