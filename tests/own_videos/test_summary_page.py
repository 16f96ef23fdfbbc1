from vcop.own_videos.summary import Number
from vcop.own_videos.summary_page import summary_html, summary_lines

ROWS = [Number("order of clips", 41.24, 33.3, 49.6, 100 / 6, 47, 1), Number("linear <b>", 80.0, 70.0, 90.0, None, 47, 1)]


def test_the_page_shows_numbers_with_interval_and_chance():
    page = summary_html("own", "a study", "8-4-3", ["5 videos & more."], ROWS)
    assert "<td>41.2 [33.3, 49.6]</td><td>16.7</td><td>yes</td><td>47</td>" in page
    assert "<td>linear &lt;b&gt;</td><td>80.0 [70.0, 90.0]</td><td></td><td></td>" in page
    assert "<li>5 videos &amp; more.</li>" in page


def test_the_lines_say_whether_chance_is_left():
    assert summary_lines(ROWS) == [
        "order of clips: 41.2 [33.3, 49.6], chance 16.7, above chance: yes",
        "linear <b>: 80.0 [70.0, 90.0]",
    ]
