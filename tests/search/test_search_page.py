import re

from vcop.search.search_page import search_page
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
