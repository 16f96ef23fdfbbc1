import pytest

from vcop.publishing.measured_results import read_results


def write(path, header, *rows):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join([header, *rows]) + "\n")


@pytest.fixture
def results(tmp_path):
    """Results of three seeds' pretraining, its retrieval and its fine-tuning, and of other weights."""
    root = tmp_path / "results"
    rows = [f"A/v_A_g{g:02d}_c01.avi,0,0,0,{int(g > 2)},0.5" for g in range(1, 9)]
    write(root / "order/r3d/16-8-3/seed-0.csv", "video,tuple,order,predicted,right,probability", *rows)
    write(root / "order/r3d/16-8-3/seed-1.csv", "video,tuple,order,predicted,right,probability", rows[0])
    ranks = [f"{level},A/v_A_g{g:02d}_c01.avi,{g}" for level in ("clip", "video") for g in range(1, 9)]
    write(root / "retrieval/hmdb51/r3d/16-8-3/conv5-seed-0.csv", "level,video,rank", *ranks)
    write(
        root / "recognition/ucf101-2/r3d/16-8-3/from-conv1/seed-0.csv",
        "video,right",
        "A/v_A_g01_c01.avi,1",
        "B/v_B_g02_c01.avi,0",
    )
    write(root / "recognition/ucf101-1/r3d/random/from-conv1/seed-0.csv", "video,right", "A/v_A_g01_c01.avi,1")
    for run in ("pretrain/r3d/16-8-3/seed-0", "finetune/ucf101-2/r3d/16-8-3/from-conv1/seed-0", "pretrain/c3d/16-8-3/seed-0"):
        (root / run).mkdir(parents=True)
    return root


def test_a_pretraining_has_what_was_measured_of_its_own_weights(results):
    study = read_results(results / "pretrain/r3d/16-8-3/seed-0")
    numbers = {(r.measure, r.dataset): round(r.measured.value, 1) for r in study.results}
    assert numbers == {
        ("accuracy of predicted orders", "ucf101"): 75.0,
        ("retrieval of clips, top 1", "hmdb51"): 12.5,
        ("retrieval of clips, top 5", "hmdb51"): 62.5,
        ("retrieval of videos, top 1", "hmdb51"): 12.5,
        ("retrieval of videos, top 5", "hmdb51"): 62.5,
        ("recognition of actions after fine-tuning, split 2", "ucf101"): 50.0,
    }
    order = study.results[0].measured
    assert order.n == 8
    assert order.low < 75 < order.high
    assert not study.synthetic


def test_a_fine_tuning_has_its_recognition(results):
    write(results / "synthetic/ucf101.csv", "video")
    study = read_results(results / "finetune/ucf101-2/r3d/16-8-3/from-conv1/seed-0")
    assert [(r.measure, r.dataset, r.measured.value) for r in study.results] == [
        ("recognition of actions, split 2", "ucf101", 50.0)
    ]
    assert study.synthetic


def test_without_results_there_are_none(results, tmp_path):
    assert read_results(results / "pretrain/c3d/16-8-3/seed-0").results == ()
    assert read_results(tmp_path).results == ()


def test_a_damaged_result_is_named(results):
    path = results / "order/r3d/16-8-3/seed-0.csv"
    for text in ("", "video,probability\nA,1\n"):
        path.write_text(text)
        with pytest.raises(ValueError, match=r"order/r3d/16-8-3/seed-0\.csv: not the results of a test"):
            read_results(results / "pretrain/r3d/16-8-3/seed-0")


def test_the_data_set_of_a_study_of_ones_own_videos_is_named(results):
    (results.parent / "config.yaml").write_text("study: s\ndata: {gestures: {videos: clips}}\n")
    study = read_results(results / "pretrain/r3d/16-8-3/seed-0")
    assert study.pretrained_on == "gestures"
    assert study.results[0].dataset == "gestures"
