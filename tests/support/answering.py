"""Annotations, word vectors and features made by hand, and the command that learns from them."""

import json

import numpy as np
import pytest

from vcop.config.fields import flags
from vcop.config.options import AnswerOptions, ComputeOptions
from vcop.datasets.splits import TEST, TRAIN, VALIDATION
from vcop.storage import feature_store
from vcop.storage.frame_store import Video

OPTIONS = AnswerOptions(epochs=12, batch_size=16, hidden=24, learning_rate=0.01, classes=20)


COLOURS, PLACES = ("red", "green", "blue", "grey"), ("left", "right")


ROLES = {"train": (TRAIN, 60), "val": (VALIDATION, 20), "test": (TEST, 60)}


ASKED = {
    "what colour is the ball": (4, lambda colour, place: COLOURS[colour]),
    "where is the ball": (1, lambda colour, place: PLACES[place]),
    "is the ball red": (3, lambda colour, place: "yes" if colour == 0 else "no"),
    "what is its name": (
        8,
        lambda colour, place: f"rare{colour}{place}",
    ),  # answered by a word that training never has in test
}


def write_json(path, entries):
    path.write_text(json.dumps(entries))


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Annotations, vectors and features: one of four clips shows the colour, another the place."""
    folder, rng = tmp_path_factory.mktemp("questions"), np.random.default_rng(0)
    videos, roles, values = [], [], []
    for name, (role, count) in ROLES.items():
        questions, answers = [], []
        for i in range(count):
            video, colour, place = f"{name}{i:03d}", i % 4, i // 4 % 2
            clips = rng.normal(0, 0.1, (4, 6))
            clips[rng.integers(2), colour] += 1
            clips[2 + rng.integers(2), 4 + place] += 1
            videos.append(Video(video, 0, 0, 64))
            roles.append(role)
            values.append(clips.astype(np.float32))
            for n, (text, (kind, answer)) in enumerate(ASKED.items()):
                said = answer(colour, place) if kind != 8 else f"{name}{i}"
                questions.append({"video_name": video, "question": text, "question_id": f"v_{video}_{n}"})
                answers.append({"answer": said, "type": kind, "question_id": f"v_{video}_{n}"})
        write_json(folder / f"{name}_q.json", questions)
        write_json(folder / f"{name}_a.json", answers)
    words = sorted({word for text in ASKED for word in text.split()})
    rows = [" ".join([word, *(f"{v:.4f}" for v in rng.normal(0, 0.4, 8))]) for word in words if word != "name"]
    (folder / "vectors.txt").write_text("\n".join([*rows, "broken line", rows[0]]) + "\n")
    write_features(folder / "features.h5", videos, roles, values)
    return folder, videos, roles, values


def write_features(path, videos, roles, values):
    blocks = iter([{"conv5": np.stack(values)}])
    feature_store.write_features(path, videos, roles, ["questions"], blocks, {"conv5": (4, 6)}, False, {"network": "r3d"})


def command(made, out, *more, options=OPTIONS, **files):
    folder = made[0]
    named = {"features": folder / "features.h5", "annotations": folder, "vectors": folder / "vectors.txt"} | files
    words = [word for key, value in named.items() for word in (f"--{key}", value)]
    places = ("--out", out / "model.safetensors", "--answers", out / "answers.csv")
    options_ = flags(options, ComputeOptions()).split()
    return [str(word) for word in ("answer", *words, *options_, "--seed", 0, *places, *more)]
