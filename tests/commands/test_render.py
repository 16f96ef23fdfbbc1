"""Flags of ``vcop render``, and what reaches the item."""

import pytest
from support.hand_made import NETWORKS, draw, read, write_run
from support.helpers import vcop

from vcop.runtime.atomic_files import digest_path


@pytest.fixture
def orders(tmp_path):
    for network in NETWORKS:
        write_run(tmp_path, network, "16-8-3", 0, [f"class/{i}.avi" for i in range(20)])
    return tmp_path


def test_an_item_and_its_files_are_written_beside_the_main_one(orders, tmp_path):
    assert draw("cvpr2019_table1", orders, tmp_path / "out/table1.html", "nothing", "--note", "half a batch") == 0
    assert {path.name for path in (tmp_path / "out").iterdir()} == {f"table1.{kind}" for kind in ("csv", "md", "html", "tex")}
    assert [float(row["measured"]) for row in read(tmp_path / "out/table1.csv")] == [100, 50, 0]
    text = (tmp_path / "out/table1.md").read_text()
    assert "# Table 1 (CVPR 2019). Clip order prediction results on UCF101" in text
    assert (
        "Measured on: a <hand-made> study; pretext task 16-8-3. Published: the papers' data and networks. Half a batch."
        in text
    )


def test_an_unknown_item_is_refused_with_the_known_ones(tmp_path, capsys):
    with pytest.raises(SystemExit):
        vcop("render", "cvpr2019_table9", "--study", "s", "--task", "16-8-3", "--inputs", "x", "--out", tmp_path / "t")
    words = capsys.readouterr().err
    assert "invalid choice: 'cvpr2019_table9'" in words
    assert "tmm2020_figure9" in words


def test_an_input_that_is_not_as_it_was_written_is_named(orders, tmp_path, capsys):
    path = orders / "order/r3d/16-8-3/seed-0.csv"
    digest_path(path).write_text(f"{64 * '0'}  {path.name}\n")
    (tmp_path / "out").mkdir()
    assert draw("cvpr2019_table1", orders, tmp_path / "out/t") == 1
    assert f"{path}: changed since it was written" in capsys.readouterr().err
    assert not list((tmp_path / "out").iterdir())
