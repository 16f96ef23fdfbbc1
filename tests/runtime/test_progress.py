from vcop.runtime.progress import Progress


def test_a_log_gets_plain_lines_now_and_then(capsys):
    with Progress("train", 10, "step", done=4, every=0.0) as progress:
        progress.advance(loss="0.5")
    line = capsys.readouterr().err
    assert line.startswith("train: 5/10 steps, ")
    assert line.endswith("min left, loss 0.5\n")
    with Progress("train", 10, "step") as progress:
        progress.advance(10)
    assert capsys.readouterr().err == ""
