import pytest
from support.helpers import SMALL

from vcop.config.data_options import QuizOptions, SynthesiseOptions
from vcop.datasets.splits import TEST, TRAIN, UNUSED, read_splits
from vcop.preparation.synthetic.generator import CLASSES, action_videos, list_files, make_video, synthesise

UCF101_SIZE = SynthesiseOptions(groups=25, videos_per_group=3)


@pytest.mark.parametrize("dataset", ["ucf101", "hmdb51"])
def test_lists_are_read_by_the_code_of_the_real_ones(dataset, tmp_path):
    made = action_videos(dataset, UCF101_SIZE)
    for name, text in list_files(dataset, made, 25).items():
        (tmp_path / name).write_bytes(text.encode())
    found = read_splits(dataset, tmp_path)
    assert len(found.labels) == len(made) == len(CLASSES[dataset]) * 75
    for split in (1, 2, 3):
        groups = {TRAIN: set(), TEST: set(), UNUSED: set()}
        for item in made:
            groups[found.roles[item.name][split - 1]].add((item.motion, item.group))
        assert not groups[TRAIN] & groups[TEST]
        assert len(groups[TEST]) == len(CLASSES[dataset]) * 7
        assert bool(groups[UNUSED]) == (dataset == "hmdb51")


def test_names_of_the_real_layouts():
    assert action_videos("ucf101", UCF101_SIZE)[0].name == "Bounce/v_Bounce_g01_c01.avi"
    assert action_videos("hmdb51", UCF101_SIZE)[0].name.startswith("fall/")


def test_lengths_differ_some_too_short():
    counts = [item.frames for item in action_videos("ucf101", UCF101_SIZE)]
    assert counts.count(11) == 1  # shorter than a clip
    assert 5 < sum(16 <= c < 64 for c in counts) < 60  # too short for 16-8-3
    assert sum(c >= 112 for c in counts) > 200  # long enough for 16-8-5
    assert max(counts) == 150


def test_the_same_frames_every_time_and_others_with_another_seed(tmp_path):
    item = action_videos("ucf101", SMALL)[0]
    first, again = (make_video(item, tmp_path / str(i), SMALL) for i in range(2))
    other = make_video(item, tmp_path / "2", SynthesiseOptions(**{**vars(SMALL), "synthesis_seed": 1}))
    assert first == again != other
    assert (tmp_path / "0" / item.name).read_bytes() == (tmp_path / "1" / item.name).read_bytes()


def test_a_directory_is_marked_and_one_with_other_files_is_refused(tmp_path):
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "holiday.avi").touch()
    options, quiz = SynthesiseOptions(groups=8, videos_per_group=1, video_height=16, video_width=16), QuizOptions()
    with pytest.raises(ValueError, match="holds files that `synthesise` did not make"):
        synthesise("hmdb51", tmp_path / "other", tmp_path / "lists", tmp_path / "made.csv", options, quiz)
    plan = synthesise("hmdb51", tmp_path / "new", tmp_path / "lists", tmp_path / "made.csv", options, quiz)
    assert len(plan.videos) == 6 * 8
    assert (tmp_path / "new" / "made-by-vcop-synthesise.txt").read_text().startswith("hmdb51 --groups 8 ")
    rows = (tmp_path / "made.csv").read_text().splitlines()
    assert rows[0] == "video,motion,group,frames,digest"
    assert len(rows) == 1 + 48
    assert {path.name for path in (tmp_path / "lists").glob("*.txt")} == set(plan.lists)
