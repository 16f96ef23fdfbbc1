import re

from vcop.search.neighbour_page import neighbour_page
from vcop.search.neighbours import Neighbours


def test_each_picture_is_drawn_once_and_nothing_is_loaded():
    found = [Neighbours("a<b>.avi", ["c.avi", "{ROWS}.avi"], [0.9876, 0.5]), Neighbours("c.avi", ["a<b>.avi"], [0.9876])]
    drawn = []

    def draw(path, start, end):
        drawn.append((path.name, start, end))
        return f"data:{path.name[0]}"

    spans = {"a<b>.avi": (0.0, 2.0), "c.avi": (0.0, 1.0), "{ROWS}.avi": (0.0, 3.0)}
    page = neighbour_page(found, spans, "Near", "e.npy", draw=draw)
    assert drawn == [("a<b>.avi", 0.0, 2.0), ("c.avi", 0.0, 1.0), ("{ROWS}.avi", 0.0, 3.0)]
    assert page.count("<section>") == 2
    assert re.findall(r'data-picture="(\d)"', page) == ["0", "1", "2", "1", "0"]
    assert 'const pictures = ["data:a", "data:c", "data:{"];' in page
    assert "a&lt;b&gt;.avi" in page
    assert "1. cosine 0.988" in page
    assert not re.search(r"https?://|<link|{TITLE}|{SOURCE}|{PICTURES}", page)
