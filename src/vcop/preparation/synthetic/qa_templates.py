"""What is asked about the embedded study's videos with questions, in which words (TMM 2020, IV-D).

A video is a set of facts; every question asks for one of them, in one of several wordings. The types of questions are
numbered as ActivityNet-QA's: 0 motion, 1 spatial relation, 2 temporal relation, 3 yes/no, 4 colour, 5 object, 6 location,
7 number, 8 other.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from vcop.datasets import glove
from vcop.preparation.synthetic.rendering import SUBJECTS

Facts = dict[str, str]
QUESTIONS_A_VIDEO = 10
YES_NO = 3
# Who is asked once more where ten does not divide: the free types by their frequency in ActivityNet-QA, then the others.
FIRST_OF_ALL = (YES_NO, 8, 4, 7, 5, 6, 0, 1, 2)
# Every ground and the one colour that is not seen before it: as many of either, so that all stay equally frequent.
GROUNDS = {"meadow": "green", "desert": "yellow", "sea": "blue", "snow": "white", "space": "purple", "canyon": "red"}
OPPOSITE = {"left": "right", "right": "left", "above": "below", "below": "above"}
HALF = {"appear": "second half", "vanish": "first half"}
STILL = {"2": "1", "3": "2", "4": "3"}


@dataclass(frozen=True)
class Fact:
    """One thing that is true of a video: the type of question that asks for it, its values and what the question names."""

    kind: int
    values: tuple[str, ...]
    names: str = "subject"


# In the order in which they are dealt: a later one may depend on an earlier one.
FACTS = {
    "subject": Fact(5, SUBJECTS),
    "number": Fact(7, ("2", "3", "4")),
    "motion": Fact(0, ("bounce", "circle", "fall", "grow", "rise", "slide", "spin", "swing")),
    "direction": Fact(1, tuple(OPPOSITE), "partner"),
    "change": Fact(2, tuple(HALF), "changing"),
    "texture": Fact(8, ("plain", "striped", "checked", "shaded")),
    "size": Fact(8, ("big", "small")),
    "ground": Fact(6, tuple(GROUNDS)),
    "colour": Fact(4, tuple(GROUNDS.values())),
}


@dataclass(frozen=True)
class Wording:
    """A way to ask for a fact; ``called`` has the answers that are not the fact's own word.

    Of ``text``, {subject}, {partner} and {changing} are shapes, {value} what a yes/no question asks whether it is true.
    """

    fact: str
    text: str
    called: tuple[tuple[str, str], ...] = ()

    def answer(self, facts: Facts) -> str:
        """The answer to a question that is not of yes/no."""
        return dict(self.called).get(facts[self.fact], facts[self.fact])


def _wordings(fact: str, *texts: str, called: dict[str, str] | None = None) -> list[Wording]:
    return [Wording(fact, text, tuple((called or {}).items())) for text in texts]


def _mixed(*wordings: list[Wording]) -> tuple[Wording, ...]:
    """Equally many wordings of several facts, in turns."""
    return tuple(wording for one_each in zip(*wordings, strict=True) for wording in one_each)


WORDINGS: dict[int, tuple[Wording, ...]] = {
    0: (
        *_wordings("motion", "what does the {subject} do", "what is the {subject} doing", "how does the {subject} move"),
        *_wordings("motion", "what is the {subject} doing in the video", "which motion does the {subject} make"),
    ),
    1: (
        *_wordings("direction", "where is the {partner} seen from the {subject}"),
        *_wordings("direction", "on which side of the {subject} is the {partner}"),
        *_wordings("direction", "where is the {partner} relative to the {subject}"),
        *_wordings("direction", "where is the {subject} seen from the {partner}", called=OPPOSITE),
        *_wordings("direction", "on which side of the {partner} is the {subject}", called=OPPOSITE),
    ),
    2: (
        *_wordings("change", "what happens to the {changing} after a while", "what does the {changing} do halfway"),
        *_wordings("change", "what happened to the {changing} in the middle of the video"),
        *_wordings("change", "when is the {changing} seen", "in which half is the {changing} there", called=HALF),
    ),
    YES_NO: _mixed(
        _wordings("colour", "is the {subject} {value}", "does the {subject} have the colour {value}"),
        _wordings("motion", "does the {subject} {value}", "can one see the {subject} {value}"),
        _wordings("ground", "is the place in the video {value}", "is it {value} that lies in the background"),
        _wordings("number", "are there {value} things in the video", "does the video show {value} things"),
    ),
    4: (
        *_wordings("colour", "what colour is the {subject}", "what is the colour of the {subject}"),
        *_wordings("colour", "which colour does the {subject} have in the video", "what colour has the moving {subject}"),
        *_wordings("colour", "in which colour is the {subject} painted"),
    ),
    5: (
        *_wordings("subject", "what moves", "what is moving in the video", "which thing moves"),
        *_wordings("subject", "what is the shape of the moving thing", "what does not stand still"),
    ),
    6: (
        *_wordings("ground", "where is the video taken", "what is the place in the video", "where does this happen"),
        *_wordings("ground", "what is in the background", "in which place is the {subject}"),
    ),
    7: (
        *_wordings("number", "how many things are there in the video", "how many things are seen"),
        *_wordings("number", "how many things does the video show"),
        *_wordings("number", "how many things stand still", "how many things do not move", called=STILL),
    ),
    8: _mixed(
        _wordings(
            "texture",
            "what pattern does the {subject} have",
            "what is the pattern of the {subject}",
            "how is the {subject} painted",
        ),
        _wordings(
            "size", "how large is the {subject}", "what is the size of the {subject}", "what size does the {subject} have"
        ),
    ),
}


@dataclass(frozen=True)
class SyntheticQuestion:
    """One question on a video; ``kind`` is its type as ActivityNet-QA numbers them."""

    kind: int
    wording: Wording
    text: str
    answer: str


def quotas(kinds: Iterable[int]) -> dict[int, int]:
    """How many questions of each type a video is asked: ten in all, unless there are not so many wordings."""
    kinds = sorted(kinds)
    each, left = divmod(QUESTIONS_A_VIDEO, len(kinds))
    more = sorted(kinds, key=FIRST_OF_ALL.index)[:left]
    return {kind: min(len(WORDINGS[kind]), each + (kind in more)) for kind in kinds}


def vocabulary() -> set[str]:
    """Every word of every question and answer."""
    texts = {"yes", "no", *(value for fact in FACTS.values() for value in fact.values)}
    for wording in (wording for wordings in WORDINGS.values() for wording in wordings):
        texts.add(wording.text.format(**dict.fromkeys(("subject", "partner", "changing", "value"), " ")))
        texts.update(answer for _, answer in wording.called)
    return {word for text in texts for word in glove.tokenise(text)}
