from vcop.paper.dependencies import drawn_by
from vcop.paper.heading import Heading
from vcop.paper.pages.web_page import STYLE, html_page, prose_html


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


def test_a_changed_style_draws_its_items_anew():
    styles = {path.name for path in drawn_by("tmm2020_claims") if path.suffix == ".css"}
    assert styles == {"claims.css", "web_page.css"}
    assert not [path for path in drawn_by("cvpr2019_figure1") if path.suffix == ".css"]
