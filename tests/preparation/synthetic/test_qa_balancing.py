"""Balance is checked without training anything: by counting answers, and by guessing them from the words of the questions."""

from collections import Counter, defaultdict

import pytest

from vcop.preparation.synthetic.qa_balancing import draw_questions
from vcop.preparation.synthetic.qa_templates import FACTS, GROUNDS, YES_NO, quotas
from vcop.sampling.seeding import generator

ALL = list(range(9))
CHOICES = [ALL, [4, 6], [0, 1, 2], [3, 7, 8], [4]]


@pytest.fixture(scope="module", params=CHOICES, ids=str)
def quizzes(request):
    """Kinds, and a training and a test list of the default size."""
    return (
        request.param,
        draw_questions(180, request.param, generator("train")),
        draw_questions(90, request.param, generator("test")),
    )


@pytest.fixture(scope="module")
def lists():
    return draw_questions(180, ALL, generator("train")), draw_questions(90, ALL, generator("test"))


def _choices(question):
    return 2 if question.kind == YES_NO else len(FACTS[question.wording.fact].values)


def _asked(videos):
    return [question for _, questions in videos for question in questions]


def _guessed(train, test, clues):
    """The part of the test questions answered rightly by what their most telling clue meant in training, and chance."""
    seen = defaultdict(Counter)
    for question in train:
        for clue in clues(question):
            seen[clue][question.answer] += 1

    def guess(question):
        known = [seen[clue].most_common(1)[0] + (seen[clue].total(),) for clue in clues(question) if seen[clue].total() >= 10]
        return max(known, key=lambda k: k[1] / k[2])[0] if known else None

    guesses = [(guess(question), question) for question in test]
    known = [(answer, question) for answer, question in guesses if answer is not None]
    assert len(known) > len(test) / 4
    return sum(a == q.answer for a, q in known) / len(known), sum(1 / _choices(q) for _, q in known) / len(known)


def test_every_video_is_asked_its_quota_and_nothing_twice(quizzes):
    kinds, train, test = quizzes
    for _, questions in train + test:
        assert Counter(question.kind for question in questions) == quotas(kinds)
        assert len({question.text for question in questions}) == len(questions)


def test_each_answer_of_a_wording_is_as_frequent_as_any_other_up_to_one(quizzes):
    _, *both = quizzes
    for videos in both:
        counts = defaultdict(Counter)
        for question in _asked(videos):
            counts[question.kind, question.wording, _choices(question)][question.answer] += 1
        for (_, wording, choices), answers in counts.items():
            times = [*answers.values(), *[0] * (choices - len(answers))]
            assert max(times) - min(times) <= 1, wording


def test_the_answers_are_true(quizzes):
    _, *both = quizzes
    for facts, question in ((facts, question) for videos in both for facts, questions in videos for question in questions):
        wording = question.wording
        if question.kind == YES_NO:
            assert (question.text == wording.text.format(**facts, value=facts[wording.fact])) == (question.answer == "yes")
        else:
            assert (question.text, question.answer) == (wording.text.format(**facts), wording.answer(facts))


def test_what_is_named_can_be_told_apart(quizzes):
    _, train, test = quizzes
    for facts, _ in train + test:
        assert facts["colour"] != GROUNDS[facts["ground"]]
        assert facts["subject"] not in {facts["partner"], facts["changing"]}
        assert (facts["partner"] == facts["changing"]) == (facts["number"] == "2")


@pytest.mark.parametrize(
    "clues",
    [
        lambda question: [(question.kind, question.wording)],
        lambda question: [question.text],
        lambda question: [(question.kind, word) for word in question.text.split()],
        lambda question: [(question.wording, word) for word in question.text.split()],
    ],
    ids=["wording", "text", "word", "word of a wording"],
)
def test_the_words_of_a_question_do_not_give_its_answer_away(clues, lists):
    train, test = map(_asked, lists)
    right, chance = _guessed(train, test, clues)
    assert right < chance + 0.05


def test_a_guess_by_words_would_find_a_leak(lists):
    """The same check sees it when a third of the colours are that of the shape's name."""
    train, test = map(_asked, lists)

    def leaking(questions):
        colour = dict(zip(FACTS["subject"].values, FACTS["colour"].values, strict=True))
        for i, q in enumerate(q for q in questions if q.kind == 4):
            shape = next(word for word in q.text.split() if word in colour)
            yield type(q)(q.kind, q.wording, q.text, colour[shape] if i % 3 == 0 else q.answer)

    right, chance = _guessed(list(leaking(train)), list(leaking(test)), lambda q: [(q.kind, w) for w in q.text.split()])
    assert right > chance + 0.1


@pytest.mark.parametrize("look", ["subject", "colour", "texture", "size", "ground", "number", "direction"])
def test_looks_tell_no_motion(look, lists):
    motions = defaultdict(Counter)
    for facts, _ in lists[0]:
        motions[facts[look]][facts["motion"]] += 1
    right = [motions[facts[look]].most_common(1)[0][0] == facts["motion"] for facts, _ in lists[1]]
    assert sum(right) / len(right) < 1 / 8 + 0.1


def test_a_false_value_is_asked_for_as_often_as_a_true_one(lists):
    times = defaultdict(Counter)
    for question in _asked(lists[0]):
        if question.kind == YES_NO:
            words = set(question.text.split())
            value = next(value for value in FACTS[question.wording.fact].values if value in words)
            times[question.wording.fact, value][question.answer] += 1
    assert len(times) == 6 + 8 + 6 + 3
    assert all(abs(answers["yes"] - answers["no"]) <= 4 for answers in times.values())


@pytest.mark.parametrize("count", [1, 2, 3, 7])
def test_a_few_videos_are_drawn_too(count):
    videos = draw_questions(count, ALL, generator("few"))
    assert len(videos) == count
    assert all(len(questions) == 10 and set(FACTS) < set(facts) for facts, questions in videos)


def test_a_draw_is_a_function_of_its_generator():
    one, same, other = (draw_questions(20, ALL, generator("draw", key)) for key in (1, 1, 2))
    assert one == same != other
