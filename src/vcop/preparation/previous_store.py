"""Frames that are taken from the store that is replaced, so that only changed videos are decoded again.

The workflow keeps that store under a second name (``vcop.datasets.video_review.keep_previous``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from vcop.config.data_options import FrameOptions
from vcop.datasets.video_manifest import FileRecord, VideoManifest
from vcop.datasets.video_review import previous_path
from vcop.preparation.part_files import ClipLayout
from vcop.storage.frame_store import FrameStore, Video
from vcop.storage.frame_writer import DecodedVideo
from vcop.video import ffmpeg_program
from vcop.video.integrity import REFUSED, VideoVerdict


@dataclass(frozen=True)
class PreviousStore:
    """The videos of a previous store whose frames are still those of their files; none if there is no such store.

    Attributes:
        verdicts: Verdict on each of these videos.
    """

    store: FrameStore | None = None
    videos: dict[str, tuple[Video, int]] = field(default_factory=dict)
    verdicts: dict[str, VideoVerdict] = field(default_factory=dict)

    def read(self, name: str) -> DecodedVideo:
        """Return the frames of a video, as they are stored.

        Raises:
            ValueError: A frame is damaged.
        """
        assert self.store
        video, source_count = self.videos[name]
        try:
            return DecodedVideo(name, *self.store.read_encoded(video), source_count)
        except ValueError as problem:
            raise ValueError(f"{problem}: remove this file and run again; all videos are then decoded again") from None

    def size(self, name: str) -> int:
        """Return the bytes of all frames of a video."""
        assert self.store
        return self.store.encoded_size(self.videos[name][0])


def open_previous(
    store_path: Path,
    dataset: str,
    options: FrameOptions,
    clip_layout: ClipLayout,
    manifest: VideoManifest | None,
    files: Mapping[str, FileRecord],
) -> PreviousStore:
    """Open the store that is replaced. One that cannot be used is removed.

    Args:
        store_path: Frame store that is going to be written.
        dataset: Name of the data set.
        options: Size and encoding of the stored frames.
        clip_layout: Which frames of a video are stored.
        manifest: Manifest of the store that is replaced.
        files: State of the videos now.
    """
    path = previous_path(store_path)
    if not path.exists():
        return PreviousStore()
    try:
        store = FrameStore(path, options)
    except ValueError:  # decoded with other options, or damaged
        store = None
    made = (dataset, ffmpeg_program.version(), *clip_layout)
    if store is None or manifest is None or manifest.digest != store.digest or _made_with(store) != made:
        path.unlink()
        return PreviousStore()
    videos = {video.name: (video, count) for video, count in zip(store.videos, store.source_counts, strict=True)}
    verdicts = {
        name: VideoVerdict(*manifest.verdicts[name])
        for name, record in files.items()
        if name in videos
        and {name} <= manifest.verdicts.keys() & manifest.files.keys()
        and record.content
        and record.same_content(manifest.files[name])
    }
    return PreviousStore(store, videos, {name: v for name, v in verdicts.items() if v.verdict != REFUSED})


def _made_with(store: FrameStore) -> tuple[str, str, int, int]:
    """Return what frames depend on beside the options: data set, decoder and which frames are stored."""
    about = store.attributes
    return str(about["dataset"]), str(about["made_by"]), int(about.get("clips", 0)), int(about.get("clip_length", 0))
