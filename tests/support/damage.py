"""Damaged and odd videos, and how many of them are told from sound ones: ``python -m support.damage FOLDER``.

``FOLDER`` holds sound videos; each is damaged in every way below, with seeds of its own, and looked at as ``vcop decode`` does.
Nothing in it is written to. ``ODD`` are made out of nothing. See docs/robustness.md.
"""

from __future__ import annotations

import argparse
import functools
import hashlib
import os
import socket
import struct
import subprocess
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

import numpy as np
from support import paff

from vcop.config.data_options import FrameOptions
from vcop.preparation import part_files
from vcop.video import ffmpeg, ffmpeg_program, integrity
from vcop.video.integrity import ACCEPTED, REFUSED

GOOD = ""
FRAMES = FrameOptions(height=20, width=27)
CUTS = (5, 25, 50, 75, 90, 95, 97, 98, 99)
FLIPS = (1, 2, 4, 8, 16, 32, 64, 128, 256, 512)
ZEROED = (1, 16, 256, 4096)
NO_VIDEO = {"", ".csv", ".json", ".txt"}
Way = Callable[[bytes, int], bytes]


def ways(each: int = 1) -> dict[str, list[Way]]:
    """Ways to damage a file, by kind: functions of its bytes and a seed. ``each``: how many seeds of each."""
    return {
        **{f"cut at {percent} %": [functools.partial(_cut, percent)] for percent in CUTS},
        **{f"{bits} flipped bits": [functools.partial(_flip, bits)] * each for bits in FLIPS},
        **{f"{length} bytes zeroed": [functools.partial(_zero, length)] * each for length in ZEROED},
        "a tenth left out": [_shorten] * each,
        "a tenth twice": [_repeat] * each,
        "pieces swapped": [_swap] * each,
    }


