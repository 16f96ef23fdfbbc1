"""Items by name."""

import inspect

import pytest
from support.hand_made import INPUTS
from support.schematic import INPUTS as SCHEMATIC

from vcop.paper.items import lookup
from vcop.paper.items.standard import STANDARD


def test_every_item_of_the_papers_is_drawn_from_hand_made_results():
    """Those beyond the papers and the pages on both of them have tests of their own."""
    assert {*INPUTS, *SCHEMATIC, "tmm2020_table6"} - {"beyond_curriculum"} == {
        i for i in lookup.items() if not i.startswith(("beyond_", "papers_"))
    }


def test_items_are_rows_and_modules_sorted_and_each_once():
    assert lookup.items() == sorted(set(lookup.items()))
    assert set(STANDARD) < set(lookup.items())
    assert {"beyond_audit", "papers_costs", "tmm2020_table6"} < set(lookup.items())
    assert not {"standard", "lookup"} & set(lookup.items())


@pytest.mark.parametrize("name", lookup.items())
def test_every_item_has_a_title_a_caption_and_a_function_that_draws_it(name):
    item = lookup.find_item(name)
    assert item.title
    assert item.caption.endswith(".")
    required = [p.name for p in inspect.signature(item.render).parameters.values() if p.default is p.empty]
    assert required == ["heading", "inputs", "out"]


@pytest.mark.parametrize(
    ("name", "task", "words"),
    [
        (
            "cvpr2019_table1",
            "16-8-3",
            "Measured on: a study; pretext task 16-8-3. Published: the papers' data and networks. A note.",
        ),
        ("tmm2020_figure5", "", "Measured on: a study. A note."),
        (
            "papers_numbers",
            "16-8-3",
            "Measured on: a study; pretext task 16-8-3. Published: the papers' data and networks. A note.",
        ),
    ],
)
def test_the_heading_names_the_task_of_items_that_show_one_and_the_papers_where_they_print_numbers(
    name, task, words, tmp_path, monkeypatch
):
    calls = []
    monkeypatch.setattr(lookup, "find_item", lambda name: lookup.Item("T", "C.", lambda *given: calls.append(given)))
    lookup.render_item(name, [], tmp_path / "t.html", study="a study", task="16-8-3", note="a note")
    ((heading, inputs, out),) = calls
    assert (heading.title, heading.caption, heading.task) == ("T", "C.", task)
    assert heading.measured_on == words
    assert (inputs, out) == ([], tmp_path / "t")
