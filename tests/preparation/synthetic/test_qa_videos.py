import colorsys
import json
from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
from support.helpers import SMALL

from vcop.config.data_options import QuizOptions
from vcop.datasets import activitynet_qa, glove
from vcop.datasets.splits import TEST, TRAIN, VALIDATION
from vcop.preparation.synthetic.qa_templates import vocabulary
from vcop.preparation.synthetic.qa_videos import (
    BACKGROUNDS,
    COLOURS,
    COLUMNS,
    COMPANION_SIZE,
    FADE,
    OUT_OF_VOCABULARY,
    SPLITS,
    UNRELATED_WORDS,
    annotation_files,
    question_videos,
)
from vcop.sampling.seeding import generator

OPTIONS, QUIZ = SMALL, QuizOptions(question_videos=60)


@pytest.fixture(scope="module")
def stories():
    return question_videos(OPTIONS, QUIZ)


@pytest.fixture
def folder(stories, tmp_path):
    for name, text in annotation_files(stories, OPTIONS).items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def _nearest(tints, pixel):
    """The name whose middle colour is nearest to an RGB pixel."""
    middles = {name: 255 * np.array(colorsys.hsv_to_rgb(*(np.mean(r) % 1 for r in tint))) for name, tint in tints.items()}
    return min(middles, key=lambda name: np.abs(middles[name] - pixel).sum())


def test_of_ten_videos_six_train_one_validates_three_test(stories):
    assert Counter(story.split for story in stories) == {"train": 36, "val": 6, "test": 18}
    assert Counter(story.split for story in stories[:10]) == Counter(SPLITS)


def test_names_are_like_those_of_the_real_videos(stories):
    names = [story.video for story in stories]
    assert len(set(names)) == 60 and all(len(name) == 11 for name in names)
    assert {"-", "_"} < {name[0] for name in names}
    assert stories[0].name == f"v_{names[0]}.avi"


def test_lists_are_read_by_the_code_of_the_real_ones(stories, folder):
    found = activitynet_qa.read_questions(folder)
    assert {role: len(questions) for role, questions in found.items()} == {TRAIN: 360, VALIDATION: 60, TEST: 180}
    first = stories[0]
    said = [(q.text, q.answer, q.type) for q in found[TRAIN] if q.video == first.video]
    assert said == [(q.text, q.answer, q.kind) for q in first.questions]
    entry = json.loads((folder / "train_q.json").read_text())[9]
    assert list(entry) == ["video_name", "question", "question_id"]
    assert entry["question_id"] == f"v_{first.video}_10"


def test_vectors_are_read_by_the_code_of_the_real_ones(folder):
    found = glove.read_vectors(folder / "vectors.txt", vocabulary())
    assert (found.size, found.malformed, found.duplicates) == (50, 0, 0)
    assert set(found.vectors) == vocabulary() - set(OUT_OF_VOCABULARY)
    assert set(OUT_OF_VOCABULARY) < vocabulary()
    assert found.words == len(found.vectors) + UNRELATED_WORDS
    assert 0.3 < np.std(list(found.vectors.values())) < 0.5


def test_a_table_row_says_what_is_true(stories):
    row = dict(zip(COLUMNS, stories[0].row, strict=True))
    assert (row["video"], row["split"], row["motion"]) == (stories[0].name, "train", stories[0].facts["motion"])
    assert row["companions"].count(";") == int(row["number"]) - 2
    assert row["companions"].startswith(f"{row['partner']} {row['direction']}")


def test_shapes_and_sides_differ_within_a_video(stories):
    for story in stories:
        assert len(story.companions) == int(story.facts["number"]) - 1
        assert story.facts["changing"] in {companion.shape for companion in story.companions}
        for own, attribute in (("subject", "shape"), (None, "side")):
            values = [getattr(companion, attribute) for companion in story.companions]
            assert len({*values, story.facts.get(own)}) == len(values) + 1


