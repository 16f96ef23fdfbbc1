import pytest

from vcop.storage.frame_store import Video
from vcop.training.validation_split import split_validation

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
    # A task that can use fewer videos keeps those of its validation list that it can use.
    assert names(split_validation(VIDEOS, 7, 0, "here")[1]) & names(VIDEOS[5:]) <= names(
        split_validation(VIDEOS[5:], 7, 0, "here")[1]
    )


@pytest.mark.parametrize(("videos", "asked", "aside"), [(40, 8, 8), (40, 800, 8), (9, 3, 1), (5, 1, 1)])
def test_a_fifth_at_most_validates(videos, asked, aside):
    training, validation = split_validation(VIDEOS[:videos], asked, 0, "here")
    assert (len(training), len(validation)) == (videos - aside, aside)


def test_too_few_videos():
    with pytest.raises(ValueError, match=r"here: only 4 training videos can be used at all, at least 5"):
        split_validation(VIDEOS[:4], 1, 0, "here")
