"""The GPU benchmark in small on the CPU: all parts, its two files, and comparisons that fail where something was made wrong."""

import json
import subprocess
import sys
import time
from importlib import import_module

import numpy as np
import pytest
import torch
from benchmarks.gpu import batchnorm, equality, learning, loading, report, retrieval
from benchmarks.gpu.__main__ import PARTS, OutOfTime, main, stopped_after
from support.helpers import ROOT

from vcop.config.names import PAPER_NETWORKS
from vcop.config.reader import read_study
from vcop.planning.rates import RATES_FORMAT, read_rates
from vcop.training.run_state import RunState

TINY = ["--device", "cpu", "--tiny"]
# Packages that a bare GPU machine lacks.
LACKING = ("snakemake", "simplejpeg", "imageio_ffmpeg", "ffmpeg", "torchvision", "jsonschema")


def found_by(tmp_path, *words):
    code = main([*TINY, "--out", str(tmp_path), *words])
    return code, json.loads((tmp_path / "gpu.json").read_text()), (tmp_path / "gpu.md").read_text()


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    return found_by(tmp_path_factory.mktemp("gpu"))


def test_the_whole_command_runs_and_all_is_equal(whole):
    code, data, page = whole
    assert code == 0, [row for row in data["rows"] if row["equal"] is False]
    assert data["finished"]
    assert data["cut"] == []
    assert {row["part"] for row in data["rows"]} == set(PARTS)
    assert not [row for row in data["rows"] if "failed" in row["result"]]
    compared = {row["part"] for row in data["rows"] if row["equal"]}
    assert compared == {"layers", "equality", "batchnorm", "retrieval", "speed"}
    assert page.startswith("*no GPU: the CPU, driver none; ")
    assert "`python -m benchmarks.gpu --device cpu --tiny" in page
    assert "| part | what | result | seconds | code |" in page


def test_the_json_has_what_programs_read(whole):
    _, data, _ = whole
    assert data["format"] == RATES_FORMAT
    assert data["tiny"] is True
    for row in data["rows"]:
        assert set(row) == {"part", "what", "result", "seconds", "code", "equal"}
        assert row["equal"] in {True, False, None}
        assert row["seconds"] >= 0
    for network in PAPER_NETWORKS:
        modes = data["rates"][network]
        assert {"fp32", "tf32", "bf16", "fp32 joint", "tf32 joint", "bf16 joint"} <= set(modes)
        assert all(speed["tflops"] > 0 and speed["tuples_per_second"] > 0 for speed in modes.values())
        assert len(data["parts"]["equality"][network]["gradients"]) == equality.FEW
    curve = data["parts"]["learning"]["curve"]
    assert [set(point) for point in curve] == [{"tuples", "seconds", "loss", "accuracy"}] * 3
    assert [point["tuples"] for point in curve] == [8, 16, 24]


def test_each_number_names_a_function_that_exists(whole):
    for row in whole[1]["rows"]:
        module, *names = row["code"].rsplit(".", 2 if ".Bench." in row["code"] else 1)
        found = import_module(module)
        for name in names:
            found = getattr(found, name)
        assert callable(found), row["code"]


def test_a_small_run_gives_no_rates_to_plan_with(whole, tmp_path):
    (tmp_path / "gpu.json").write_text(json.dumps(whole[1]))
    with pytest.raises(ValueError, match="was made with --tiny"):
        read_rates(tmp_path / "gpu.json", read_study({"study": "s", "data": {"ucf101": {"videos": "v", "lists": "lists"}}}))


