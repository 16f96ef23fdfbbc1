import pytest

from vcop.datasets.official_counts import TASKS, class_counts
from vcop.sampling.seeding import generator, seed_of
from vcop.sampling.tasks import Task
from vcop.storage.frame_store import Video
from vcop.training.validation_split import split_validation, training_and_validation

VIDEOS = [Video(f"A/{i}.avi", 0, 0, 30 + i) for i in range(40)]


def names(videos):
    return {v.name for v in videos}


def test_training_and_validation_videos_share_none():
    training, validation = split_validation(VIDEOS, 8, 0, "here")
    assert len(validation) == 8
    assert names(training) | names(validation) == names(VIDEOS)
    assert not names(training) & names(validation)


def test_the_draw_depends_on_seed_and_names_alone():
    chosen = names(split_validation(VIDEOS, 8, 0, "here")[1])
    assert chosen == names(split_validation(VIDEOS[::-1], 8, 0, "here")[1])
    assert chosen != names(split_validation(VIDEOS, 8, 1, "here")[1])


def task_videos(videos):
    """The videos that each task can use."""
    tasks = {name: Task.parse(name) for name in TASKS} | {"16-8-3-hard": Task.parse("16-8-3-hard")}
    return {name: (task, [v for v in videos if v.count >= task.window]) for name, task in tasks.items()}


def official_videos():
    """The training list of UCF101's split 1 in its size, with lengths that give the published number of videos of each task."""
    listed = [f"{name}/{k}.avi" for name, row in class_counts("ucf101").items() for k in range(row["train1"])]
    usable = {Task.parse(name).window: counts[0][0] for name, counts in TASKS.items()}
    ranked = sorted(listed, key=lambda name: seed_of("length", name))
    lengths = [max([window for window, count in usable.items() if place < count], default=30) for place in range(len(ranked))]
    return [Video(name, 0, 0, length) for name, length in zip(ranked, lengths, strict=True)]


def short_videos():
    """A small study in which few videos are long enough for the longer tasks."""
    lengths = generator("lengths").integers(20, 150, 300).tolist()
    return [Video(f"B/{i}.avi", 0, 0, length) for i, length in enumerate(lengths)]


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(("videos", "asked"), [(official_videos, 800), (short_videos, 60), (short_videos, 800)])
def test_no_video_that_validates_a_task_trains_any_other_of_its_seed(videos, asked, seed):
    """So none trains an earlier step of a curriculum, either, whose weights the later step starts from."""
    listed = videos()
    split = {n: split_validation(v, asked, seed, "here", listed) for n, (_, v) in task_videos(listed).items()}
    training, validation = (set().union(*(names(parts[side]) for parts in split.values())) for side in (0, 1))
    assert not training & validation
    for name, (task, usable) in task_videos(listed).items():
        assert names(split[name][0]) | names(split[name][1]) == names(usable)
        if task.start in split:
            assert not names(split[name][1]) & names(split[task.start][0])
    aside = min(asked, len(listed) // 5)
    assert len(validation) <= aside
    share = len(split["16-8-3"][1]) / len(task_videos(listed)["16-8-3"][1])
    assert share == pytest.approx(aside / len(listed), rel=0.2)


def test_official_sizes():
    listed = official_videos()
    assert len(listed) == 9537
    for name, (_, usable) in task_videos(listed).items():
        assert len(usable) == TASKS[name.removesuffix("-hard")][0][0]


@pytest.mark.parametrize("side", [0, 1])
def test_a_list_that_leaves_nothing_is_one_line(side):
    """Of the five videos that can be used, all or none are among those set aside."""
    wanted = split_validation(VIDEOS, 8, 0, "here")[side][:5]
    purpose = "train on" if side else "validate on"
    with pytest.raises(ValueError, match=rf"here: none of the 5 training videos .* left to {purpose}, since 8 of all 40 are"):
        split_validation(wanted, 8, 0, "here", VIDEOS)


@pytest.mark.parametrize(("videos", "asked", "aside"), [(40, 8, 8), (40, 800, 8), (9, 3, 1), (5, 1, 1)])
def test_a_fifth_at_most_validates(videos, asked, aside):
    training, validation = split_validation(VIDEOS[:videos], asked, 0, "here")
    assert (len(training), len(validation)) == (videos - aside, aside)


def test_too_few_videos():
    with pytest.raises(ValueError, match=r"here: only 4 training videos can be used at all, at least 5"):
        split_validation(VIDEOS[:4], 1, 0, "here")


def test_validation_videos_of_the_lists_are_taken_as_they_are():
    training, given = [Video(f"t{i}", 0, 0, 9) for i in range(10)], [Video("v", 0, 0, 9)]
    assert training_and_validation(training, given, 800, 0, "store") == (training, given)
    assert training_and_validation(training, [], 2, 0, "store") == split_validation(training, 2, 0, "store")
    with pytest.raises(ValueError, match="store: no training video can be used"):
        training_and_validation([], given, 800, 0, "store")
