import matplotlib as mpl
import pandas as pd
import pytest
from matplotlib.figure import Figure

from vcop.paper.figures import learning_curves
from vcop.sampling import tasks

mpl.use("Agg")


def history(path, epochs, rise):
    path.parent.mkdir(parents=True)
    rows = [f"{e},2.5,{rise * e},1.5,{rise * e / 2},0.1" for e in range(1, epochs + 1)]
    path.write_text("\n".join(["epoch,loss,accuracy,validation_loss,validation_accuracy,learning_rate", *rows]))
    return path


@pytest.fixture
def table(tmp_path):
    files = [history(tmp_path / f"pretrain/r3d/16-8-3/seed-{s}/history.csv", 4, 0.1 * (s + 1)) for s in (0, 1)]
    files.append(history(tmp_path / "pretrain/c3d/16-8-3/seed-0/history.csv", 3, 0.1))
    return learning_curves.read_curves("item", files, [("r3d", "16-8-3")])


def test_histories_are_read_in_percent_and_by_seed(table):
    assert list(table) == ["network", "task", "seed", "epoch", "accuracy", "validation_accuracy"]
    assert set(table["network"]) == {"r3d"}
    curve = learning_curves.run_curve(table, "r3d", "16-8-3")
    assert curve.to_dict("list") == {0: [5.0, 10.0, 15.0, 20.0], 1: [10.0, 20.0, 30.0, 40.0]}
    assert learning_curves.run_curve(table, "r3d", "16-8-3", learning_curves.TRAINING)[1].tolist() == [20.0, 40.0, 60.0, 80.0]


def test_the_mean_is_drawn_over_its_seeds_or_their_band(table):
    curve = learning_curves.run_curve(table, "r3d", "16-8-3")
    thin, band = Figure().subplots(1, 2)
    assert (
        learning_curves.draw_curve(thin, curve, color="k")
        == learning_curves.draw_curve(band, curve, color="k", band=True)
        == 30.0
    )
    assert [list(line.get_ydata()) for line in thin.lines][-1] == [7.5, 15.0, 22.5, 30.0]
    assert len(thin.lines) == 3
    assert (len(band.lines), len(band.collections)) == (1, 1)
    assert thin.lines[-1].get_linewidth() > thin.lines[0].get_linewidth()


def test_hundreds_of_epochs_are_smoothed():
    long, short = (pd.DataFrame({"network": "r3d", "task": "16-8-3", "epoch": range(1, n + 1)}) for n in (300, 34))
    assert (learning_curves.smoothing_window(long), learning_curves.smoothing_window(short)) == (10, 1)
    ax = Figure().subplots()
    assert learning_curves.draw_curve(ax, pd.DataFrame({0: [0.0, 3.0, 6.0, 9.0]}), window=3, color="k") == 7.5
    assert list(ax.lines[0].get_ydata()) == [1.5, 3.0, 6.0, 7.5]


def test_chance():
    assert [round(tasks.chance_accuracy(task), 1) for task in ("16-8-3", "16-16-4-scratch", "16-8-5")] == [16.7, 4.2, 0.8]


def test_epochs_of_the_weights_before_a_run():
    """tl = 5 starts from 4, that from 3; hard videos from 3; a run that is missing is named."""
    epochs = {"16-8-3": 30, "16-8-4": 10, "16-8-5": 6}
    table = pd.DataFrame({"network": "c3d", "task": list(epochs), "epoch": list(epochs.values())})
    before = [learning_curves.epochs_before(table, "c3d", t) for t in (*epochs, "16-8-3-hard", "16-8-4-scratch")]
    assert before == [0, 30, 40, 30, 0]
    with pytest.raises(ValueError, match="no history of R3D, 16-8-3 among the files given, from which 16-8-4 starts"):
        learning_curves.epochs_before(table, "r3d", "16-8-4")
