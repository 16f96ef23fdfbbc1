"""The report of a finished study, as a reader's browser shows it without a network."""

import json
import zipfile
from pathlib import Path

import pytest
from support import browser

CATEGORIES = {"cvpr2019": "CVPR 2019", "tmm2020": "TMM 2020", "papers": "Papers"}
ROWS = "[...document.querySelectorAll('tbody tr')]"
SHOWN = """document.querySelector('iframe, img:not([src^="data:"])')"""
FIRST_CELLS = f"{ROWS}.map(row => row.cells[0].innerText)"
TOGGLES = (
    "[...document.querySelectorAll('fieldset')].map(f => [f.innerText, ...[...f.querySelectorAll('input')].map(i => i.value)])"
)

pytestmark = pytest.mark.skipif(browser.binary() is None, reason="no Chromium on this machine")


@pytest.fixture(scope="module")
def report(finished, tmp_path_factory):
    """The unpacked report.html."""
    finished.snakemake("--report", "report.zip")
    folder = tmp_path_factory.mktemp("report")
    with zipfile.ZipFile(finished.folder / "report.zip") as archive:
        archive.extractall(folder)
    (page,) = folder.glob("*/report.html")
    return page


@pytest.fixture(scope="module")
def chromium(tmp_path_factory):
    with browser.Page(tmp_path_factory.mktemp("profile")) as page:
        yield page


@pytest.fixture
def front(report, chromium):
    """The front page; whatever is done from there, no script fails and nothing is asked of the network."""
    chromium.events.clear()
    chromium.open(report)
    yield chromium
    assert chromium.problems == []
    assert chromium.requests <= {"file", "data", "blob", "chrome-extension"}  # the last shows PDFs


def click(page, words):
    """What is called so in the menu."""
    link = f"[...document.querySelectorAll('a')].find(a => a.innerText.trim() === {json.dumps(words)})"
    page.wait(f"!!{link}")
    page.ask(f"{link}.click()")


def made(finished):
    """What `all` made: the papers' folders."""
    return [paper for paper in CATEGORIES if (finished.folder / "results" / paper).is_dir()]


def items(paper, finished):
    """The items of a paper, as the report calls them: table1, claims."""
    pages = (finished.folder / "results" / paper).glob("*.*")
    return sorted({path.stem for path in pages if path.suffix in (".html", ".png")})


def name_of(label):
    """Table 1: clip order prediction."""
    return "".join(label.split(":")[0].split()).lower()


def test_the_front_page_says_which_study_it_is(front):
    said = front.ask("document.body.innerText")
    assert "a test's study (tiny synthetic videos)" in said
    assert "Video clip order prediction" in said


@pytest.mark.parametrize(("words", "page"), [("What the papers claim", "claims.html"), ("Every number", "numbers.html")])
def test_the_front_page_opens_what_is_read_first(front, words, page):
    front.ask(f"[...document.querySelectorAll('a')].find(a => a.innerText.startsWith({json.dumps(words)})).click()")
    assert front.wait("document.querySelector('iframe')?.src").endswith(page)


def test_categories_are_the_papers(front, finished):
    assert sorted(front.ask("Object.keys(categories)")) == sorted(CATEGORIES[paper] for paper in made(finished))


def test_every_item_is_there_for_reading(front, report, finished):
    for paper in made(finished):
        front.open(report)
        click(front, CATEGORIES[paper])
        front.wait(f"{ROWS}.length")
        labels = front.ask(FIRST_CELLS)
        assert sorted(map(name_of, labels)) == items(paper, finished)
        assert front.ask(TOGGLES) == [["FOR\nreading\nreuse", "reading", "reuse"]]
        src = ""
        for place in range(len(labels)):
            front.ask(f"{ROWS}[{place}].querySelector('a').click()")
            src = front.wait(f"(src => src !== {json.dumps(src)} && src)({SHOWN}?.src)")
            assert Path(src.removeprefix("file://")).is_file()
            front.wait(f"{SHOWN}.tagName === 'IFRAME' || {SHOWN}.naturalWidth > 100")


def test_the_toggle_gives_files_for_reuse(front, report, finished):
    for paper in made(finished):
        front.open(report)
        click(front, CATEGORIES[paper])
        front.wait("!!document.querySelector('fieldset')")
        front.ask("document.querySelector('input[value=reuse]').click()")
        front.wait("document.querySelector('input[value=reuse]').checked")
        labels = front.ask(FIRST_CELLS)
        assert sorted(map(name_of, labels)) == items(paper, finished)
        for place, label in enumerate(labels):
            button = f"{ROWS}[{place}].querySelector('a')"
            if label.startswith("Figure"):
                front.ask(f"{button}.click()")
                front.wait("!!document.querySelector('iframe')?.src.endsWith('.pdf')")
            else:
                link = front.ask(f"{button}.getAttribute('href')")
                assert link.endswith(".csv")
                assert (report.parent / link).is_file()


def test_an_items_caption_is_told(front):
    click(front, "CVPR 2019")
    front.wait(f"{ROWS}.length")
    front.ask(f"{ROWS}.find(row => row.innerText.startsWith('Table')).querySelectorAll('a')[1].click()")
    front.wait("document.body.innerText.includes('Order accuracy of the three networks')")


@pytest.mark.parametrize("chart", ["runtimes", "timeline"])
def test_run_times_are_drawn(front, chart):
    click(front, "Statistics")
    front.wait(f"!!document.querySelector('#{chart} :is(canvas, svg.marks)')")


def test_the_workflow_is_drawn(front):
    click(front, "Workflow")
    front.wait("document.querySelectorAll('svg, canvas').length > 1")
