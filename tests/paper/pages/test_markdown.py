from vcop.paper.heading import Heading
from vcop.paper.pages.markdown import heading_lines, table_lines

HEADING = Heading("Table 0", "A caption.", "a study", "16-8-3")


def test_a_heading_says_whose_numbers_these_are_and_ends_with_an_empty_line():
    lines = heading_lines(HEADING, "a legend", "a sum")
    assert lines == ["# Table 0", "", "A caption.", "", f"*{HEADING.measured_on}*", "", "a legend", "", "a sum", ""]


def test_a_table_has_a_line_below_its_header():
    assert table_lines(["a", "b"], [["1", "2"]]) == ["| a | b |", "|---|---|", "| 1 | 2 |"]
    assert table_lines(["a"], iter([])) == ["| a |", "|---|"]
