from support.helpers import vcop

from vcop.datasets.video_list import ListedVideo, write_video_list


def test_the_page_the_table_and_the_log_say_the_same(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write_video_list(tmp_path / "list.csv", [ListedVideo(f"{i}.mp4", "", "test", f"{i}.mp4") for i in range(8)])
    (tmp_path / "checked.csv").write_text("video,findings\n0.mp4,\n")
    (tmp_path / "unreadable.csv").write_text("video,verdict,reason,got,expected\n")
    rows = "".join(f"{i}.mp4,0,1,1,{int(i < 6)},0.5\n" for i in range(8))
    (tmp_path / "order.csv").write_text(f"video,tuple,order,predicted,right,probability\n{rows}")
    words = ("--list", "list.csv", "--checked", "checked.csv", "--unreadable", "unreadable.csv", "--task", "8-4-3")
    assert vcop("summarise", "own", *words, "--order", "order.csv", "--out", "page.html", "--table", "table.csv") == 0
    said = capsys.readouterr().out
    assert "No two videos show the same recording." in said
    assert "order of clips: 75.0 [" in said
    assert "chance 16.7, above chance: yes" in said
    assert (tmp_path / "table.csv").read_text().splitlines()[1].startswith("order of clips,75.0,")
    assert "<h1>Summary of own</h1>" in (tmp_path / "page.html").read_text()
    assert vcop("summarise", "own", *words, "--order", "gone.csv", "--out", "page.html", "--table", "table.csv") == 1
