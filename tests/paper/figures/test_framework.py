"""Example tuples of the framework (Figure 2 of both papers)."""

from dataclasses import replace

import numpy as np
from matplotlib.figure import Figure
from support.schematic import illustrated

from vcop.paper.figures import framework
from vcop.sampling.tasks import Task


def test_of_many_orders_the_actual_one_and_the_most_probable_are_shown(store):
    example = framework.Example(**illustrated(store, "16-8-5"))
    unlikely = replace(
        example, probabilities=[0.0 if list(o) == example.order else 1 / 119 for o in Task.parse("16-8-5").orders]
    )
    for one in (example, unlikely):
        shown = dict(one.shown)
        assert len(shown) == 6
        assert shown[tuple(one.order)] == one.probabilities[Task.parse("16-8-5").orders.index(tuple(one.order))]
        assert sorted(shown) == list(shown)
    assert sorted(dict(example.shown).values()) == sorted(example.probabilities)[-6:]


def test_the_pictures_are_what_enters_the_network(store):
    example = framework.Example(**illustrated(store, "16-8-3"))
    pictures = example.pictures(store)
    assert pictures.shape == (3, 8, 16, 16, 3)
    video = next(v for v in store.videos if v.name == example.video)
    assert np.array_equal(pictures[1, 2], store.read(video, [example.clips[1][2]])[0, 2:18, 5:21])


def test_the_prediction_is_marked_whether_it_is_right_or_wrong(store):
    """The true order has the highest probability but one; then the highest."""
    wrong = framework.Example(**illustrated(store, "16-8-3"))
    assert wrong.order == [1, 2, 0]
    assert wrong.predicted == [2, 1, 0]
    right = replace(wrong, probabilities=[0.1, 0.1, 0.1, 0.5, 0.1, 0.1])
    assert right.predicted == right.order
    for example, marks in ((wrong, ["true", "✗"]), (right, ["✓"])):
        ax = Figure().subplots()
        framework.draw_framework(ax, example, store)
        words = [text.get_text() for text in ax.texts]
        assert [w.split()[-1] for w in words if "%" in w and not w.endswith("%")] == marks
        bold = [text.get_text() for text in ax.texts if text.get_weight() == "bold" and text.get_text().isdigit()]
        assert bold[-1] == "".join(str(i + 1) for i in example.predicted)
