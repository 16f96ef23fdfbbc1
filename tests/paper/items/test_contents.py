"""Contents of a directory of results made by hand."""

import pytest

from vcop.paper.heading import Heading
from vcop.paper.items.contents import described, study_sections
from vcop.paper.pages.web_page import html_page


@pytest.fixture
def results(tmp_path):
    page = html_page(Heading("T", "What it is. More.", "s", ""), "", "", summary="6 of 9 hold & so on.")
    for name in (
        "tmm2020/claims.html",
        "cvpr2019/table2.html",
        "cvpr2019/table1.html",
        "summary/mine.html",
        "search/mine/a.html",
    ):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(page, encoding="utf-8")
    for name in ("cvpr2019/figure5.png", "cvpr2019/figure5.svg", "cvpr2019/table1.csv", "index.html"):
        (tmp_path / name).write_text("")
    (tmp_path / "summary/bare.html").write_text("<p>no head")
    return tmp_path


def test_what_is_there_stands_in_the_order_of_reading(results):
    sections = [section for section in study_sections(results) if section.entries]
    assert [section.title.split(":")[0] for section in sections] == ["Read first", "Of this study alone", "CVPR 2019"]
    first, own, paper = ([entry.page for entry in section.entries] for section in sections)
    assert first == ["tmm2020/claims.html"]
    assert own == ["search/mine/a.html", "summary/bare.html", "summary/mine.html"]
    assert paper == ["cvpr2019/table1.html", "cvpr2019/table2.html", "cvpr2019/figure5.png"]
    assert sections[2].entries[0].files == ["cvpr2019/table1.csv"]
    assert sections[2].missing[:3] == ["Table 3", "Table 4", "Figure 1"]


def test_an_entry_says_what_its_page_says_of_itself(results):
    first, own, paper = (section.entries for section in study_sections(results) if section.entries)
    assert (first[0].title, first[0].line) == ("What the papers claim, held against these results", "6 of 9 hold & so on.")
    assert (own[1].title, own[1].line) == ("bare", "")
    assert (own[2].title, own[2].line) == ("T", "6 of 9 hold & so on.")
    assert paper[2].line.startswith("Video level: the mean of a video's ten clip features"), (
        "a figure has no page: its caption"
    )


def test_an_empty_directory_has_nothing(tmp_path):
    assert not any(section.entries for section in study_sections(tmp_path))


def test_a_page_describes_itself_by_the_first_sentence_of_its_caption(tmp_path):
    page = tmp_path / "p.html"
    page.write_text(html_page(Heading("A <b>", 'Is "it" of 8.5 % more. And more.', "s", ""), "", ""), encoding="utf-8")
    assert described(page) == ("A <b>", 'Is "it" of 8.5 % more.')