def _cut(percent: int, data: bytes, seed: int) -> bytes:
    return data[: len(data) * percent // 100]


def _flip(bits: int, data: bytes, seed: int) -> bytes:
    out = np.frombuffer(data, np.uint8).copy()
    rng = np.random.default_rng(seed)
    np.bitwise_xor.at(out, rng.integers(0, len(out), bits), np.uint8(1) << rng.integers(0, 8, bits, np.uint8))
    return out.tobytes()


def _piece(data: bytes, length: int, seed: int) -> tuple[int, int]:
    length = min(length, len(data) // 2)
    start = int(np.random.default_rng(seed).integers(0, len(data) - length))
    return start, start + length


def _zero(length: int, data: bytes, seed: int) -> bytes:
    start, stop = _piece(data, length, seed)
    return data[:start] + bytes(stop - start) + data[stop:]


def _shorten(data: bytes, seed: int) -> bytes:
    start, stop = _piece(data, len(data) // 10, seed)
    return data[:start] + data[stop:]


def _repeat(data: bytes, seed: int) -> bytes:
    start, stop = _piece(data, len(data) // 10, seed)
    return data[:stop] + data[start:]


def _swap(data: bytes, seed: int) -> bytes:
    start, stop = _piece(data, 1000, seed)
    middle = (start + stop) // 2
    return data[:start] + data[middle:stop] + data[start:middle] + data[stop:]


class Odd(NamedTuple):
    """What is not a plain video: its name, the verdict it should get, words of its reason, its frames, how it is made."""

    name: str
    verdict: str
    words: str
    frames: int | None
    make: Callable[[Path], None]


def run_ffmpeg(*words: object, data: bytes = b"") -> None:
    """Run ffmpeg."""
    command = [ffmpeg.executable(), "-loglevel", "error", "-y", *map(str, words)]
    subprocess.run(command, check=True, input=data)


def film(words: str, frames: int = 30, size: str = "96x64") -> Callable[[Path], None]:
    """Something that moves, 25 frames a second, encoded by words for ffmpeg."""

    def make(path: Path) -> None:
        run_ffmpeg("-f", "lavfi", "-i", f"testsrc2=s={size}:r=25", *words.split(), "-frames:v", frames, f"file:{path}")

    return make


def overlong(words: str) -> Callable[[Path], None]:
    """A second of pictures, five of sound."""
    return lambda path: run_ffmpeg(*f"-f lavfi -i testsrc2=s=96x64:r=25:d=1.2 {TONE} {words}".split(), f"file:{path}")


def copied(make: Callable[[Path], None], words: str, extension: str, before: str = "") -> Callable[[Path], None]:
    """Another file, remade by words for ffmpeg. Those ``before`` are options of the input."""

    def make_both(path: Path) -> None:
        with tempfile.TemporaryDirectory() as scratch:
            make(first := Path(scratch) / f"first{extension}")
            run_ffmpeg(*before.split(), "-i", first, *words.split(), f"file:{path}")

    return make_both


def content(data: bytes) -> Callable[[Path], None]:
    """A file of these bytes."""
    return lambda path: path.write_bytes(data) and None


def of(make: Callable[[Path], None], change: Callable[[bytes], bytes], extension: str = ".avi") -> Callable[[Path], None]:
    """Another file with changed bytes."""

    def make_both(path: Path) -> None:
        with tempfile.TemporaryDirectory() as scratch:
            make(first := Path(scratch) / f"first{extension}")
            path.write_bytes(change(first.read_bytes()))

    return make_both


def joined(*makes: Callable[[Path], None], extension: str) -> Callable[[Path], None]:
    """Several files one after another."""

    def make_all(path: Path) -> None:
        with tempfile.TemporaryDirectory() as scratch:
            for number, make in enumerate(makes):
                make(Path(scratch) / f"{number}{extension}")
            path.write_bytes(b"".join((Path(scratch) / f"{n}{extension}").read_bytes() for n in range(len(makes))))

    return make_all


def link(to: str) -> Callable[[Path], None]:
    """A link, or a loop of links where ``to`` is empty."""
    return lambda path: path.symlink_to(to or path.name)


def bind(path: Path) -> None:
    """A socket."""
    with socket.socket(socket.AF_UNIX) as made:
        here = os.open(path.parent, os.O_RDONLY)
        made.bind(f"/proc/self/fd/{here}/{path.name}")  # the address may be too long otherwise
        os.close(here)


def lying(frames: int) -> Callable[[bytes], bytes]:
    """An AVI whose header says another number of frames."""

    def change(data: bytes) -> bytes:
        place = data.index(b"strh") + 8 + 32
        return data[:place] + frames.to_bytes(4, "little") + data[place + 4 :]

    return change


def emptied(data: bytes) -> bytes:
    """An AVI of MPEG-4 with one bit of its tenth frame's header flipped, by which the frame is "not coded"."""
    pieces = data.split(b"\0\0\1\xb6")
    frame = bytearray(pieces[10])
    frame[1] ^= 0x20  # after type (2), modulo (1), marker (1), time (5: there are 25 a second), marker (1)
    return b"\0\0\1\xb6".join([*pieces[:10], bytes(frame), *pieces[11:]])


def trimmed(start: int, duration: int, consistent: bool = True) -> Callable[[bytes], bytes]:
    """An MP4 whose edit list shows a part of it, in units of the track (12800 a second) and of the movie (1000 a second).

    ``consistent``: the durations in the headers of track and movie are changed, too, as editors do.
    """

    def change(data: bytes) -> bytes:
        out = bytearray(data)
        edit, track, movie = (data.index(kind) + 4 for kind in (b"elst", b"tkhd", b"mvhd"))
        before = int.from_bytes(data[edit + 12 : edit + 16], "big")
        out[edit + 8 : edit + 16] = struct.pack(">Ii", duration, before + start)
        if consistent:
            out[track + 20 : track + 24] = out[movie + 16 : movie + 20] = struct.pack(">I", duration)
        return bytes(out)

    return change


def again(data: bytes) -> bytes:
    """A Flash video whose tags stand in it twice, so that its clock starts again."""
    return data + data[13:]


def without_index(data: bytes) -> bytes:
    """An AVI that ends before its index, as its header says."""
    whole = data[: data.rindex(b"idx1")]
    return whole[:4] + (len(whole) - 8).to_bytes(4, "little") + whole[8:]


MPEG4 = film("-c:v mpeg4")
H264 = "-c:v libx264 -preset ultrafast -pix_fmt yuv420p"
MP4 = film(f"{H264} -bf 2 -movflags +faststart -f mp4")
RESIZED = joined(film(f"{H264} -f h264"), film(f"{H264} -f h264", size="64x96"), extension=".h264")
TONE = "-f lavfi -i sine=d=5"
SOUND = f"{TONE} -map 0:v -map 1:a"
GROUPS = f"-bf 3 -g 10 {H264.replace('ultrafast', 'veryfast')} -x264-params open-gop=1:keyint=10:min-keyint=10:scenecut=0:b-pyramid=none:b-adapt=0"
OPEN_264 = film(f"{GROUPS} -f mpegts", 60)
PYRAMID = film(f"{GROUPS.replace('b-pyramid=none:b-adapt=0', 'b-pyramid=normal')} -f mpegts", 60)
HEVC = "-c:v libx265 -preset ultrafast -x265-params log-level=none"
OPEN_265 = film(f"{HEVC}:open-gop=1:keyint=10:min-keyint=10:bframes=4:b-adapt=0", 60)
HDR = f"{HEVC} -pix_fmt yuv420p10le -vf setparams=colorspace=bt2020nc:color_primaries=bt2020:color_trc="
DRAWN = b"\x1b[2J\x1b[31mNo video\x1b[0m\r\n" * 40

ODD = [
    # sound videos, however odd
    Odd("plain.avi", GOOD, "", 30, MPEG4),
    Odd("one frame.avi", GOOD, "", 1, film("-c:v mpeg4", 1)),
    Odd("one frame.mp4", GOOD, "", 1, film(H264, 1)),
    Odd("two frames.mkv", GOOD, "", 2, film(H264, 2)),
    Odd("rotated by 90.mp4", GOOD, "", 30, copied(film(f"{H264} -f mp4"), "-c copy", ".mp4", "-display_rotation 90")),
    Odd("rotated by 180.mkv", GOOD, "", 30, copied(film(H264), "-c copy", ".mkv", "-display_rotation 180")),
    Odd("flipped.mp4", GOOD, "", 30, copied(film(f"{H264} -f mp4"), "-c copy", ".mp4", "-display_hflip")),
    Odd("oblong pixels.mp4", GOOD, "", 30, film(f"-vf setsar=2/1 {H264}")),
    Odd("10 bit.mp4", GOOD, "", 30, film("-c:v libx264 -preset ultrafast -pix_fmt yuv420p10le")),
    Odd("10 bit.webm", GOOD, "", 30, film("-c:v libvpx-vp9 -deadline realtime -cpu-used 8 -pix_fmt yuv420p10le")),
    Odd("16 bit.mkv", GOOD, "", 30, film("-c:v ffv1 -level 3 -pix_fmt gray16le")),
    Odd("grey.mp4", GOOD, "", 30, film("-c:v libx264 -preset ultrafast -pix_fmt gray")),
    Odd("grey.avi", GOOD, "", 30, film("-c:v mjpeg -pix_fmt gray -strict unofficial")),
    Odd("transparent.mkv", GOOD, "", 30, film("-c:v ffv1 -pix_fmt yuva420p")),
    Odd("full colour.mp4", GOOD, "", 30, film("-c:v libx264 -preset ultrafast -pix_fmt yuv444p")),
    Odd("interlaced.mpg", GOOD, "", 30, film("-c:v mpeg2video -flags +ildct+ilme -f mpeg")),
    Odd("interlaced.mp4", GOOD, "", 30, film(f"{H264} -flags +ildct+ilme")),
    Odd("odd size.avi", GOOD, "", 30, film("-c:v mpeg4", size="33x17")),
    Odd("long and thin.mp4", GOOD, "", 30, film(H264, size="2048x16")),
    Odd("very long.mp4", GOOD, "", 3000, film(f"{H264} -f mp4", 3000, "16x16")),
    Odd("rate changes.mkv", GOOD, "", 30, film(f"-vf settb=1/1000,setpts=40*N+40*max(N-15\\,0) -fps_mode passthrough {H264}")),
    Odd("rate changes.mp4", GOOD, "", 30, film(f"-vf settb=1/1000,setpts=40*N+40*max(N-15\\,0) -fps_mode passthrough {H264}")),
    Odd("variable rate.mkv", GOOD, "", 30, film(f"-vf settb=1/1000,setpts=40*N+mod(29*N\\,37) -fps_mode passthrough {H264}")),
    Odd("pauses.avi", GOOD, "", 30, film("-vf select='not(between(n,9,18))' -fps_mode passthrough -c:v mpeg4")),
    Odd("120 a second.mp4", GOOD, "", 30, film(f"-vf settb=1/120,setpts=N -fps_mode passthrough -enc_time_base 1/120 {H264}")),
    Odd("black.avi", GOOD, "", 30, film("-vf drawbox=color=black:t=fill -c:v mpeg4")),
    Odd("B frames.avi", GOOD, "", 30, film("-c:v mpeg4 -bf 2")),
    Odd("hidden frames.webm", GOOD, "", 30, film("-c:v libvpx -deadline good -auto-alt-ref 1 -lag-in-frames 16")),
    Odd("fragments.mp4", GOOD, "", 30, film(f"{H264} -g 10 -movflags +frag_keyframe+empty_moov -f mp4")),
    Odd("edited.mp4", GOOD, "", None, copied(film(f"{H264} -g 10 -f mp4"), "-c copy", ".mp4", "-ss 0.5")),
    Odd("live.mkv", GOOD, "", 30, film(f"{H264} -live 1")),
    Odd("stream.ts", GOOD, "", 30, film(f"{H264} -f mpegts")),
    Odd("no container.h264", GOOD, "", 30, film(f"{H264} -f h264")),
    Odd("flash.flv", GOOD, "", 30, film("-c:v flv")),
    Odd("moving.gif", GOOD, "", 30, film("")),
    Odd("sound goes on.mp4", GOOD, "", 30, overlong(f"{H264} -f mp4")),
    Odd("with sound.avi", GOOD, "", 30, film(f"{SOUND} -t 1.2 -c:v mpeg4")),
    Odd("two videos.mkv", GOOD, "", 30, film(f"-map 0 -map 0 {H264}")),
    Odd("garbage behind.avi", GOOD, "", 30, of(MPEG4, lambda data: data + bytes(5000))),
    Odd("no index.avi", GOOD, "", 30, of(MPEG4, without_index)),
    Odd("wrong extension.mp4", GOOD, "", 30, of(MPEG4, lambda data: data)),
    Odd("a link.avi", GOOD, "", 30, link("plain.avi")),
    # odd names
    *[
        Odd(name, GOOD, "", 30, MPEG4)
        for name in (
            " blanks .avi",
            "'quoted' \"twice\".avi",
            "new\nline.avi",
            "-i.avi",
            "%03d.avi",
            ";$(touch hacked)`touch hacked`.avi",
            "http:--a&b=c|d>e.avi",
            "*?[a-z]{x,y}.avi",
            "~.avi",
            "ü漢🎬.avi",
            os.fsdecode(b"not utf-8 \xff\xfe.avi"),
            f"{'long ' * 50}.avi",
        )
    ],
    Odd("field pictures.mts", GOOD, "", 25, content(paff.stream(25))),
    Odd("field pictures.mp4", GOOD, "", 25, copied(content(paff.stream(25)), "-c copy", ".h264", "-r 50")),
    Odd("field pictures.mkv", GOOD, "", 25, copied(content(paff.stream(25)), "-c copy", ".h264", "-r 50")),
    Odd("field pictures.ts", GOOD, "", 25, copied(content(paff.stream(25)), "-c copy", ".h264", "-r 50")),
    # every frame is there, and yet something is wrong
    Odd("trimmed.mp4", ACCEPTED, "shows 20 of 60 frames", 20, of(film(f"{H264} -bf 2 -g 10", 60), trimmed(0, 800), ".mp4")),
    Odd(
        "trimmed twice.mov",
        ACCEPTED,
        "shows 20 of 60 frames",
        20,
        of(film(f"{H264} -bf 2 -g 10", 60), trimmed(6400, 800), ".mov"),
    ),
    Odd(
        "trimmed plain.mp4",
        ACCEPTED,
        "shows 20 of 60 frames",
        20,
        of(film(f"{H264} -bf 0 -g 10", 60), trimmed(6400, 800), ".mp4"),
    ),
    Odd("open.mkv", ACCEPTED, "open group of pictures: 4 pictures", None, copied(OPEN_265, "-c copy", ".mkv", "-ss 0.9")),
    Odd("open.ts", ACCEPTED, "open group of pictures: 4 pictures", None, copied(OPEN_265, "-c copy", ".mkv", "-ss 0.9")),
    Odd("open h264.mkv", ACCEPTED, "open group of pictures", None, copied(OPEN_264, "-c copy", ".ts", "-ss 0.9")),
    Odd("open h264.ts", ACCEPTED, "open group of pictures", None, copied(OPEN_264, "-c copy", ".ts", "-ss 0.9")),
    Odd("cut h264.mkv", ACCEPTED, "cut by copying", None, copied(PYRAMID, "-c copy", ".ts", "-ss 0.9")),
    Odd("cut h264.mp4", ACCEPTED, "cut by copying", None, copied(PYRAMID, "-c copy", ".ts", "-ss 0.9")),
    Odd("clock again.flv", ACCEPTED, "its time stamps step back", 60, of(film("-c:v flv"), again, ".flv")),
    Odd("PQ.mov", ACCEPTED, "high dynamic range (PQ), tone-mapped", 30, film(f"{HDR}smpte2084 -tag:v hvc1")),
    Odd("HLG.mkv", ACCEPTED, "high dynamic range (HLG), tone-mapped", 30, film(f"{HDR}arib-std-b67")),
    Odd("size changes.h264", ACCEPTED, "change their size", 60, RESIZED),
    Odd("size changes.ts", ACCEPTED, "change their size", 60, copied(RESIZED, "-c copy", ".h264")),
    Odd("size changes.mkv", ACCEPTED, "change their size", 60, copied(RESIZED, "-c copy", ".h264", "-r 25")),
    Odd("index cut off.avi", ACCEPTED, "no frame is missing", 30, of(MPEG4, lambda data: data[: data.rindex(b"idx1")])),
    Odd("says one more.avi", ACCEPTED, "its header says 31 frames, there are 30", 30, of(MPEG4, lying(31))),
    Odd("says fewer.avi", ACCEPTED, "its header says 20 frames, there are 30", 30, of(MPEG4, lying(20))),
    Odd("sound goes on.mkv", ACCEPTED, "its duration is 5.0 s", 30, overlong(H264)),
    Odd(
        "pauses.mkv",
        ACCEPTED,
        "30 frames, and room for 10 more",
        30,
        film(f"-vf select='not(between(n,9,18))' -fps_mode passthrough {H264}"),
    ),
    # no video
    Odd("empty.avi", REFUSED, "0 bytes", None, content(b"")),
    Odd("one byte.avi", REFUSED, "Invalid data", None, content(b"R")),
    Odd("page.avi", REFUSED, "web page", None, content(b"\n <!DOCTYPE html><html><title>404 Not Found</title></html>")),
    Odd("page.mp4", REFUSED, "web page", None, content(b'{"error": "quota exceeded"}')),
    Odd("noise.avi", REFUSED, "Invalid data", None, content(np.random.default_rng(0).bytes(50000))),
    Odd("zeros.mp4", REFUSED, "", None, content(bytes(50000))),
    Odd("drawn.avi", REFUSED, "", None, content(DRAWN)),
    Odd("list.avi", REFUSED, "", None, content(b"#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:2,\nplain.avi\n#EXT-X-ENDLIST\n")),
    Odd("joining.avi", REFUSED, "not a container of videos", None, content(b"ffconcat version 1.0\nfile 'plain.avi'\n")),
    Odd("picture.avi", REFUSED, "", None, film("-c:v mjpeg -f image2", 1)),
    Odd("archive.avi", REFUSED, "", None, content(b"PK\x03\x04" + bytes(3000))),
    Odd("header only.avi", REFUSED, "", None, of(MPEG4, lambda data: data[: data.index(b"movi") + 4])),
    Odd("header only.mp4", REFUSED, "", None, of(MP4, lambda data: data[: data.index(b"mdat") + 4], ".mp4")),
    Odd("no header.mp4", REFUSED, "", None, of(MP4, lambda data: data[data.index(b"mdat") - 4 :], ".mp4")),
    Odd("no frames.avi", REFUSED, "", None, film("-c:v mpeg4", 0)),
    Odd(
        "sound alone.avi",
        REFUSED,
        "no video stream, sound alone",
        None,
        lambda path: run_ffmpeg(*TONE.split(), f"file:{path}"),
    ),
    Odd(
        "sound alone.mp4",
        REFUSED,
        "no video stream, sound alone",
        None,
        lambda path: run_ffmpeg(*TONE.split(), f"file:{path}"),
    ),
    Odd(
        "sound with a cover.mp4",
        REFUSED,
        "no video stream, sound alone",
        None,
        film(f"{SOUND} -c:v mjpeg -c:a aac -disposition:v attached_pic -f mp4", 1),
    ),
    Odd("unknown codec.avi", REFUSED, "", None, of(MPEG4, lambda data: data.replace(b"FMP4", b"QQQQ"))),
    Odd("emptied.avi", REFUSED, "29 frames of 30 packets that hold one each", 29, of(MPEG4, emptied)),
    Odd("says 444.avi", REFUSED, "30 frames of the 444 that its header says", 30, of(MPEG4, lying(444))),
    Odd("says 32.avi", REFUSED, "30 frames of the 32 that its header says", 30, of(MPEG4, lying(32))),
    Odd(
        "cut between frames.avi",
        REFUSED,
        "29 frames of the 30 that its header says",
        29,
        of(MPEG4, lambda d: d[: d.rindex(b"00dc", 0, d.rindex(b"idx1"))]),
    ),
    Odd("one end.mp4", REFUSED, "that its header says", None, of(film(f"{H264} -g 10", 60), trimmed(0, 800, False), ".mp4")),
    Odd("no top field.mts", REFUSED, "after 9 frames", None, content(paff.stream(25, (9, 0)))),
    Odd("no bottom field.mts", REFUSED, "a field of frame", None, content(paff.stream(25, (9, 1)))),
    # no file
    Odd("nothing.avi", REFUSED, "no such file", None, lambda path: None),
    Odd("folder.avi", REFUSED, "a folder or device in its place", None, lambda path: path.mkdir()),
    Odd("broken link.avi", REFUSED, "a broken link", None, link("nowhere")),
    Odd("loop.avi", REFUSED, "symbolic links", None, link("")),
    Odd("pipe.avi", REFUSED, "a folder or device in its place", None, os.mkfifo),
    Odd("socket.avi", REFUSED, "a folder or device in its place", None, bind),
    Odd("device.avi", REFUSED, "a folder or device in its place", None, link("/dev/zero")),
    Odd("too long a name" + "g" * 300 + ".avi", REFUSED, "File name too long", None, lambda path: None),
]


def seed_of(*words: object) -> int:
    """A number that depends on these words alone."""
    return int.from_bytes(hashlib.sha256("\n".join(map(str, words)).encode()).digest()[:8], "little")


def frames_of(part: Path) -> bytes:
    """What stands in a part file, as a digest."""
    return hashlib.sha256(part_files.read_part("", part).data.tobytes()).digest()


class Outcome(NamedTuple):
    """What became of one damaged file: how it was found, what was found, and whether its digest would tell that it has changed."""

    kind: str
    means: str
    found: integrity.VideoVerdict
    by_digest: bool


MEANS = ("strict decoding", "header", "accepted with a note", "passes, frames as before", "passes, other frames")


def damaged(video: Path, kind: str, way: Way, number: int, seed: int, sound: bytes) -> Outcome:
    """Damage a video, look at it, and at last with the digest of the sound one: that must refuse what has changed.

    ``sound``: ``frames_of`` the sound one.
    """
    before = video.read_bytes()
    after = way(before, seed_of(seed, video.name, kind, number))
    with tempfile.TemporaryDirectory() as scratch:
        path, part = Path(scratch) / video.name, Path(scratch) / "part.npz"
        path.write_bytes(after)
        found = part_files.decode_to_part(path, part, FRAMES, part_files.EVERY_FRAME, None)
        if found.verdict == REFUSED:
            means = MEANS[1] if "its header says" in found.reason or "packets that hold" in found.reason else MEANS[0]
        else:
            means = MEANS[2] if found.verdict else MEANS[3 if frames_of(part) == sound else 4]
        digest = hashlib.sha256(before).hexdigest()
        by_digest = (
            after == before or part_files.decode_to_part(path, part, FRAMES, part_files.EVERY_FRAME, digest).verdict == REFUSED
        )
    return Outcome(kind, means, found, by_digest)


def outcomes(videos: Sequence[Path], each: int, seed: int) -> Iterator[Outcome]:
    """Damage sound videos in every way, as many files at a time as there are cores."""
    with ThreadPoolExecutor(os.cpu_count()) as threads, tempfile.TemporaryDirectory() as scratch:
        work = []
        for video in videos:
            part = Path(scratch) / f"{seed_of(video)}.npz"
            if part_files.decode_to_part(video, part, FRAMES, part_files.EVERY_FRAME, None).verdict:
                raise ValueError(f"{video}: not sound to begin with")
            for kind, several in ways(each).items():
                work += [(video, kind, way, number, seed, frames_of(part)) for number, way in enumerate(several)]
        yield from threads.map(lambda words: damaged(*words), work)


def table(found: Sequence[Outcome]) -> list[str]:
    """A row a kind: of how many, how many were found by which means."""
    rows = [f"| damage | files | {' | '.join(MEANS)} | pass with digests.txt |", "|---" * (len(MEANS) + 3) + "|"]
    kinds = [*dict.fromkeys(of.kind for of in found), "all"]
    for kind in kinds:
        these = [of for of in found if kind in (of.kind, "all")]
        counts = Counter(of.means for of in these)
        cells = [len(these), *(counts[means] for means in MEANS), sum(not of.by_digest for of in these)]
        rows.append(f"| {kind} | {' | '.join(map(str, cells))} |")
    return rows


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m support.damage", description=__doc__)
    parser.add_argument("folder", type=Path, metavar="FOLDER", help="sound videos, in folders or not")
    parser.add_argument("--extensions", nargs="+", default=[], help="these alone, as in .avi")
    parser.add_argument("--videos", type=int, default=20, help="at most so many, evenly spread")
    parser.add_argument("--each", type=int, default=4, help="files of a kind and video")
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    paths = sorted(path for path in arguments.folder.rglob("*") if path.is_file() and path.suffix not in NO_VIDEO)
    paths = [path for path in paths if not arguments.extensions or path.suffix in arguments.extensions]
    chosen = [paths[i] for i in np.linspace(0, len(paths) - 1, min(arguments.videos, len(paths))).astype(int)]
    found = list(outcomes(chosen, arguments.each, arguments.seed))
    print(f"{len(chosen)} videos of {arguments.folder}, seed {arguments.seed}, {ffmpeg_program.version()}\n")
    print(*table(found), sep="\n")


if __name__ == "__main__":
    main()
