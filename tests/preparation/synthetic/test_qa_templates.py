import pytest

from vcop.preparation.synthetic.qa_templates import FACTS, GROUNDS, WORDINGS, YES_NO, quotas, vocabulary


def test_ten_questions_as_in_activitynet_qa_where_all_types_are_asked():
    assert quotas(range(9)) == {0: 1, 1: 1, 2: 1, 3: 2, 4: 1, 5: 1, 6: 1, 7: 1, 8: 1}


@pytest.mark.parametrize(("kinds", "counts"), [([6, 4], {4: 5, 6: 5}), ([0, 1, 4], {0: 3, 1: 3, 4: 4}), ([5], {5: 5})])
def test_fewer_types_are_asked_more_often_each_as_far_as_there_are_wordings(kinds, counts):
    assert quotas(kinds) == counts


def test_every_type_has_wordings_of_its_own_facts():
    assert sorted(WORDINGS) == list(range(9))
    for kind, wordings in WORDINGS.items():
        assert len({wording.text for wording in wordings}) == len(wordings) >= 5
        assert kind == YES_NO or {wording.fact for wording in wordings} == {n for n, f in FACTS.items() if f.kind == kind}


def test_an_answer_is_one_value_of_a_fact_by_another_name_where_the_wording_asks_the_other_way_round():
    for wording in (wording for kind, wordings in WORDINGS.items() if kind != YES_NO for wording in wordings):
        values = FACTS[wording.fact].values
        assert len({wording.answer({wording.fact: value}) for value in values}) == len(values)
    facts = {"subject": "disc", "partner": "square", "direction": "left"}
    said = {w.text.format(**facts): w.answer(facts) for w in WORDINGS[1]}
    assert said["where is the square seen from the disc"] == "left"
    assert said["where is the disc seen from the square"] == "right"


def test_each_colour_is_not_seen_before_exactly_one_ground():
    assert sorted(GROUNDS) == sorted(FACTS["ground"].values)
    assert sorted(GROUNDS.values()) == sorted(FACTS["colour"].values)


def test_the_vocabulary_is_of_plain_words():
    assert {"what", "disc", "left", "half", "yes", "3"} <= vocabulary()
    assert all(word.isalnum() for word in vocabulary())
