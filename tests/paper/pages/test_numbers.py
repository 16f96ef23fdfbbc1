"""The page of numbers, of two items made by hand."""

import re
from dataclasses import replace

from vcop.paper.heading import Heading
from vcop.paper.measurement.costs import Cost
from vcop.paper.measurement.reproduction import NumberBesidePublished
from vcop.paper.pages import numbers

HEADING = Heading("Both papers", "A caption.", "a <small> study", "")
SPENT, FREE = Cost(1.5, 0.0, ("abc1234",), 1), Cost(0.0, 0.0, (), 0)


def number(row, column, published, measured, half, cost=SPENT):
    value = float(measured)
    return NumberBesidePublished(row, column, published, measured, str(value - half), str(value + half), "20", "3", cost)


NUMBERS = {
    "cvpr2019_table1": [number("C3D", "Top1", "10", "20", 5), number("C3D", "Top5", "30", "20", 5)],
    "tmm2020_table1": [number("R3D <x>", "it = 8", "18", "20", 5, FREE), number("R3D", "it = 8", "", "20", 5, FREE)],
}
TITLES = {"cvpr2019_table1": "Table 1", "tmm2020_table1": "Table I"}


def test_numbers_are_counted_by_verdict():
    assert numbers.count_verdicts(NUMBERS["cvpr2019_table1"]) == [2, 2, 0, 1, 1]
    assert numbers.count_verdicts(NUMBERS["tmm2020_table1"]) == [2, 1, 1, 0, 0]
    assert numbers.numbers_summary(NUMBERS).startswith("4 numbers are measured. The papers print 3 of them: of ours, 1 differ")


def test_one_run_has_no_sign():
    alone = {item: [replace(number, seeds="1") for number in group] for item, group in NUMBERS.items()}
    assert numbers.numbers_summary(alone).endswith("3 are of one seed, so that nothing is concluded from them.")
    lines = numbers.numbers_markdown(HEADING, alone, "16-8-3", TITLES).splitlines()
    assert "| C3D | Top1 | 10 | **20.0** | +10.0 [+5.0, +15.0] | [15.0, 25.0] | one run | 20 | abc1234 | 1.50 GPU |" in lines


def test_markdown_lists_the_items_and_then_every_number():
    lines = numbers.numbers_markdown(HEADING, NUMBERS, "16-8-3", TITLES).splitlines()
    assert "| [Table 1](#cvpr2019_table1) | 2 | 2 | 0 | 1 | 1 |" in lines
    assert "| C3D | Top1 | 10 | **20.0** | ▲ +10.0 [+5.0, +15.0] | [15.0, 25.0] | 3 | 20 | abc1234 | 1.50 GPU |" in lines
    assert "| R3D | it = 8 | – | **20.0** | – | [15.0, 25.0] | 3 | 20 | – | – |" in lines
    assert sum("pretext task 16-8-3" in line for line in lines) == 1, "the later paper has no task of its own"


def test_synthetic_videos_have_no_arrows():
    apart = {item: [replace(number, compared=False) for number in group] for item, group in NUMBERS.items()}
    assert numbers.count_verdicts(apart["cvpr2019_table1"]) == [2, 2, 0, 0, 0]
    for page in (
        numbers.numbers_markdown(HEADING, apart, "16-8-3", TITLES),
        numbers.numbers_html(HEADING, apart, "16-8-3", TITLES),
    ):
        assert "3 of them. These videos are synthetic, so that there is nothing to compare" in page
        assert "<svg " not in page
        assert all(page.count(sign) == numbers.LEGEND.count(sign) + numbers.CONTENTS.count(f"{sign} above") for sign in "▲")


def test_html_says_once_what_neighbours_share():
    html = numbers.numbers_html(HEADING, NUMBERS, "16-8-3", TITLES)
    assert '<td rowspan="2">C3D</td>' in html and html.count("abc1234") == 1
    assert "R3D &lt;x&gt;" in html and "a &lt;small&gt; study" in html
    assert html.count("<svg ") == 3, "none where the paper prints no number"
    assert re.findall(r'<td class="line (above|below|within)">', html) == ["above", "below", "within"]
