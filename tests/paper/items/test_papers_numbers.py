"""Both papers side by side with hand-made results: every number as its item has it, and what it cost."""

import shutil

import pytest
from support.hand_made import check_refused, read
from support.papers_pages import HEADER, page, provenance

from vcop.paper.measurement import job_lineage
from vcop.paper.measurement.published import cells


@pytest.fixture(scope="module")
def once(papers_results, tmp_path_factory):
    """The page as drawn twice."""
    out = tmp_path_factory.mktemp("once")
    for name in ("t", "again"):
        assert page("papers_numbers", papers_results, out / name) == 0
    return out


def test_equal_results_give_equal_pages(once):
    for kind in ("csv", "md", "html"):
        assert (once / f"t.{kind}").read_bytes() == (once / f"again.{kind}").read_bytes()


def test_every_measured_number_of_every_item_is_there_as_its_item_has_it(papers_results, once):
    rows = read(once / "t.csv")
    for item in job_lineage.NUMBERS:
        theirs = [r for r in read(papers_results / f"{item.replace('_', '/', 1)}.csv") if r["measured"]]
        ours = [r for r in rows if r["item"] == item]
        for key in HEADER.split(","):
            assert [r[key] for r in ours] == [r[key] for r in theirs]
    assert len(rows) == sum(bool(c.network) for item in job_lineage.NUMBERS for c in cells(item))


def test_a_difference_is_ours_minus_the_papers_and_wider_than_our_interval(once):
    rows = read(once / "t.csv")
    for row in rows:
        names = ("difference", "difference_low", "difference_high")
        if not row["published"]:
            assert {row[name] for name in names} == {""}
            continue
        value, low, high = (float(row[name]) for name in names)
        ours = [float(row[key]) - float(row["published"]) for key in ("measured", "low", "high")]
        assert value == pytest.approx(ours[0], abs=1e-6)
        assert low < ours[1]
        assert high > ours[2]
    assert {r["item"] for r in rows if not r["published"]} == {
        "cvpr2019_figure5", "tmm2020_figure6", "tmm2020_figure7", "tmm2020_table5", "tmm2020_table6"
    }  # fmt: skip


def test_the_page_shows_every_number_and_says_whose_it_is(once):
    html, text = ((once / f"t.{kind}").read_text() for kind in ("html", "md"))
    assert "a &lt;hand-made&gt; study" in html
    for item in job_lineage.NUMBERS:
        assert html.count(f'id="{item}"') == text.count(f'id="{item}"') == 1
        assert f'href="#{item}"' in html
    printed = 0
    for row in read(once / "t.csv"):
        assert f"<b>{float(row['measured']):.1f}</b>" in html
        if row["published"]:
            value, low, high = (float(row[k]) for k in ("difference", "difference_low", "difference_high"))
            printed += 1
            assert f"| {value:+z.1f} [{low:+z.1f}, {high:+z.1f}]" in text, "of one seed, so that it has no sign"
    for page_of in (html, text):
        assert f"0 lie above it, and 0 below. {printed} are of one seed" in page_of


