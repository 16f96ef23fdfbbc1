"""What is particular to single items of the second paper."""

from itertools import chain

from support.hand_made import ORDER, RUNS, check_texts, draw, read, write
from support.helpers import vcop

from vcop.paper import labels
from vcop.paper.figures import example_videos, retrieval_pictures, style


def test_training_videos_stand_beside_table_1(results, tmp_path):
    assert draw("tmm2020_table1", results, tmp_path / "t") == 0
    rows = {(r["row"], r["column"]): r for r in read(tmp_path / "t.csv")}
    hard, long = rows["R3D*, tl = 3", "it = 8"], rows["R3D, tl = 3, twice the epochs", "it = 16"]
    assert (hard["published"], hard["measured"], hard["n"], hard["training_videos"]) == ("70.1", "75.00", "20", "360")
    assert (long["published"], long["measured"], long["training_videos"]) == ("29.2", "50.00", "460")
    assert rows["R3D, tl = 3", "it = 16"]["published"] == "20.6"
    assert ("R3D*, tl = 3", "it = 16") not in rows
    for kind in ("md", "html"):
        text = (tmp_path / f"t.{kind}").read_text()
        assert "(n 20, trained on 360)" in text
        assert "Longer windows fit into fewer videos" in text
        assert "pretext task 16-8-3" not in text


def test_a_provenance_without_counts_is_named(results, tmp_path, capsys):
    write(tmp_path / "pretrain/r3d/16-8-5/seed-0/provenance.json", "{}", [])
    files = [*results.glob("order/*/*/seed-0.csv"), *results.glob("pretrain/*/*/seed-0/provenance.json")]
    files = [p for p in files if "pretrain/r3d/16-8-5/" not in p.as_posix()] + list(tmp_path.rglob("*.json"))
    words = ("--study", "s", "--task", "16-8-3", "--out", tmp_path / "t", "--inputs", *files)
    assert vcop("render", "tmm2020_table1", *words) == 1
    assert "pretrain/r3d/16-8-5/seed-0/provenance.json does not count its videos" in capsys.readouterr().err


def test_layer_5_is_table_2s_row(results, tmp_path):
    for n in (2, 4):
        assert draw(f"tmm2020_table{n}", results, tmp_path / str(n)) == 0
    numbers = [
        {
            (r["row"], r["column"]): [r[k] for k in ("published", "measured", "low", "high", "n")]
            for r in read(tmp_path / f"{n}.csv")
        }
        for n in (2, 4)
    ]
    for network in labels.NETWORK_LABELS.values():
        for column in ("Top1", "Top5", "Top10", "Top20", "Top50"):
            assert numbers[0][f"{network} (16-8-3)", column] == numbers[1][f"{network}, layer 5", column]


def test_split_1_stands_beside_means_of_three(results, tmp_path):
    """Random C3D recognises 1 of 4 in split 1 and 3 of 4 in the others; 16-8-4 3 of 4 in split 1."""
    assert draw("tmm2020_table5", results, tmp_path / "t") == 0
    rows = {(r["row"], r["column"]): r for r in read(tmp_path / "t.csv")}
    numbers = [[rows[f"C3D ({w})", "UCF101"][k] for k in ("measured", "n", "gain")] for w in ("random", "16-8-3")]
    assert numbers == [["58.33", "60", ""], ["33.33", "60", "-25.00"]]
    assert [rows["C3D (16-8-4), split 1", "HMDB51"][k] for k in ("measured", "n", "gain")] == ["75.00", "20", "50.00"]
    assert [rows["R3D (16-8-3)*, split 1", "UCF101"][k] for k in ("published", "measured", "gain")] == [
        "65.5",
        "75.00",
        "25.00",
    ]
    assert rows["C3D (VCP)", "UCF101"]["measured"] == ""


def test_every_epoch_of_every_run_is_in_the_csv(results, tmp_path):
    assert draw("tmm2020_figure4", results, tmp_path / "f") == 0
    rows = read(tmp_path / "f.csv")
    assert list(rows[0]) == ["network", "task", "seed", "epoch", "accuracy", "validation_accuracy"]
    assert len(rows) == 2 * (20 * 40 + 80)
    assert {(r["network"], r["task"]) for r in rows} == set(RUNS)
    last = [r for r in rows if (r["task"], r["seed"], r["epoch"]) == ("16-16-3-long", "1", "30")]
    assert [(r["accuracy"], r["validation_accuracy"]) for r in last] == [("60.0", "30.0")]


def test_every_class_is_in_the_csv(results, tmp_path):
    assert draw("tmm2020_figure5", results, tmp_path / "f") == 0
    rows = read(tmp_path / "f.csv")
    assert list(rows[0]) == ["class", "weights", "measured", "low", "high", "n"]
    assert len({r["class"] for r in rows}) == 10
    assert [r["weights"] for r in rows] == ["16-8-3", "16-8-3-hard"] * 10
    # One of two videos is right: Wilson's interval by hand.
    assert {tuple(r[k] for k in ("measured", "low", "high", "n")) for r in rows[::2]} == {("50.0", "9.45", "90.55", "2")}
    assert sorted(float(r["measured"]) for r in rows[1::2]) == [50.0] * 5 + [100.0] * 5


def test_a_hundred_and_one_classes_are_legible(tmp_path, drawn):
    """In the order of the accuracy before, below one another, then column by column."""
    names = [f"Handstand{'PushupsKayaking'[: i % 9]}{i:03d}" for i in range(101)]
    assert max(map(len, names)) == 20
    for task, worst in (("16-8-3", 0), ("16-8-3-hard", 40)):
        rows = [
            f"{name}/v_{k}.avi,0,0,{int(k < max(worst, i) / 101 * 37)},0.5" for i, name in enumerate(names) for k in range(37)
        ]
        write(tmp_path / f"order/r3d/{task}/seed-0.csv", ORDER, rows)
    assert draw("tmm2020_figure5", tmp_path, tmp_path / "f") == 0
    check_texts(drawn[0])
    columns = [[t.get_text() for t in ax.get_yticklabels()] for ax in drawn[0].axes]
    assert [len(c) for c in columns] == [34, 34, 33]
    assert [*dict.fromkeys(r["class"] for r in read(tmp_path / "f.csv"))] == list(chain(*columns))
    assert columns[0][:2] == sorted(names[-2:])  # both 37 of 37


def test_long_class_names_are_legible(results, tmp_path, drawn, monkeypatch):
    """The longest of UCF101's, as the papers' figures print them: in words, on several lines."""
    names = ["FieldHockeyPenalty", "RockClimbingIndoor", "VolleyballSpiking", "TrampolineJumping", "BandMarching"]
    classes = sorted(
        {
            example_videos.class_label(v)
            for v in example_videos.read_neighbours(results / "retrieval/ucf101/c3d/16-8-3/conv5-seed-0.csv")
        }
    )
    long = {name: names[i % len(names)] for i, name in enumerate(classes)}
    monkeypatch.setattr(
        retrieval_pictures,
        "label",
        lambda name, label=retrieval_pictures.picture_label, **how: label(long[example_videos.class_label(name)], **how),
    )
    monkeypatch.setitem(style.RC, "savefig.dpi", 60)
    assert retrieval_pictures.picture_label(f"{classes[0]}/v.avi") == "Field Hockey\nPenalty"
    assert draw("tmm2020_figure8", results, tmp_path / "f") == 0
    check_texts(drawn[0])
