"""Facts about the synthetic videos with questions, and the wordings in which each fact is asked (TMM 2020, IV-D).

A video is described by nine facts (``FACTS``): its subject moves in some way, has a colour, a size and a texture, and so on. Each
question asks for one fact in one of several wordings. The types of questions have the numbers of ActivityNet-QA: 0 motion,
1 spatial relation, 2 temporal relation, 3 yes/no, 4 colour, 5 object, 6 location, 7 number, 8 other.

Besides the subject a video shows companions, grey objects that stand still. The *partner* is the companion whose position is asked
for; the *changing* one appears or vanishes at half time.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from vcop.datasets import glove
from vcop.preparation.synthetic.rendering import SUBJECTS

Facts = dict[str, str]
QUESTIONS_A_VIDEO = 10
YES_NO = 3
# Ten questions cannot be divided evenly among the types. The first of these get one more: types that are frequent in
# ActivityNet-QA come first; types with exactly one question on each of its videos come last.
PRIORITY = (YES_NO, 8, 4, 7, 5, 6, 0, 1, 2)
# Each background with the one colour that cannot be seen in front of it. There are as many colours as backgrounds, so all colours
# and all backgrounds can be equally frequent.
GROUNDS = {"meadow": "green", "desert": "yellow", "sea": "blue", "snow": "white", "space": "purple", "canyon": "red"}
# Other answers for the same fact, when it is asked from the other side: where the subject is, seen from the partner; in which half
# of the video the changing companion is visible; how many objects stand still.
OPPOSITE = {"left": "right", "right": "left", "above": "below", "below": "above"}
HALF = {"appear": "second half", "vanish": "first half"}
STILL = {"2": "1", "3": "2", "4": "3"}


@dataclass(frozen=True)
class Fact:
    """Fact about a video.

    Attributes:
        kind: Type of the questions that ask for it.
        values: Its possible values, one of which is true.
        named: The object that these questions name.
    """

    kind: int
    values: tuple[str, ...]
    named: str = "subject"


# In the order in which values are drawn: a later one may depend on an earlier one.
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
    """One way to ask for a fact.

    Attributes:
        fact: Name of the fact.
        text: Question. {subject}, {partner} and {changing} stand for shapes; in a yes/no question {value} stands for the value that is
            asked about.
        renamed: Pairs of a value and the answer, where the answer is not the value itself.
    """

    fact: str
    text: str
    renamed: tuple[tuple[str, str], ...] = ()

    def answer(self, facts: Facts) -> str:
        """Return the right answer for a video (not for yes/no questions)."""
        return dict(self.renamed).get(facts[self.fact], facts[self.fact])


def _wordings(fact: str, *texts: str, renamed: dict[str, str] | None = None) -> list[Wording]:
    return [Wording(fact, text, tuple((renamed or {}).items())) for text in texts]


def _mixed(*wordings: list[Wording]) -> tuple[Wording, ...]:
    """Interleave equally many wordings of several facts."""
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
        *_wordings("direction", "where is the {subject} seen from the {partner}", renamed=OPPOSITE),
        *_wordings("direction", "on which side of the {partner} is the {subject}", renamed=OPPOSITE),
    ),
    2: (
        *_wordings("change", "what happens to the {changing} after a while", "what does the {changing} do halfway"),
        *_wordings("change", "what happened to the {changing} in the middle of the video"),
        *_wordings("change", "when is the {changing} seen", "in which half is the {changing} there", renamed=HALF),
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
        *_wordings("number", "how many things stand still", "how many things do not move", renamed=STILL),
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
    """Question about a video with its answer; ``kind`` is its type, numbered as in ActivityNet-QA."""

    kind: int
    wording: Wording
    text: str
    answer: str


def quotas(kinds: Iterable[int]) -> dict[int, int]:
    """Return the number of questions of each type per video: ten in total, as in ActivityNet-QA, or fewer if wordings run out."""
    kinds = sorted(kinds)
    each, left = divmod(QUESTIONS_A_VIDEO, len(kinds))
    more = sorted(kinds, key=PRIORITY.index)[:left]
    return {kind: min(len(WORDINGS[kind]), each + (kind in more)) for kind in kinds}


def vocabulary() -> set[str]:
    """Return every word of every question and answer."""
    texts = {"yes", "no", *(value for fact in FACTS.values() for value in fact.values)}
    for wording in (wording for wordings in WORDINGS.values() for wording in wordings):
        texts.add(wording.text.format(**dict.fromkeys(("subject", "partner", "changing", "value"), " ")))
        texts.update(answer for _, answer in wording.renamed)
    return {word for text in texts for word in glove.tokenise(text)}
