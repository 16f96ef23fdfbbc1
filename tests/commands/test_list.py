import csv

from support.helpers import vcop


def test_a_folder_is_listed_with_roles(tmp_path, capsys):
    for i in range(10):
        (tmp_path / f"videos/{i % 2}").mkdir(parents=True, exist_ok=True)
        (tmp_path / f"videos/{i % 2}/{i}.mp4").touch()
    words = ("list", tmp_path / "videos", "--labels", "folders", "--validation-videos", 1, "--out", tmp_path / "out.csv")
    assert vcop(*words) == 0
    said = capsys.readouterr().out
    assert said.endswith("out.csv: 10 videos in 10 groups, 2 labels: 7 training, 1 validation, 2 test\n")
    with open(tmp_path / "out.csv") as file:
        rows = list(csv.DictReader(file))
    assert rows[0]["path"] == "0/0.mp4"
    assert {row["label"] for row in rows} == {"0", "1"}
    first = (tmp_path / "out.csv").read_bytes()
    assert vcop(*words) == 0
    assert (tmp_path / "out.csv").read_bytes() == first


def test_an_empty_folder_is_refused(tmp_path, capsys):
    assert vcop("list", tmp_path, "--out", tmp_path / "out.csv") == 1
    assert "no video there" in capsys.readouterr().err
    assert not (tmp_path / "out.csv").exists()