@pytest.mark.parametrize("aspect", [1.0, 4 / 3])
def test_a_companion_is_at_every_moment_on_its_side(stories, aspect):
    for story in stories:
        rng = generator("sides", story.video)
        subject = story.subject(aspect, rng).trajectory
        for companion in story.companions:
            path = story.companion(companion, aspect, rng).trajectory
            right, down = path.x - subject.x, path.y - subject.y
            along, across = (right, down) if companion.side in ("left", "right") else (down, right)
            sign = 1 if companion.side in ("right", "below") else -1
            assert (sign * along > np.abs(across)).all(), (story.facts["motion"], companion)
            assert max(abs(path.x[0] - aspect / 2), abs(path.y[0] - 0.5)) + COMPANION_SIZE < 0.4375  # what a test crops


def test_one_companion_appears_or_vanishes_softly_halfway(stories):
    for story in stories[:10]:
        rng = generator("change", story.video)
        seen = [story.companion(c, 4 / 3, rng).opacity for c in story.companions if c.shape == story.facts["changing"]]
        late = seen[0] if story.facts["change"] == "appear" else 1 - seen[0]
        assert len(seen) == 1 and late[0] == 0 and late[-1] == 1
        assert 0 < ((late > 0) & (late < 1)).sum() <= FADE
        assert abs(np.argmax(late >= 0.5) - story.frames / 2) <= 1


def test_grounds_and_colours_look_like_their_names(stories):
    grounds, colours, greys = [], [], []
    for story in (
        s for s in stories if {s.facts["subject"], s.companions[0].shape}.isdisjoint({"crescent"})
    ):  # its centre is a hole
        last = story.render(OPTIONS)[0 if story.facts["change"] == "vanish" else -1].astype(float)
        grounds.append(_nearest(BACKGROUNDS, np.median(last[:, :3].reshape(-1, 3), 0)) == story.facts["ground"])
        right, down = {"left": (-1, 0), "right": (1, 0), "above": (0, -1), "below": (0, 1)}[story.companions[0].side]
        greys.append(np.ptp(last[int(32 * (0.5 + 0.3 * down)), int(22 + 32 * 0.3 * right)]))
        if story.facts["texture"] == "plain":
            path = story.subject(44 / 32, generator("story", OPTIONS.synthesis_seed, story.video)).trajectory
            at = 0 if story.facts["change"] == "vanish" else -1
            colours.append(_nearest(COLOURS, last[int(32 * path.y[at]), int(32 * path.x[at])]) == story.facts["colour"])
    assert min(len(grounds), len(colours)) >= 8
    assert np.mean(grounds) == 1
    assert np.mean(colours) > 0.8
    assert np.median(greys) < 25


def test_what_changes_is_seen_and_nothing_else_differs(stories):
    story = next(s for s in stories if s.facts["number"] == "4" and s.facts["change"] == "appear")
    one = story.render(OPTIONS).astype(int)
    other = replace(story, facts={**story.facts, "change": "vanish"}).render(OPTIONS)
    differs = np.abs(one - other).sum(-1) > 60
    assert differs[0].any() and differs[-1].any()
    assert differs.any(0).mean() < 0.1  # a companion's disc at most


def test_a_video_is_a_function_of_the_story_and_the_seed(stories):
    again = question_videos(OPTIONS, QUIZ)
    assert again == stories
    assert (again[3].render(OPTIONS) == stories[3].render(OPTIONS)).all()
    other = question_videos(replace(OPTIONS, synthesis_seed=1), QUIZ)
    assert not {story.video for story in other} & {story.video for story in stories}


def test_fewer_types_are_asked_where_the_options_say_so():
    stories = question_videos(OPTIONS, QuizOptions(question_types=[4, 6], question_videos=10))
    assert all(Counter(q.kind for q in story.questions) == {4: 5, 6: 5} for story in stories)
