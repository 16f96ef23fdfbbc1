import pytest
from support.own_videos import make_videos, make_weights


@pytest.fixture(scope="session")
def own_videos(tmp_path_factory):
    return make_videos(tmp_path_factory.mktemp("own"))


@pytest.fixture(scope="session")
def own_weights(tmp_path_factory):
    return make_weights(tmp_path_factory.mktemp("weights") / "w.safetensors")
