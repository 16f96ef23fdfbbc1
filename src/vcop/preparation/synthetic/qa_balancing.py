"""Balanced facts and questions for the synthetic videos: nobody can guess an answer from the words of its question.

Among the videos with the same question in the same wording, every answer is equally frequent, up to one (where a colour cannot be
seen in front of a background, some blocks are too small for that). As nearly as the numbers allow, this also holds among those of
these questions that name the same shape. So only the video answers the question.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import cycle, groupby, islice

import numpy as np

from vcop.preparation.synthetic.qa_templates import FACTS, GROUNDS, WORDINGS, YES_NO, Facts, SyntheticQuestion, Wording, quotas
from vcop.preparation.synthetic.rendering import SUBJECTS


@dataclass
class Block:
    """Videos that get questions in the same wordings."""

    videos: list[Facts]
    wordings: tuple[Wording, ...]


def draw_questions(count: int, kinds: Iterable[int], rng: np.random.Generator) -> list[tuple[Facts, list[SyntheticQuestion]]]:
    """Draw the facts of videos and the questions about them.

    First the wordings are chosen for each video; then the values of each fact are distributed evenly over the videos with the same
    wording; at last the questions are written.

    Args:
        count: Number of videos.
        kinds: Types of questions.
        rng: Decides every draw.

    Returns:
        For each video its facts, and its questions sorted by type.
    """
    per_video = quotas(kinds)
    videos: list[Facts] = [{} for _ in range(count)]
    blocks = {kind: _blocks(WORDINGS[kind], per_video.get(kind, 0), videos, rng) for kind in WORDINGS}
    for name, fact in FACTS.items():
        _draw_values(name, blocks[fact.kind], rng)
        if name == "number":
            _draw_companions(videos, rng)
    questions: dict[int, list[SyntheticQuestion]] = {id(facts): [] for facts in videos}
    for kind in sorted(per_video):
        write_questions = _yes_no_questions if kind == YES_NO else _open_questions
        for wording in WORDINGS[kind]:
            members = [facts for block in blocks[kind] if wording in block.wordings for facts in block.videos]
            for facts, text, answer in write_questions(wording, members, rng):
                questions[id(facts)].append(SyntheticQuestion(kind, wording, text, answer))
    return [(facts, questions[id(facts)]) for facts in videos]


def _blocks(wordings: Sequence[Wording], quota: int, videos: list[Facts], rng: np.random.Generator) -> list[Block]:
    """Divide the videos into blocks with the same ``quota`` wordings; videos that share a wording are in neighbouring blocks."""
    order, count = rng.permutation(len(videos)), len(videos)
    groups = [wordings[first::quota] for first in range(quota)]
    chosen = [tuple(group[position * len(group) // count] for group in groups) for position in range(count)]
    runs = groupby(range(count), chosen.__getitem__)
    return [Block([videos[order[position]] for position in positions], wordings) for wordings, positions in runs]


def _draw_companions(videos: list[Facts], rng: np.random.Generator) -> None:
    """Draw the shapes of the partner and of the changing companion: the same one if the video has only one companion."""
    for facts in videos:
        partner, other = rng.permutation([shape for shape in SUBJECTS if shape != facts["subject"]])[:2]
        facts["partner"] = str(partner)
        facts["changing"] = str(partner if facts["number"] == "2" else other)


def _draw_values(name: str, blocks: list[Block], rng: np.random.Generator) -> None:
    """Give each video a value of a fact, in turn: in any run of videos every value is equally frequent, up to one.

    Within a block, the videos are sorted by the shape that the question names, so that the values are balanced for each shape as
    well; apart from that their order is random.
    """
    values = [str(value) for value in rng.permutation(FACTS[name].values)]
    turns = cycle(values)
    for block in blocks:
        videos = [block.videos[index] for index in rng.permutation(len(block.videos))]
        videos.sort(key=lambda facts: facts.get(FACTS[name].named, ""))
        drawn = list(islice(turns, len(videos)))
        for facts, value in zip(videos, _swap_misfits(drawn, partial(_fits, name, videos), values), strict=True):
            facts[name] = value


def _fits(name: str, videos: list[Facts], index: int, value: str) -> bool:
    """Return whether a video may have a value: a colour must be visible in front of the background."""
    return name != "colour" or value != GROUNDS[videos[index]["ground"]]


def _swap_misfits(values: list[str], fits: Callable[[int, str], bool], spare: Sequence[str]) -> list[str]:
    """Swap each value that does not fit its index with the nearest one where both fit; if there is none, take a spare value.

    Swaps keep the values balanced.
    """
    for index, value in enumerate(values):
        if fits(index, value):
            continue
        for other in sorted(range(len(values)), key=lambda other: abs(other - index)):
            if fits(index, values[other]) and fits(other, value):
                values[index], values[other] = values[other], value
                break
        else:
            values[index] = next(value for value in spare if fits(index, value))
    return values


def _open_questions(wording: Wording, videos: list[Facts], rng: np.random.Generator) -> Iterator[tuple[Facts, str, str]]:
    """Yield facts, question and answer for each video; the answer is the value of the fact."""
    for facts in videos:
        yield facts, wording.text.format(**facts), wording.answer(facts)


def _yes_no_questions(wording: Wording, videos: list[Facts], rng: np.random.Generator) -> Iterator[tuple[Facts, str, str]]:
    """Yield facts, question and answer for each video; among videos with the same value, yes and no alternate.

    A question with the answer no asks about the value of another video, so that each value is as often false as true.
    """
    name = wording.fact
    order = sorted(
        (videos[index] for index in rng.permutation(len(videos))), key=lambda facts: (facts[name], facts["subject"])
    )
    first = int(rng.integers(2))
    for facts in order[first::2]:
        yield facts, wording.text.format(**facts, value=facts[name]), "yes"
    others = order[1 - first :: 2]
    others = [others[index] for index in rng.permutation(len(others))]
    true_values = [facts[name] for facts in others]
    values, spare = ([str(v) for v in rng.permutation(options)] for options in (true_values, FACTS[name].values))
    false_values = _swap_misfits(values, lambda index, value: value != others[index][name], spare)
    for facts, value in zip(others, false_values, strict=True):
        yield facts, wording.text.format(**facts, value=value), "no"
