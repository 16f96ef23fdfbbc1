import numpy as np
import pytest

import vcop
from vcop.search import embedding
from vcop.search.embedder import Embedder
from vcop.search.embedding import embed, embed_to_file
from vcop.search.embedding_files import read_embeddings
from vcop.search.video_paths import find_videos


@pytest.fixture
def embedder(own_weights):
    return Embedder(own_weights, clips=2, device="cpu")


def test_rows_are_clips_or_their_mean_and_what_cannot_be_read_is_named(own_videos, own_weights, capsys):
    clips = vcop.embed(own_videos, own_weights, clips=2, device="cpu", processes=1)
    assert clips.vectors.shape == (6, 32)
    assert list(clips.unreadable.items()) == [(str(own_videos / "a/broken.mp4"), "moov atom not found")]
    assert "broken.mp4: moov atom not found" in capsys.readouterr().err
    whole = embed([str(own_videos / "one.avi")], own_weights, clips=2, per="video", device="cpu", processes=1)
    assert np.allclose(whole.vectors[0], clips.vectors[clips.video == str(own_videos / "one.avi")].mean(0), atol=1e-6)
    assert (whole.start.tolist(), whole.end.tolist()) == ([0], [1.6])


def test_an_interrupted_run_goes_on_with_the_same_result(own_videos, embedder, tmp_path, monkeypatch, capsys):
    videos, _ = find_videos([own_videos])
    embed_to_file(videos, embedder, tmp_path / "whole.npy", processes=1)
    with monkeypatch.context() as patch:
        real, calls = Embedder.embed, []

        def stop(self, frames):
            calls.append(1)
            if len(calls) == 2:
                raise KeyboardInterrupt
            return real(self, frames)

        patch.setattr(Embedder, "embed", stop)
        with pytest.raises(KeyboardInterrupt):
            embed_to_file(videos, embedder, tmp_path / "e.npy", processes=1)
    assert not (tmp_path / "e.npy").exists()
    done = embed_to_file(videos, embedder, tmp_path / "e.npy", processes=1)
    assert "1 of 4 videos are finished already" in capsys.readouterr().err
    assert (len(done.done), len(done.unreadable), done.rows, done.values) == (3, 1, 6, 32)
    assert (tmp_path / "e.npy").read_bytes() == (tmp_path / "whole.npy").read_bytes()
    assert read_embeddings(tmp_path / "e.npy").about["unreadable"] == 1
    assert not (tmp_path / ".e.npy.parts").exists()


def test_none_or_with_strict_a_single_one_is_an_error(own_videos, embedder, own_weights, tmp_path):
    broken = own_videos / "a/broken.mp4"
    with pytest.raises(ValueError, match="none of 1 videos can be read"):
        embed(broken, own_weights, device="cpu", processes=1)
    with pytest.raises(ValueError, match="1 of 2 videos cannot be read"):
        embed_to_file([broken, own_videos / "one.avi"], embedder, tmp_path / "e.csv", strict=True, processes=1)
    assert not (tmp_path / "e.csv").exists()
    with pytest.raises(ValueError, match="per frame: rows are one of clip, video"):
        embedding.embed(broken, own_weights, per="frame")
