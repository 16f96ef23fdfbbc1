from dataclasses import replace

import pandas as pd
import pytest

from vcop.paper.heading import Heading
from vcop.paper.measurement.scores import Measured
from vcop.paper.pages import tables

HEADING = Heading("Table 0", "A caption.", "a <small> study", "16-8-3")


def test_every_number_of_the_csv_stands_in_all_renderings(tmp_path):
    table = tables.measured_table("cvpr2019_table1", lambda cell: Measured(12.345, 10.0, 15.0, 77))
    tables.write_table(table, HEADING, tmp_path / "t")
    found = pd.read_csv(tmp_path / "t.csv")
    assert found["measured"].tolist() == [12.345, 12.345, 12.345]
    for kind in ("md", "html", "tex"):
        text = (tmp_path / f"t.{kind}").read_text()
        for number in ("68.5", "68.4", "64.2", "12.3", "10.0", "15.0", "77"):
            assert number in text
    assert "<small> study" not in (tmp_path / "t.html").read_text()


def test_another_network_begins_below_a_line(tmp_path):
    tables.write_table(tables.measured_table("cvpr2019_table4", lambda cell: Measured(1, 0, 2, 9)), HEADING, tmp_path / "t")
    assert (tmp_path / "t.html").read_text().count("group") == 1 + 4  # the style; three networks, and a row quoted below them
    blocks = (tmp_path / "t.tex").read_text().split("\\midrule\n")
    assert [block.split(" ")[0] for block in blocks[1:]] == ["Shuffle\\&Learn", "C3D", "R3D", "R(2+1)D", "Kinetics"]


def test_the_heading_says_whose_numbers_these_are():
    assert HEADING.measured_on.startswith("Measured on: a <small> study; pretext task 16-8-3.")


def test_the_heading_confesses():
    assert HEADING.measured_on.endswith("networks.")
    assert replace(HEADING, note="half batches").measured_on.endswith("networks. Half batches.")
    assert "pretext" not in replace(HEADING, task="").measured_on


def test_training_videos_are_printed_where_they_are_counted(tmp_path):
    counted = Measured(12.345, 10.0, 15.0, 77, 460)
    tables.write_table(tables.measured_table("tmm2020_table1", lambda cell: counted), HEADING, tmp_path / "t")
    assert set(pd.read_csv(tmp_path / "t.csv")["training_videos"]) == {460}
    assert "(n 77, trained on 460; one run)" in (tmp_path / "t.html").read_text()
    assert "trained on so many" in (tmp_path / "t.md").read_text()


def test_a_missing_number_is_an_error_and_a_quoted_row_is_not():
    with pytest.raises(ValueError, match=r"cvpr2019_table2: no result for C3D \(random\), Top1"):
        tables.measured_table("cvpr2019_table2", lambda cell: None)
