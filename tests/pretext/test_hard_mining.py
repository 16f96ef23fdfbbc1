"""Simple videos by hand: the order of every tuple is predicted, with a probability above 0.8."""

from vcop.pretext.hard_mining import count_by_class, hard_videos
from vcop.pretext.order_prediction import Prediction

HARD = ["Jump/once wrong.avi", "Run/never.avi", "Run/once unsure.avi"]


def predictions(odds):
    """Predictions of the tuples of some videos; a negative probability is that of an order that was not predicted."""
    return [
        Prediction(video, number, 0, int(p < 0), int(p > 0), f"{abs(p):.6f}")
        for video, of in odds.items()
        for number, p in enumerate(of)
    ]


TRAINING = predictions(
    {
        "Run/surer.avi": (0.9, 0.91),
        "Run/never.avi": (-0.1, -0.2),
        "Jump/once wrong.avi": (0.95, -0.4),
        "Run/once unsure.avi": (0.8, 0.97),
        "Jump/easy.avi": (0.81, 0.99),
    }
)


def test_what_is_simple():
    assert hard_videos(TRAINING, 0.8, 1) == HARD
    assert hard_videos(TRAINING, 0.79, 1) == HARD[:2]
    assert hard_videos(TRAINING, 0.95, 1) == sorted([*HARD, "Jump/easy.avi", "Run/surer.avi"])
    assert hard_videos(TRAINING, 0.0, 1) == HARD[:2], "an order that was not predicted is never simple"


def test_never_fewer_than_a_batch():
    # Of the simple ones the least sure in its worst tuple stays first.
    assert hard_videos(TRAINING, 0.8, 4) == sorted([*HARD, "Jump/easy.avi"])
    assert hard_videos(TRAINING, 0.8, 8) == sorted([*HARD, "Jump/easy.avi", "Run/surer.avi"])


def test_equally_sure_videos_are_taken_by_name():
    equal = predictions({"b.avi": (0.9,), "a.avi": (0.9,), "c.avi": (0.9,)})
    assert hard_videos(equal, 0.8, 2) == ["a.avi", "b.avi"]


def test_classes():
    classes = {video: video.split("/")[0] for video in (*HARD, "Jump/easy.avi", "Run/surer.avi", "Run/easy.avi")}
    assert count_by_class(classes, HARD) == [("Run", 2, 2), ("Jump", 1, 1)]
