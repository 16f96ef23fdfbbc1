import pytest
from support import browser

from vcop.paper.dependencies import drawn_by
from vcop.paper.heading import Heading
from vcop.paper.pages.web_page import FILTER, STYLE, first_sentence, html_page, prose_html, scrolling


def test_words_become_html():
    assert prose_html("a < b & **c**") == "a &lt; b &amp; <b>c</b>"
    assert prose_html("of 16-8-3-hard") == 'of <span class="line">16-8-3-hard</span>'
    assert prose_html("by +2.0 [+1.0, +3.0] more") == 'by <span class="line">+2.0 [+1.0, +3.0]</span> more'


def test_a_page_holds_its_style_and_nothing_unescaped():
    page = html_page(Heading("<T>", "A & B.", "<s>", "16-8-3"), "a < b", "<table></table>", "p { color: red; }\n")
    assert page.startswith("<!doctype html>") and page.endswith("<table></table></html>\n")
    assert f"<style>{STYLE}p {{ color: red; }}\n</style>" in page
    for text in ("<h1>&lt;T&gt;</h1>", "<p>A &amp; B.</p>", "Measured on: &lt;s&gt;", '<p class="legend">a &lt; b</p>'):
        assert text in page


def test_a_page_fits_a_phone_and_describes_itself():
    page = html_page(Heading("T", "Of 8.5 points. More.", "s", ""), "", "")
    assert '<meta name="viewport" content="width=device-width, initial-scale=1">' in page
    assert '<meta name="description" content="Of 8.5 points.">' in page
    assert '<meta name="description" content="1 &lt; 2">' in html_page(
        Heading("T", "C.", "s", ""), "", "", summary="1 **<** 2"
    )
    assert scrolling("<table>") == '<div class="scroll"><table></div>'


def test_a_sentence_ends_where_another_begins():
    assert first_sentence("As in C 4.1, e.g. here (of ten). More.") == "As in C 4.1, e.g. here (of ten)."
    assert first_sentence("One.") == "One."


ROWS = """<table><tr class="unit-head"><td>Fruit</td></tr><tr class="unit"><td>red apple</td></tr><tr class="unit"><td>pear</td></tr>
<tr class="unit-head"><td>Roots</td></tr><tr class="unit"><td>red beet</td></tr></table>"""


@pytest.mark.skipif(browser.binary() is None, reason="no Chromium on this machine")
def test_words_leave_the_rows_that_hold_all_of_them(tmp_path):
    (tmp_path / "page.html").write_text(html_page(Heading("T", "C.", "s", ""), "", FILTER + ROWS), encoding="utf-8")
    with browser.Page(tmp_path / "profile") as page:
        page.open(tmp_path / "page.html")
        typed = "box = document.querySelector('input'); box.value = {!r}; box.oninput(); "
        shown = "[...document.querySelectorAll('tr:not([hidden])')].map(row => row.innerText.trim())"
        assert page.ask("document.querySelector('.filter').hidden") is False
        assert page.ask(typed.format("RED") + shown) == ["Fruit", "red apple", "Roots", "red beet"]
        assert page.ask("document.querySelector('output').value") == "2 of 3"
        assert page.ask(typed.format("red fruit") + shown) == ["Fruit", "red apple"]
        assert page.ask(typed.format("grape") + shown) == []
        assert len(page.ask(typed.format("") + shown)) == 5
        assert page.problems == []
        assert page.requests <= {"file"}


def test_a_changed_style_draws_its_items_anew():
    styles = {path.name for path in drawn_by("tmm2020_claims") if path.suffix in (".css", ".js")}
    assert styles == {"claims.css", "web_page.css", "web_page.js"}
    assert not [path for path in drawn_by("cvpr2019_figure1") if path.suffix == ".css"]
