from support.helpers import vcop


def test_a_folder_that_is_no_study_is_one_line(tmp_path, capsys):
    assert vcop("plan", tmp_path) == 1
    assert capsys.readouterr().err == f"vcop plan: {tmp_path}: not a study: no config.yaml in it\n"
    (tmp_path / "config.yaml").write_text("study: s\ndata: {}\n")
    assert vcop("plan", tmp_path) == 1
    assert "config.yaml: data: " in capsys.readouterr().err


def test_numbers_of_gpus_that_cannot_be_are_one_line(tmp_path, capsys):
    assert vcop("plan", tmp_path, "--gpus", 2, 0) == 1
    assert capsys.readouterr().err == "vcop plan: --gpus: every number must be at least 1\n"


def test_a_rate_that_is_no_number_is_one_line(tmp_path, capsys):
    assert vcop("plan", tmp_path, "--rate", "fast") == 1
    assert capsys.readouterr().err == "vcop plan: --rate: 'fast' is not TFLOP/s, as in 400 or c3d=419\n"


def test_a_file_without_rates_is_one_line(tmp_path, capsys):
    (tmp_path / "config.yaml").write_text("study: s\ndata: {ucf101: {videos: v, lists: l}}\n")
    (tmp_path / "gpu.json").write_text("{}")
    assert vcop("plan", tmp_path, "--rates", tmp_path / "gpu.json") == 1
    said = f"vcop plan: {tmp_path}/gpu.json: is not a gpu.json that python -m benchmarks.gpu of this version has written\n"
    assert capsys.readouterr().err == said
