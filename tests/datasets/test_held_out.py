from collections import Counter

import pytest

from vcop.datasets.held_out import draw_groups, draw_roles


def own_groups(count):
    return {f"v{i}": f"v{i}" for i in range(count)}


def test_a_fifth_tests_and_as_many_validate_as_asked_whatever_the_order():
    groups = own_groups(237)
    roles = draw_roles(groups, {}, 23)
    assert Counter(roles.values()) == {"training": 167, "test": 47, "validation": 23}
    assert draw_roles(dict(reversed(groups.items())), {}, 23) == roles


def test_groups_are_never_divided():
    groups = {f"v{i}": f"g{i // 7}" for i in range(210)}
    roles = draw_roles(groups, {}, 20)
    for group in set(groups.values()):
        assert len({roles[video] for video in groups if groups[video] == group}) == 1
    count = Counter(roles.values())
    assert count == {"test": 42, "validation": 21, "training": 147}


def test_given_roles_stay_and_their_groups_follow_them():
    groups = {"a1": "a", "a2": "a", **own_groups(20)}
    roles = draw_roles(groups, {"a1": "test", "v3": "training"}, 2)
    assert (roles["a1"], roles["a2"], roles["v3"]) == ("test", "test", "training")
    assert Counter(roles.values()) == {"test": 2, "validation": 2, "training": 18}


def test_what_cannot_be_drawn_is_said():
    with pytest.raises(
        ValueError, match="no test videos can be drawn: 1 group has no role yet; groups are not divided, and 2 must be left"
    ):
        draw_roles(dict.fromkeys("abcdef", "one"), {}, 1)
    with pytest.raises(ValueError, match="no video has the role test, and every video has a role"):
        draw_roles(own_groups(3), dict.fromkeys(own_groups(3), "training"), 1)

    with pytest.raises(
        ValueError, match="2 videos are too few: the lists of training, validation and test need at least one each"
    ):
        draw_roles(own_groups(2), {}, 1)


def test_each_list_gets_a_group_though_one_group_has_most_videos():
    groups = {f"v{i}": "large" if i < 100 else f"g{i // 2}" for i in range(118)}
    roles = draw_roles(groups, {}, 10)
    assert set(roles.values()) == {"training", "validation", "test"}
    assert {roles[video] for video, group in groups.items() if group == "large"} == {"training"}
    assert draw_groups(dict.fromkeys("abc", 1), 3, "test", leave=2) < set("abc")
    assert len(draw_groups(dict.fromkeys("abc", 1), 3, "test", leave=0)) == 3
    with pytest.raises(ValueError, match="groups are not divided: give smaller groups"):
        draw_groups({"a": 9}, 1, "validation", leave=0)


def test_of_groups_that_are_all_too_large_the_smallest_is_drawn():
    assert draw_groups({"a": 40, "b": 30, "c": 50}, 6, "test") == {"b"}
