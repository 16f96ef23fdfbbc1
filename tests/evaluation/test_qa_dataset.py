import numpy as np
import pytest
import torch
from support.answering import write_features

from vcop.datasets.activitynet_qa import Question
from vcop.datasets.splits import TEST, TRAIN, VALIDATION
from vcop.evaluation.qa_dataset import (
    NO_LABEL,
    PADDING,
    UNKNOWN,
    QuestionSamples,
    VideoFeatures,
    Vocabulary,
    prepare_questions,
)
from vcop.storage.frame_store import Video

ROLES = [TRAIN] * 5 + [VALIDATION] * 3 + [TEST] * 4


@pytest.fixture
def path(tmp_path, rng):
    """Twelve videos v0 .. v11 of 4 clips; all values of video i lie between i and i + 1."""
    values = [(i + rng.random((4, 6))).astype(np.float32) for i in range(12)]
    write_features(tmp_path / "f.h5", [Video(f"v{i}", 0, 0, 64) for i in range(12)], ROLES, values)
    return tmp_path / "f.h5"


def question(text, answer="yes", video="v0", number=0):
    return Question(f"{video}_{number}", video, text, answer, 3)


TRAINING = [question("is it red"), question("is it blue", "no"), question("what is it", "a dog"), question("is it red", "no")]


def test_words_are_numbered_from_the_training_questions_and_answers_by_frequency():
    vocabulary = Vocabulary.from_questions(TRAINING, 2)
    assert vocabulary.words == {"blue": 2, "is": 3, "it": 4, "red": 5, "what": 6}
    assert vocabulary.answers == ["no", "yes"]


def test_word_vectors_stand_in_the_rows_of_their_numbers(tmp_path):
    (tmp_path / "glove.txt").write_text("it 1 2\nred 3 4\nbroken\nunused 5 6\nit 9 9\n")
    vocabulary = Vocabulary.from_questions(TRAINING, 2)
    table, summary = vocabulary.embed(tmp_path / "glove.txt", 0)
    assert table.shape == (7, 2)
    assert table[[PADDING, UNKNOWN, 4, 5]].tolist() == [[0, 0], [0, 0], [1, 2], [3, 4]]
    assert (table[[2, 3, 6]] != 0).all()  # words without a vector get one of their own
    assert "vectors of 2 values for 2 of 5 words" in summary
    assert "1 malformed lines, 1 lines of a word that had one before" in summary


def test_features_are_found_by_the_name_of_the_video(path):
    videos = VideoFeatures(path, "none", 0)
    assert (videos.clips, videos.values) == (4, 6)
    assert [int(videos[f"v{i}"].min()) for i in range(12)] == list(range(12))
    assert videos.questions_with_features([question("is it", video="v3"), question("is it", video="unknown")]) == [
        question("is it", video="v3")
    ]


def test_zeroed_features_hold_nothing(path):
    videos = VideoFeatures(path, "zeroed", 0)
    assert all((videos[f"v{i}"] == 0).all() for i in range(12))


def test_shuffled_features_are_those_of_another_video_of_the_same_list(path):
    drawn = [[int(VideoFeatures(path, "shuffled", seed)[f"v{i}"].min()) for i in range(12)] for seed in range(5)]
    for sources in drawn:
        assert all(source != i for i, source in enumerate(sources))
        assert all(ROLES[source] == ROLES[i] for i, source in enumerate(sources))
        assert sorted(sources) == list(range(12))
    assert len(set(map(tuple, drawn))) > 1


def test_questions_become_numbers(path):
    vocabulary, videos = Vocabulary.from_questions(TRAINING, 2), VideoFeatures(path, "none", 0)
    asked = [question("Is it green?", "no", "v1"), question("what", "a cat", "v9", 7)]
    samples = QuestionSamples(asked, vocabulary, videos)
    assert len(samples) == 2
    assert samples.name(1) == "v9_7"
    first, second = samples[0, 0], samples[0, 1]
    assert first["words"].tolist() == [3, 4, UNKNOWN, UNKNOWN]
    assert second["words"].tolist() == [6, PADDING, PADDING, PADDING]
    assert (first["length"], second["length"]) == (4, 1)
    assert (first["label"], second["label"]) == (0, NO_LABEL)
    assert torch.equal(second["clips"], torch.from_numpy(videos["v9"]))


def test_lengths_stay_on_the_cpu(path):
    samples = QuestionSamples(TRAINING, Vocabulary.from_questions(TRAINING, 2), VideoFeatures(path, "none", 0))
    batch = torch.utils.data.default_collate([samples[0, i] for i in range(4)])
    (words, lengths, clips), labels = prepare_questions(batch, torch.device("meta"))
    assert (words.shape, clips.shape, labels.shape) == ((4, 3), (4, 4, 6), (4,))
    assert {t.device.type for t in (words, clips, labels)} == {"meta"}
    assert lengths.tolist() == [3, 3, 3, 3]
