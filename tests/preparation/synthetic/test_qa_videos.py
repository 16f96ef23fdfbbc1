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
def items():
    return question_videos(OPTIONS, QUIZ)


@pytest.fixture
def folder(items, tmp_path):
    for name, text in annotation_files(items, OPTIONS).items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def _nearest(tints, pixel):
    """The name whose middle colour is nearest to an RGB pixel."""
    middles = {name: 255 * np.array(colorsys.hsv_to_rgb(*(np.mean(r) % 1 for r in tint))) for name, tint in tints.items()}
    return min(middles, key=lambda name: np.abs(middles[name] - pixel).sum())


def test_of_ten_videos_six_train_one_validates_three_test(items):
    assert Counter(item.split for item in items) == {"train": 36, "val": 6, "test": 18}
    assert Counter(item.split for item in items[:10]) == Counter(SPLITS)


def test_names_are_like_those_of_the_real_videos(items):
    names = [item.video for item in items]
    assert len(set(names)) == 60 and all(len(name) == 11 for name in names)
    assert {"-", "_"} < {name[0] for name in names}
    assert items[0].name == f"v_{names[0]}.avi"


def test_lists_are_read_by_the_code_of_the_real_ones(items, folder):
    found = activitynet_qa.read_questions(folder)
    assert {role: len(questions) for role, questions in found.items()} == {TRAIN: 360, VALIDATION: 60, TEST: 180}
    first = items[0]
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


def test_a_table_row_says_what_is_true(items):
    row = dict(zip(COLUMNS, items[0].row, strict=True))
    assert (row["video"], row["split"], row["motion"]) == (items[0].name, "train", items[0].facts["motion"])
    assert row["companions"].count(";") == int(row["number"]) - 2
    assert row["companions"].startswith(f"{row['partner']} {row['direction']}")


def test_shapes_and_sides_differ_within_a_video(items):
    for item in items:
        assert len(item.companions) == int(item.facts["number"]) - 1
        assert item.facts["changing"] in {companion.shape for companion in item.companions}
        for own, attribute in (("subject", "shape"), (None, "side")):
            values = [getattr(companion, attribute) for companion in item.companions]
            assert len({*values, item.facts.get(own)}) == len(values) + 1


@pytest.mark.parametrize("aspect", [1.0, 4 / 3])
def test_a_companion_is_at_every_moment_on_its_side(items, aspect):
    for item in items:
        rng = generator("sides", item.video)
        subject = item.subject(aspect, rng).trajectory
        for companion in item.companions:
            path = item.companion(companion, aspect, rng).trajectory
            right, down = path.x - subject.x, path.y - subject.y
            along, across = (right, down) if companion.side in ("left", "right") else (down, right)
            sign = 1 if companion.side in ("right", "below") else -1
            assert (sign * along > np.abs(across)).all(), (item.facts["motion"], companion)
            assert max(abs(path.x[0] - aspect / 2), abs(path.y[0] - 0.5)) + COMPANION_SIZE < 0.4375  # what a test crops


def test_one_companion_appears_or_vanishes_softly_halfway(items):
    for item in items[:10]:
        rng = generator("change", item.video)
        seen = [item.companion(c, 4 / 3, rng).opacity for c in item.companions if c.shape == item.facts["changing"]]
        late = seen[0] if item.facts["change"] == "appear" else 1 - seen[0]
        assert len(seen) == 1 and late[0] == 0 and late[-1] == 1
        assert 0 < ((late > 0) & (late < 1)).sum() <= FADE
        assert abs(np.argmax(late >= 0.5) - item.frames / 2) <= 1


def test_grounds_and_colours_look_like_their_names(items):
    grounds, colours, greys = [], [], []
    for item in (
        s for s in items if {s.facts["subject"], s.companions[0].shape}.isdisjoint({"crescent"})
    ):  # its centre is a hole
        last = item.render(OPTIONS)[0 if item.facts["change"] == "vanish" else -1].astype(float)
        grounds.append(_nearest(BACKGROUNDS, np.median(last[:, :3].reshape(-1, 3), 0)) == item.facts["ground"])
        right, down = {"left": (-1, 0), "right": (1, 0), "above": (0, -1), "below": (0, 1)}[item.companions[0].side]
        greys.append(np.ptp(last[int(32 * (0.5 + 0.3 * down)), int(22 + 32 * 0.3 * right)]))
        if item.facts["texture"] == "plain":
            path = item.subject(44 / 32, generator("story", OPTIONS.synthesis_seed, item.video)).trajectory
            at = 0 if item.facts["change"] == "vanish" else -1
            colours.append(_nearest(COLOURS, last[int(32 * path.y[at]), int(32 * path.x[at])]) == item.facts["colour"])
    assert min(len(grounds), len(colours)) >= 8
    assert np.mean(grounds) == 1
    assert np.mean(colours) > 0.8
    assert np.median(greys) < 25


def test_what_changes_is_seen_and_nothing_else_differs(items):
    item = next(s for s in items if s.facts["number"] == "4" and s.facts["change"] == "appear")
    one = item.render(OPTIONS).astype(int)
    other = replace(item, facts={**item.facts, "change": "vanish"}).render(OPTIONS)
    differs = np.abs(one - other).sum(-1) > 60
    assert differs[0].any() and differs[-1].any()
    assert differs.any(0).mean() < 0.1  # a companion's disc at most


def test_a_video_is_a_function_of_its_fields_and_the_seed(items):
    again = question_videos(OPTIONS, QUIZ)
    assert again == items
    assert (again[3].render(OPTIONS) == items[3].render(OPTIONS)).all()
    other = question_videos(replace(OPTIONS, synthesis_seed=1), QUIZ)
    assert not {item.video for item in other} & {item.video for item in items}


def test_fewer_types_are_asked_where_the_options_say_so():
    items = question_videos(OPTIONS, QuizOptions(question_types=[4, 6], question_videos=10))
    assert all(Counter(q.kind for q in item.questions) == {4: 5, 6: 5} for item in items)
