from vcop.evaluation.class_tables import accuracy_by_class, confusion_matrix
from vcop.stats.proportions import wilson_interval


def bounds(accuracy, videos):
    """Three videos that are groups of their own: the variance p (1 - p) / 2 is 1.5 times that of Wilson's formula; t of 2."""
    return tuple(f"{bound:.2f}" for bound in wilson_interval(accuracy, videos / 1.5, 4.30265))


def test_classes_and_confusion_by_hand():
    rows = [("a", 0, 0, 1), ("b", 0, 2, 0), ("c", 2, 2, 1), ("d", 0, 2, 0)]
    assert accuracy_by_class(rows, ["x", "y", "z"]) == [
        ("x", 3, 1, "33.33", *bounds(100 / 3, 3)),
        ("z", 1, 1, "100.00", *bounds(100, 1)),
    ]
    assert confusion_matrix(rows, ["x", "y", "z"]) == [("x", 1, 0, 2), ("y", 0, 0, 0), ("z", 0, 0, 1)]


def test_classes_by_the_groups_of_a_list():
    """Two videos of one recording say what one says: the interval is that of three groups, one of which has two videos."""
    rows = [("a", 0, 0, 1), ("b", 0, 0, 1), ("c", 0, 1, 0), ("d", 0, 1, 0)]
    names = accuracy_by_class(rows, ["x", "y"])
    own = accuracy_by_class(rows, ["x", "y"], {video: f"x/{video}" for video in "abcd"})
    paired = accuracy_by_class(rows, ["x", "y"], {"a": "x/one", "b": "x/one", "c": "x/two", "d": "x/three"})
    assert [row[:4] for row in names] == [row[:4] for row in own] == [row[:4] for row in paired] == [("x", 4, 2, "50.00")]
    assert names == own
    assert float(paired[0][4]) < float(own[0][4])
    assert float(paired[0][5]) > float(own[0][5])
