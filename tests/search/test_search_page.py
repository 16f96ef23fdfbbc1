import re

from support.own_videos import hand_made

from vcop.search.search_page import describe, outliers_page, search_page
from vcop.search.similar import Hit


def test_a_page_shows_everything_and_asks_no_network():
    hits = [Hit(3, "a/<b>&{CARDS}.avi", 1.0, 2.5, 0.98765), Hit(4, "c.avi", 0, 1, 0.5)]
    page = search_page(Hit(0, "q.avi", 0, 1, 1), hits, "e.npy: r3d", lambda path, *_: "data:x" if path.name == "c.avi" else "")
    assert page.count("<figure") == 3
    assert page.count('class="query"') == 1
    assert "a/&lt;b&gt;&amp;{CARDS}.avi" in page
    assert "1. cosine 0.9877</b> 1.00–2.50 s" in page
    assert page.count('src="data:x"') == 1
    assert page.count("no picture:") == 2
    assert not re.search(r"https?://|<link|{TITLE}|{SOURCE}", page)
    assert "prefers-color-scheme: dark" in page


def test_names_that_look_like_tags_or_parts_of_the_page_are_text():
    evil = '</title><script>alert("{CARDS}")</script>{SOURCE}.avi'
    page = search_page(Hit(0, evil, 0, 1, 1), [Hit(1, evil, 0, 1, 0.5)], f"{evil}{{TITLE}}", lambda *_: "data:x")
    assert page.count("<script>") == 1  # the page's own
    assert page.count("<figure") == 2
    assert "&lt;/title&gt;&lt;script&gt;alert(&quot;{CARDS}&quot;)&lt;/script&gt;{SOURCE}.avi" in page
    assert "{SOURCE}.avi{TITLE}</p>" in page


def test_a_page_of_outliers_says_what_is_nearest():
    pairs = [(Hit(3, "a.avi", 1, 2, 0.25), Hit(0, "<b>.avi", 0.5, 1, 0.25))]
    page = outliers_page(pairs, describe(hand_made([[1.0]], ["a"]), "e.npy"), lambda *_: "data:x")
    assert "1. cosine 0.2500 to the nearest other, &lt;b&gt;.avi at 0.50 s:</b> 1.00–2.00 s<br>a.avi" in page
    assert "e.npy: r3d, conv5, 1 rows, weights w" in page
