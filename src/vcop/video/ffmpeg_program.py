"""The ffmpeg program: which one is used, and whether it can do what this package asks of it.

The one in the package ``imageio-ffmpeg`` is preferred to the one on PATH, which in older systems and conda environments is too old; the
variable IMAGEIO_FFMPEG_EXE of that package names another. A program that lacks an option or does not start is found here, before any video is read, so that no video is blamed for it.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from functools import cache

PATIENCE = 60  # seconds for a frame of 2x2 pixels
# A frame through the options that older versions lack. fps_mode is the newest: ffmpeg 5.1.
TRIAL = [
    "-nostdin", "-hide_banner", "-nostats", "-loglevel", "level+error", "-xerror",
    "-err_detect", "explode+crccheck", "-format_whitelist", "rawvideo", "-threads", "1",
    "-f", "rawvideo", "-pixel_format", "rgb24", "-video_size", "2x2", "-i", "pipe:",
    "-vf", "scale=2:2:flags=bilinear+accurate_rnd+full_chroma_int+bitexact",
    "-f", "rawvideo", "-pix_fmt", "rgb24", "-fps_mode", "passthrough", "pipe:",
    "-map", "0:V:0", "-c", "copy", "-copyinkf", "-bsf:v", "setts=pts=PTS:dts=N", "-f", "framecrc", "pipe:2",
]  # fmt: skip


@cache
def executable() -> str:
    """Return the path of the first ffmpeg program that works: that of ``imageio-ffmpeg``, then the one on PATH.

    Raises:
        ValueError: In one line, with path, version and fault of every program that was found.
    """
    faults: list[str] = []
    for program in _programs():
        fault = _fault(program)
        if not fault:
            if faults:
                print(f"{'; '.join(faults)}; {program} is used instead", file=sys.stderr)
            return program
        faults.append(f"{program} ({_version(program)}): {fault}")
    advice = "install ffmpeg 5.1 or later, or the package imageio-ffmpeg"
    raise ValueError(f"ffmpeg does not work, no video was read: {'; '.join(faults) or 'there is none'}: {advice}")


@cache
def version() -> str:
    """Return name and version of the program, for example ``ffmpeg 7.1``."""
    return _version(executable())


def _programs() -> list[str]:
    """Return the programs that there are, the preferred one first."""
    programs = [shutil.which("ffmpeg")]
    try:
        import imageio_ffmpeg

        wheel = imageio_ffmpeg.get_ffmpeg_exe()
        programs.insert(0, shutil.which(wheel) or wheel)
    except (ImportError, RuntimeError):
        pass
    return list(dict.fromkeys(filter(None, programs)))


def _fault(program: str) -> str:
    """Return what is wrong with a program, or ""."""
    frame = bytes(range(12))
    try:
        done = subprocess.run([program, *TRIAL], input=frame, capture_output=True, check=False, timeout=PATIENCE)
    except subprocess.TimeoutExpired:
        return f"no answer for {PATIENCE} s"
    except OSError as problem:
        return f"cannot start: {problem.strerror}"
    if done.returncode == 0 and done.stdout == frame:
        return ""
    lines = done.stderr.decode(errors="replace").split("\n")
    first = next((line.strip() for line in lines if "error]" in line or "fatal]" in line), lines[0].strip())
    return first or (f"ended with {done.returncode}" if done.returncode else "gave no frame")


def _version(program: str) -> str:
    """Return name and version of a program, or "no version" if it does not tell."""
    try:
        done = subprocess.run(
            [program, "-version"], capture_output=True, text=True, errors="replace", check=True, timeout=PATIENCE
        )
        return "ffmpeg " + done.stdout.split()[2]
    except (OSError, subprocess.SubprocessError, IndexError):
        return "no version"
