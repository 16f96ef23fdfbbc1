"""One video and its part; damaged and hostile videos are in tests/robustness."""

import errno
import os
import subprocess
from dataclasses import replace

import numpy as np
import pytest

from vcop.config.data_options import FrameOptions
from vcop.preparation import part_files
from vcop.preparation.part_files import EVERY_FRAME, UNLISTED, decode_to_part, part_size, read_part
from vcop.runtime.atomic_files import sha256_of
from vcop.video import ffmpeg
from vcop.video.integrity import ACCEPTED, REFUSED, VideoVerdict

RAW = FrameOptions(height=20, width=27, codec="raw")


@pytest.fixture
def video(tmp_path):
    """Twelve frames that grow brighter."""
    frames = np.repeat(np.arange(40, 160, 10, dtype=np.uint8), 48 * 64 * 3).reshape(12, 48, 64, 3)
    ffmpeg.encode_video(frames, tmp_path / "v.avi")
    return tmp_path / "v.avi"


@pytest.fixture
def part(tmp_path):
    return tmp_path / "v.npz"


def test_a_part_holds_every_frame(video, part):
    verdict = decode_to_part(video, part, RAW, EVERY_FRAME, None)
    assert (verdict.verdict, verdict.reason, verdict.got, verdict.expected) == ("", "", 12, 12)
    assert part_size(part) == 12 * 20 * 27 * 3
    decoded = read_part("name", part)
    assert (decoded.name, decoded.source_count, len(decoded.sizes)) == ("name", 12, 12)
    brightness = decoded.data.reshape(12, -1).mean(axis=1)
    assert np.abs(brightness - np.arange(40, 160, 10)).max() < 5


def test_of_clips_only_their_frames_are_stored(video, part):
    assert decode_to_part(video, part, RAW, (2, 3), None).got == 12
    assert len(read_part("name", part).sizes) == 6
    assert read_part("name", part).source_count == 12


def test_a_part_is_made_again_only_if_something_has_changed(video, part):
    decode_to_part(video, part, RAW, EVERY_FRAME, None)
    first = part.stat().st_mtime_ns
    assert decode_to_part(video, part, RAW, EVERY_FRAME, None).got == 12
    assert part.stat().st_mtime_ns == first
    for options, layout in ((replace(RAW, decode_revision=2), EVERY_FRAME), (RAW, (2, 3))):
        decode_to_part(video, part, options, layout, None)
        second = part.stat().st_mtime_ns
        assert second != first
        first = second
    os.utime(video, ns=(1, 1))
    decode_to_part(video, part, RAW, (2, 3), None)
    assert part.stat().st_mtime_ns != first


def test_a_video_with_another_digest_is_refused_and_one_that_is_not_listed_is_noted(video, part):
    assert decode_to_part(video, part, RAW, EVERY_FRAME, sha256_of(video)).verdict == ""
    part.unlink()
    refused = decode_to_part(video, part, RAW, EVERY_FRAME, "0" * 64)
    assert refused.verdict == REFUSED
    assert refused.reason.startswith(f"its SHA-256 is {sha256_of(video)}, not 000")
    assert not part.exists()
    noted = decode_to_part(video, part, RAW, EVERY_FRAME, "")
    assert (noted.verdict, noted.reason) == (ACCEPTED, "not in the list of digests")


def test_a_video_whose_verdict_is_known_is_not_decoded(video, part):
    known = VideoVerdict(ACCEPTED, "odd", 12, 13)
    assert decode_to_part(video, part, RAW, EVERY_FRAME, None, known) == known
    assert not part.exists()
    assert decode_to_part(video, part, RAW, EVERY_FRAME, "0" * 64, known).verdict == REFUSED
    assert decode_to_part(video.with_name("none.avi"), part, RAW, EVERY_FRAME, None, known).reason == "no such file"


def test_a_known_verdict_says_whether_the_video_is_in_todays_list_of_digests(video, part):
    noted, twice = (VideoVerdict(ACCEPTED, reason, 12, 13) for reason in (UNLISTED, f"odd; {UNLISTED}"))
    digest = sha256_of(video)
    for expected, results in {
        "": (noted, twice),
        digest: (VideoVerdict("", "", 12, 13), VideoVerdict(ACCEPTED, "odd", 12, 13)),
    }.items():
        assert decode_to_part(video, part, RAW, EVERY_FRAME, expected, noted) == results[0]
        assert decode_to_part(video, part, RAW, EVERY_FRAME, expected, twice) == results[1]


def test_a_fault_of_the_file_refuses_it_and_a_fault_of_the_disk_stops_the_run(video, part, monkeypatch):
    assert decode_to_part(video.with_name("none.avi"), part, RAW, EVERY_FRAME, None).reason == "no such file"

    def full_disk(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(part_files, "atomic_write", full_disk)
    with pytest.raises(OSError, match="No space left"):
        decode_to_part(video, part, RAW, EVERY_FRAME, None)


def test_a_damaged_part_is_named(part):
    part.write_bytes(b"PK\x03\x04 half a part")
    with pytest.raises(ValueError, match=r"v\.npz: damaged .*: remove it and run again"):
        part_size(part)


def test_an_error_in_reading_has_the_same_words_each_time(tmp_path, part):
    """Packets of a transport stream that are marked as damaged: reading fails, and decoding, too, one before the other."""
    video = tmp_path / "v.ts"
    make = ["-f", "lavfi", "-i", "testsrc2=s=160x120:r=25:d=4", "-c:v", "mpeg2video", "-b:v", "400k"]
    subprocess.run([ffmpeg.executable(), "-loglevel", "error", *make, video], check=True)
    data = bytearray(video.read_bytes())
    for packet in range(len(data) // 2 // 188 * 188, len(data), 10 * 188):
        data[packet + 1] |= 0x80
        data[packet + 100] ^= 0xFF
    video.write_bytes(data)
    verdicts = {decode_to_part(video, part, RAW, EVERY_FRAME, None) for _ in range(5)}
    assert verdicts == {VideoVerdict(REFUSED, "corrupt input packet in stream 0", None, 100)}
