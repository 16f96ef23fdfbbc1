"""How what is true of the embedded study's videos with questions is dealt, so that no question gives its answer away.

Among the videos that are asked one question in one wording, each answer is as frequent as any other, up to one (a block may be
too small for colours that must differ), and so it is, as nearly as the numbers allow, where the question names the same thing.
The words of a question then tell nothing of its answer; the video alone does.
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
    """Videos that are asked in the same wordings."""

    videos: list[Facts]
    wordings: tuple[Wording, ...]


def draw_questions(count: int, kinds: Iterable[int], rng: np.random.Generator) -> list[tuple[Facts, list[SyntheticQuestion]]]:
    """The facts of ``count`` videos and what is asked about each, in the order of the types."""
    asked = quotas(kinds)
    videos: list[Facts] = [{} for _ in range(count)]
    plan = {kind: _blocks(WORDINGS[kind], asked.get(kind, 0), videos, rng) for kind in WORDINGS}
    for name, fact in FACTS.items():
        _deal(name, plan[fact.kind], rng)
        if name == "number":
            _name_companions(videos, rng)
    questions: dict[int, list[SyntheticQuestion]] = {id(facts): [] for facts in videos}
    for kind in sorted(asked):
        for wording in WORDINGS[kind]:
            those = [facts for block in plan[kind] if wording in block.wordings for facts in block.videos]
            for facts, text, answer in (_yes_no if kind == YES_NO else _plain)(wording, those, rng):
                questions[id(facts)].append(SyntheticQuestion(kind, wording, text, answer))
    return [(facts, questions[id(facts)]) for facts in videos]


def _blocks(wordings: Sequence[Wording], quota: int, videos: list[Facts], rng: np.random.Generator) -> list[Block]:
    """The videos in some order, cut where a wording changes: those of one wording follow one another."""
    order, count = rng.permutation(len(videos)), len(videos)
    groups = [wordings[first::quota] for first in range(quota)]
    asked = [tuple(group[place * len(group) // count] for group in groups) for place in range(count)]
    runs = groupby(range(count), asked.__getitem__)
    return [Block([videos[order[place]] for place in places], wordings) for wordings, places in runs]


def _name_companions(videos: list[Facts], rng: np.random.Generator) -> None:
    """The companion whose place and colour are asked, and the one that comes or goes: the same where there is no other."""
    for facts in videos:
        partner, other = rng.permutation([shape for shape in SUBJECTS if shape != facts["subject"]])[:2]
        facts["partner"] = str(partner)
        facts["changing"] = str(partner if facts["number"] == "2" else other)


def _deal(name: str, blocks: list[Block], rng: np.random.Generator) -> None:
    """Deal a fact's values in turns: in any run of videos each is as frequent as another, up to one.

    In a block, videos whose questions name the same thing follow one another too, otherwise their order is random.
    """
    turn = [str(value) for value in rng.permutation(FACTS[name].values)]
    turns = cycle(turn)
    for block in blocks:
        videos = [block.videos[place] for place in rng.permutation(len(block.videos))]
        videos.sort(key=lambda facts: facts.get(FACTS[name].names, ""))
        values = list(islice(turns, len(videos)))
        for facts, value in zip(videos, _exchanged(values, partial(_fits, name, videos), turn), strict=True):
            facts[name] = value


def _fits(name: str, videos: list[Facts], place: int, value: str) -> bool:
    """Whether a video may have a value: a colour must be seen before the ground."""
    return name != "colour" or value != GROUNDS[videos[place]["ground"]]


def _exchanged(values: list[str], fits: Callable[[int, str], bool], spare: Sequence[str]) -> list[str]:
    """The values, one that does not fit its place exchanged with the nearest that will; where none will, a spare one."""
    for place, value in enumerate(values):
        if fits(place, value):
            continue
        for other in sorted(range(len(values)), key=lambda other: abs(other - place)):
            if fits(place, values[other]) and fits(other, value):
                values[place], values[other] = values[other], value
                break
        else:
            values[place] = next(value for value in spare if fits(place, value))
    return values


def _plain(wording: Wording, videos: list[Facts], rng: np.random.Generator) -> Iterator[tuple[Facts, str, str]]:
    """Question and answer for each video, the answer its fact."""
    for facts in videos:
        yield facts, wording.text.format(**facts), wording.answer(facts)


def _yes_no(wording: Wording, videos: list[Facts], rng: np.random.Generator) -> Iterator[tuple[Facts, str, str]]:
    """Question and answer for each video: of those with the same fact, every second is asked whether it is true.

    What the others are asked is true of another of them, so that each value is asked for as often falsely as truly.
    """
    name = wording.fact
    order = sorted(
        (videos[place] for place in rng.permutation(len(videos))), key=lambda facts: (facts[name], facts["subject"])
    )
    first = int(rng.integers(2))
    for facts in order[first::2]:
        yield facts, wording.text.format(**facts, value=facts[name]), "yes"
    others = order[1 - first :: 2]
    others = [others[place] for place in rng.permutation(len(others))]
    values, spare = ([str(v) for v in rng.permutation(of)] for of in ([facts[name] for facts in others], FACTS[name].values))
    asked = _exchanged(values, lambda place, value: value != others[place][name], spare)
    for facts, value in zip(others, asked, strict=True):
        yield facts, wording.text.format(**facts, value=value), "no"