@pytest.mark.parametrize(
    ("item", "row", "column", "spent"),
    [
        ("cvpr2019_table1", "C3D", "Accuracy", 1),
        ("cvpr2019_table2", "C3D (random)", "Top1", 0),
        ("cvpr2019_table3", "C3D", "Top50", 1),
        ("cvpr2019_table4", "C3D", "UCF101", 1 + 32 + 64 + 128),
        ("cvpr2019_table4", "C3D (random)", "HMDB51", 3 * 256),
        ("tmm2020_table1", "C3D, tl = 5", "it = 8", 1 + 2 + 4),
        ("tmm2020_table1", "C3D, tl = 5", "it = 16", 3 * 8),
        ("tmm2020_table1", "R3D*, tl = 3", "it = 8", 2 * 16),
        ("tmm2020_table4", "C3D, layer 2", "Top5", 1),
        ("tmm2020_table5", "C3D (16-8-4), split 1", "UCF101", 1 + 2 + 32),
        ("tmm2020_table6", "C3D (supervised)", "All", 32 + 512),
        ("tmm2020_table6", "C3D (16-8-3)", "Motion", 1 + 512),
        ("tmm2020_table6", "Question only (ours)", "All", 512),
        ("tmm2020_table6", "Most frequent answer (ours)", "All", 0),
        ("tmm2020_figure7", "HMDB51 C3D (16-8-4)", "Top5", 1 + 2),
        ("tmm2020_figure10", "R3D (16-8-3), split 1", "conv4", 16 + 32),
    ],
)
def test_a_numbers_hours_are_those_of_all_trainings_behind_it(once, item, row, column, spent):
    (found,) = [r for r in read(once / "t.csv") if (r["item"], r["row"], r["column"]) == (item, row, column)]
    assert (float(found["gpu_hours"]), float(found["cpu_hours"])) == (spent, 0)
    assert found["commits"] == ("abc1234" if spent else "")


def test_seeds_gpus_commits_and_machines_without_a_gpu_are_told_apart(papers_results, tmp_path):
    root = shutil.copytree(papers_results, tmp_path / "study")
    csv = root / "cvpr2019/table1.csv"
    lines = csv.read_text().splitlines()
    csv.write_text("\n".join([f"{lines[0]},seeds,spread", *(f"{line},2,1.50" for line in lines[1:])]))
    provenance("pretrain/c3d/16-8-3", 1, root, commit="def5678", machine={"gpu": "A GPU", "gpus": 4})
    provenance("pretrain/r3d/16-8-3", 1, root, commit=None, machine={"gpu": None})
    assert page("papers_numbers", root, tmp_path / "t") == 0
    c3d, r3d, r21d = (r for r in read(tmp_path / "t.csv") if r["item"] == "cvpr2019_table1")
    keys = ("seeds", "commits", "gpu_hours", "cpu_hours")
    assert [c3d[k] for k in keys] == ["2", "abc1234 def5678", "5.0000", "0.0000"]
    assert [r3d[k] for k in keys] == ["2", "abc1234 unknown", "16.0000", "16.0000"]
    assert [r21d[k] for k in keys] == ["2", "abc1234", "16.0000", "0.0000"]
    for kind in ("html", "md"):
        assert "16 GPU + 16 CPU" in (tmp_path / f"t.{kind}").read_text()


@pytest.mark.parametrize(
    ("but", "said"),
    [
        ("tmm2020/table4", "papers_numbers: no CSV of tmm2020_table4 among the files given"),
        ("pretrain/r21d/16-16-4", "papers_numbers: no provenance of pretrain/r21d/16-16-4 among the"),
        ("r3d/16-8-3/from-conv3", "no provenance of finetune/ucf101-1/r3d/16-8-3/from-conv3 among"),
    ],
)
def test_what_is_missing_is_named_in_one_line(but, said, papers_results, tmp_path, capsys):
    check_refused(page("papers_numbers", papers_results, tmp_path / "t", but), said, tmp_path, capsys)


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("pretrain/c3d/16-8-3/seed-0/provenance.json", "{", "provenance.json does not say what its training took"),
        ("pretrain/c3d/16-8-3/seed-0/provenance.json", '{"commit": "a", "machine": {}}', "took ('training_seconds')"),
        ("cvpr2019/table1.csv", f"{HEADER}\nC3D,Accuracy,68.5,1,1,1,1", "its rows are not those of cvpr2019_table1: remove"),
    ],
)
def test_a_damaged_file_is_named_in_one_line(name, text, said, papers_results, tmp_path, capsys):
    root = shutil.copytree(papers_results, tmp_path / "study")
    (root / name).write_text(text)
    (tmp_path / "out").mkdir()
    check_refused(page("papers_numbers", root, tmp_path / "out/t"), said, tmp_path / "out", capsys)
