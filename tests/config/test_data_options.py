"""What the options of the data refuse, by the name of the key."""

import pytest

from vcop.config.data_options import DatasetOptions, DownloadOptions, FrameOptions, SynthesiseOptions


@pytest.mark.parametrize(
    ("section", "values", "message"),
    [
        (SynthesiseOptions, {"video_width": 321}, "video_width: 321 is odd, but MPEG-4 needs an even number"),
        (SynthesiseOptions, {"shortest": 90, "longest": 80}, "longest: 80 is below shortest, 90"),
        (SynthesiseOptions, {"groups": 7}, "groups: 7 is below 8"),
        (DownloadOptions, {"mirror": "ftp://host"}, "mirror: 'ftp://host' is not an address"),
        (DownloadOptions, {"digests": "none"}, "digests: 'none' is not one of known, recorded"),
        (DatasetOptions, {"videos": " ", "lists": "l"}, "videos: is empty"),
        (FrameOptions, {"height": 7}, "height: 7 is below 8"),
    ],
)
def test_an_impossible_value_is_refused_by_name(section, values, message):
    with pytest.raises(ValueError, match=message):
        section(**values)


def test_a_mirror_is_an_address():
    assert DownloadOptions(mirror="https://host.example/videos").mirror == "https://host.example/videos"