def test_a_wrong_gradient_and_a_wrong_state_are_found(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(equality, "PAPER_NETWORKS", ("r3d",))

    def wrong(bench, network):
        trainer = bench.trainer(network, "fp32")
        trainer.model.backbone.conv1[0].weight.register_hook(lambda gradient: gradient / 2)
        return trainer

    monkeypatch.setattr(equality, "candidate", wrong)

    def forgetful(state, resume=RunState.resume):
        resume(state)
        for momenta in state.optimiser.state.values():
            momenta["momentum_buffer"].mul_(0.5)

    monkeypatch.setattr(RunState, "resume", forgetful)
    code, data, page = found_by(tmp_path, "--parts", "equality")
    assert code == 1
    assert [row["equal"] for row in data["rows"]] == [False, False]
    assert page.count("**NOT EQUAL**") == 2
    assert "**2 of the comparisons failed.**" in page
    assert "2 comparisons failed" in capsys.readouterr().out


def test_a_part_that_compares_and_ends_with_an_error_fails_the_run(tmp_path, monkeypatch):
    def broken(context):
        raise RuntimeError("no kernel image\nand more")

    monkeypatch.setattr(retrieval, "run", broken)
    monkeypatch.setattr(learning, "run", broken)
    code, data, _ = found_by(tmp_path, "--parts", "retrieval", "learning")
    assert [(row["equal"], row["result"]) for row in data["rows"]] == [
        (False, "failed: RuntimeError: no kernel image"),
        (None, "failed: RuntimeError: no kernel image"),
    ]
    assert code == 1
    monkeypatch.setattr(retrieval, "run", lambda context: None)
    assert found_by(tmp_path, "--parts", "retrieval", "learning")[0] == 0


def test_an_error_of_one_network_does_not_take_the_others_along(tmp_path, monkeypatch):
    def features(context, network, right=retrieval.features):
        if network == "c3d":
            raise RuntimeError("unable to find an engine")
        right(context, network)

    monkeypatch.setattr(retrieval, "features", features)
    code, data, _ = found_by(tmp_path, "--parts", "retrieval")
    assert (code, [row["equal"] for row in data["rows"]]) == (1, [False, True, True, True, True])
    assert data["rows"][0]["result"] == "failed: RuntimeError: unable to find an engine"


def test_parts_fit_into_the_time_of_the_whole_command():
    assert sum(part.seconds for part in PARTS.values()) <= 9 * 60


def test_a_run_without_time_keeps_what_it_has(tmp_path, monkeypatch):
    def endless(context):
        context.report.row("retrieval", "first", "1", 0, endless)
        time.sleep(60)

    monkeypatch.setattr(retrieval, "run", endless)
    monkeypatch.setattr("benchmarks.gpu.__main__.TINY_SECONDS", 3.2)
    monkeypatch.setattr("benchmarks.gpu.__main__.GRACE", 0.1)
    code, data, page = found_by(tmp_path, "--parts", "retrieval")
    assert code == 1, "what should have been compared was not"
    assert data["cut"] == [{"part": "retrieval", "what": "stopped"}]
    assert "All parts have run. **Not complete**: retrieval: stopped. No comparison failed." in page
    assert [row["what"] for row in data["rows"]] == ["first", "the whole part"]
    assert data["rows"][1]["result"].startswith("stopped after 0 s")
    code, data, _ = found_by(tmp_path, "--parts", "speed", "--minutes", "0.1")
    assert data["rows"][0]["result"] == "skipped: no time was left"
    assert (code, data["cut"]) == (0, [{"part": "speed", "what": "skipped"}]), "slow is no failure"


def test_a_block_is_stopped_and_other_timers_go_on():
    with pytest.raises(OutOfTime), stopped_after(0.05):
        time.sleep(5)
    with stopped_after(60):
        pass


def test_libraries_that_are_missing_are_named(tmp_path, monkeypatch):
    monkeypatch.setattr(loading, "find_spec", lambda module: None)
    code, data, _ = found_by(tmp_path, "--parts", "loading")
    results = {row["what"]: row["result"] for row in data["rows"]}
    assert code == 0
    assert results["JPEG store"] == "skipped: simplejpeg is not installed"
    assert results["JPEG store, decoded by torchvision"] == "skipped: torchvision is not installed"
    assert results["raw store, 1 worker"].endswith(" tuples/s")


def test_all_parts_are_imported_without_what_a_bare_machine_lacks():
    modules = ", ".join(f"benchmarks.gpu.{part.module}" for part in PARTS.values())
    program = f"""
import sys
sys.modules.update(dict.fromkeys({LACKING!r}))
import torch, {modules}, benchmarks.gpu.machine
from benchmarks.gpu.context import Context
assert Context(torch.device("cpu"), None, None, tiny=False).study.network.multiplier == 1
"""
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a GPU")
def test_without_a_gpu_it_says_so_in_one_line(capsys, tmp_path):
    assert main(["--out", str(tmp_path)]) == 2
    assert capsys.readouterr().err == (
        "benchmarks.gpu: PyTorch sees no GPU here; --device cpu --tiny tests the command without one\n"
    )
    assert not list(tmp_path.iterdir())


def test_neighbours_that_are_not_the_nearest_are_found():
    similarity = np.array([[0.1, 0.9, 0.5, 0.9]])
    assert retrieval.neighbour_error(similarity, np.array([[1, 3, 2]])) == (0, 1)
    assert retrieval.neighbour_error(similarity, np.array([[3, 1, 2]])) == (0, 0)
    error, same = retrieval.neighbour_error(similarity, np.array([[1, 2, 3]]))
    assert (round(error, 6), same) == (0.4, 0)
    assert retrieval.neighbour_error(similarity, np.array([[1, 1, 2]])) == (float("inf"), 0)


def test_differences_are_relative():
    three, four = {"a": torch.tensor([3.0])}, {"a": torch.tensor([4.0])}
    assert equality.gradient_error(three, four) == 0.25
    assert equality.gradient_error({}, four) == float("inf")
    assert batchnorm.difference([three["a"]], [four["a"]]) == 0.25
    assert batchnorm.difference([torch.tensor([float("nan")])], [four["a"]]) == float("inf")


def test_a_long_curve_is_thinned_and_keeps_its_end():
    points = [{"n": float(n)} for n in range(50)]
    rows = report.curve_table(points, {"n": "n"}, longest=10).splitlines()[2:]
    assert [row.strip("| ") for row in rows] == [str(n) for n in range(4, 50, 5)]
