"""Pages of pretrained weights: tables of texts, chance, and what is said of tasks at chance."""

from dataclasses import replace

import pytest

from vcop.paper.heading import Heading
from vcop.paper.measurement.scores import Measured
from vcop.paper.measurement.transfer import MEASURES, OWN, Number, Transfer
from vcop.paper.measurement.work import Work
from vcop.paper.pages.transfer import (
    HEADER,
    Table,
    audit_rows,
    audit_table,
    chance_of,
    chance_sentence,
    csv_rows,
    numbers_table,
    write_page,
)

GAIN = Measured(-3, -5, -1, 20)
SEEN = Number(Measured(40, 30, 50, 20, seeds=3, gain=GAIN), 10.0)
TASK = {OWN: Number(Measured(52, 45, 60, 20, seeds=3), 50.0), **dict.fromkeys(list(MEASURES)[1:], SEEN)}
FLOOR = {name: replace(number, measured=Measured(43, 33, 53, 20)) for name, number in TASK.items() if name != OWN}
TRANSFER = Transfer({("r3d", "random"): FLOOR, ("r3d", "arrow-16"): TASK}, {("r3d", "arrow-16"): Work(66, 30000)})


def test_a_row_for_each_setting_and_chance_below():
    table = numbers_table(TRANSFER, "Equal clips.")
    assert table.header == ["weights", "training", *MEASURES]
    random, task, chance = table.rows
    assert random[:4] == [["R3D, random"], ["–"], ["–"], ["**43.0**", "[33.0, 53.0]"]]
    assert task[:2] == [["R3D, arrow-16"], ["66 epochs", "30,000 clips"]]
    assert task[2:4] == [
        ["**52.0**", "[45.0, 60.0]", "? not apart from chance 50.0"],
        ["**40.0**", "[30.0, 50.0]", "-3.0 [-5.0, -1.0]"],
    ]
    assert chance == [["chance"], [""], [""], *[["10.0"]] * 6]


def test_tasks_at_chance_are_named():
    assert chance_sentence(TRANSFER) == (
        "0 of 1 pretrainings answer their own task better than chance, by its interval; not R3D, arrow-16 (52.0 %, chance 50.0)."
    )
    better, single = (
        Transfer({("r3d", "arrow-16"): TASK | {OWN: Number(Measured(52, 51, 60, 20, seeds=seeds), 50.0)}}, {})
        for seeds in (2, 1)
    )
    assert chance_sentence(better) == "All 1 pretrainings answer their own task better than chance, by its interval."
    assert "nothing is concluded" in chance_sentence(single)
    assert numbers_table(single, "One seed.").rows[0][2] == ["**52.0**", "[51.0, 60.0]", "one seed; chance 50.0"]


def test_the_audit_shows_changes():
    plain, still = Measured(70, 60, 80, 20), Measured(50, 40, 60, 20, gain=Measured(-20, -25, -15, 20))
    audits = {("s3d", "arrow-16"): {"plain": plain, "still": still}}
    assert audit_table(audits).rows == [[["s3d, arrow-16"], ["**70.0**", "[60.0, 80.0]"], ["-20.0 [-25.0, -15.0]"]]]
    assert audit_rows(audits)[1] == [
        "s3d",
        "arrow-16",
        "still",
        "50.00",
        "40.00",
        "60.00",
        20,
        1,
        "-20.00",
        "-25.00",
        "-15.00",
    ]


def test_the_csv_has_chance_and_work():
    rows = [dict(zip(HEADER, row, strict=True)) for row in csv_rows(TRANSFER)]
    assert [(row["weights"], row["measure"]) for row in rows] == [("random", m) for m in FLOOR] + [
        ("arrow-16", m) for m in TASK
    ]
    own = rows[len(FLOOR)]
    assert (own["measured"], own["chance"], own["against_chance"], own["gain"]) == ("52.00", "50.00", "not apart", "")
    assert (own["epochs"], own["clips"], own["seeds"], rows[-1]["gain_low"]) == ("66", "30000", 3, "-5.00")
    assert rows[0]["epochs"] == ""


def test_pages_hold_all_cells(tmp_path):
    table = Table("Numbers of <tasks>", ["a", "b"], [[["**1**", "x < y"], ["2"]]])
    write_page(Heading("T", "C", "S", ""), [table], "A summary.", {"a figure": "page.png"}, tmp_path / "page")
    assert "| **1** x < y | 2 |" in (tmp_path / "page.md").read_text()
    html = (tmp_path / "page.html").read_text()
    assert "<td><b>1</b><br><small>x &lt; y</small></td><td>2</td>" in html
    assert "Numbers of &lt;tasks&gt;" in html
    assert '<a href="page.png">a figure</a>' in html
    assert "A summary." in (tmp_path / "page.md").read_text()


def test_chance_of_classes_and_of_retrieval(compared_results):
    probes = sorted(compared_results.glob("probe/ucf101/r3d/random/*.csv"))
    assert chance_of("linear", probes) == 25.0
    assert chance_of("top 5", sorted(compared_results.glob("retrieval/ucf101/r3d/random/*.csv"))) == pytest.approx(30)
