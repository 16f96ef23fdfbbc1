"""The list of all pages, of entries made by hand."""

from vcop.paper.heading import Heading
from vcop.paper.pages.index import Entry, Section, Training, index_html

HEADING = Heading("Results", "All pages.", "a <small> study", "")
CLAIMS = Entry("Claims", "Of 2 claims <1> holds.", "tmm2020/claims.html", ["tmm2020/claims.csv", "tmm2020/claims.md"])
FIGURE = Entry("Figure 5", "Retrieval.", "cvpr2019/figure 5.png", ["cvpr2019/figure 5.pdf"])
SECTIONS = [
    Section("Read first", [CLAIMS], first=True),
    Section("CVPR 2019", [FIGURE], ["Table 1", "Table <2>"], "cvpr2019"),
    Section("TMM 2020", [], ["Table I"], "tmm2020"),
]
RUNS = [
    Training("pretrain/r3d/16-8-3/seed-0", "done", "30", "61.0%", ["pretrain/r3d/16-8-3/seed-0/history.csv"]),
    Training("pretrain/c3d/16-8-3/seed-0", "interrupted", "3", ""),
]


def test_entries_stand_in_their_order_with_their_files():
    page = index_html(HEADING, SECTIONS, [])
    assert (
        page.index("Read first")
        < page.index("Of 2 claims &lt;1&gt; holds.")
        < page.index("CVPR 2019")
        < page.index("Retrieval.")
    )
    assert '<a href="tmm2020/claims.csv">csv</a> <a href="tmm2020/claims.md">md</a>' in page
    assert "2 pages and figures are drawn.</p>" in page


def test_a_picture_is_shown_small():
    page = index_html(HEADING, SECTIONS, [])
    assert '<a href="cvpr2019/figure%205.png">Figure 5<img src="cvpr2019/figure%205.png" alt="" loading="lazy"></a>' in page
    assert page.count("<img ") == 1


def test_what_is_not_drawn_is_named_where_the_rest_is():
    page = index_html(HEADING, SECTIONS, [])
    assert "Not drawn: Table 1, Table &lt;2&gt;. This draws it: <code>snakemake --cores all cvpr2019</code>" in page
    assert "TMM 2020" not in page


def test_trainings_are_counted_and_listed():
    page = index_html(HEADING, SECTIONS, RUNS)
    assert "1 of 2 trainings that began are done." in page
    assert "<summary>Trainings (2)</summary>" in page
    assert "<td>pretrain/c3d/16-8-3/seed-0</td><td>interrupted</td><td>3</td><td></td><td></td>" in page
    assert '<a href="pretrain/r3d/16-8-3/seed-0/history.csv">history.csv</a>' in page
