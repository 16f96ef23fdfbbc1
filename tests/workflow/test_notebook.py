"""docs/notebook.ipynb runs from top to bottom on a finished study."""

import nbformat
from nbclient import NotebookClient
from support.helpers import ROOT


def test_the_notebook_runs_on_a_finished_study(finished, monkeypatch):
    monkeypatch.setenv("VCOP_STUDY", str(finished.folder))
    notebook = nbformat.read(ROOT / "docs/notebook.ipynb", as_version=4)
    NotebookClient(notebook, timeout=600, kernel_name="python3").execute()
    printed = "".join(output.get("text", "") for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs)
    order = finished.folder / "results/order/r3d/16-8-3/seed-0.csv"
    correct = sum(int(line.split(",")[4]) for line in order.read_text().splitlines()[1:])
    assert f"order accuracy: {correct} of " in printed  # what the workflow's own table says
    assert "27,661,440 parameters" in printed
