"""Complete list of the videos of a data set of one's own: found in a folder or in a user's table, with labels, groups and roles.

``vcop list`` writes it (``vcop.datasets.video_list``) before anything is decoded. The workflow asks whenever it plans whether the
folder still holds the videos of the list.
"""

from __future__ import annotations

import hashlib
import re
from contextlib import suppress
from pathlib import Path

from vcop.config.data_options import DatasetOptions
from vcop.datasets.held_out import draw_roles
from vcop.datasets.source_groups import source_group
from vcop.datasets.splits import read_splits
from vcop.datasets.video_folder import ENDINGS, video_names
from vcop.datasets.video_list import ListedVideo, has_labels, read_video_list, videos_of
from vcop.runtime.printing import printable


def list_videos(folder: Path, options: DatasetOptions, root: Path = Path()) -> list[ListedVideo]:
    """Return all videos of a data set, each with a group and a role.

    Args:
        folder: Directory of the videos.
        options: Table of the user, labels, groups and number of validation videos.
        root: Directory from which the path of the table is taken.

    Raises:
        ValueError: If there is no video, or a group, label or role cannot be had.
    """
    videos = found_videos(folder, options, root)
    if options.lists and not options.table:
        return videos
    if options.labels == "folders":
        _require_folders(folder, videos)
    _require_undivided(videos)
    groups = {video.path: video.group for video in videos}
    roles = draw_roles(groups, {video.path: video.role for video in videos if video.role}, options.validation_videos)
    return [video._replace(role=roles[video.path]) for video in videos]


def _require_folders(folder: Path, videos: list[ListedVideo]) -> None:
    """Raise ValueError unless every video has a label and there are at least two labels."""
    if not has_labels(videos):
        raise ValueError(f"{folder}: labels: folders, but its videos are not in two or more sub-folders, one for each class")
    if loose := [printable(video.path) for video in videos if not video.label]:
        raise ValueError(
            f"{folder}: labels: folders, but {len(loose)} of {len(videos)} videos lie in no sub-folder ({loose[0]}): move them into one, or "
            "take labels: none"
        )


def _require_undivided(videos: list[ListedVideo]) -> None:
    """Raise ValueError if a user's table gives two videos of one group different roles.

    Groups that are recognised only because file names look like UCF101's or HMDB51's are not checked, since some lists divide them.
    """
    first: dict[str, ListedVideo] = {}
    for video in videos:
        if video.role and video.group != source_group(video.path):
            other = first.setdefault(video.group, video)
            if other.role != video.role:
                raise ValueError(
                    f"group {video.group!r} has the roles {other.role} ({printable(other.path)}) and {video.role} "
                    f"({printable(video.path)}): groups are never divided, so give its videos one role, or smaller groups"
                )


def found_videos(folder: Path, options: DatasetOptions, root: Path = Path()) -> list[ListedVideo]:
    """Return all videos of a data set, with labels and groups, but without roles that no table or list gives. Raises ValueError.

    Of lists in the form of UCF101's or HMDB51's, split 1 counts, as in pretraining.
    """
    if options.table:
        videos = read_video_list(root / options.lists)
    elif options.lists:
        if (root / options.lists).is_file():
            raise ValueError(
                f"{root / options.lists}: a table of videos is a file that ends in .csv; other lists are a folder"
            )
        videos = videos_of(read_splits("", root / options.lists))
    else:
        if not folder.is_dir():
            raise ValueError(f"{folder}: the folder of the videos does not exist")
        names = video_names(folder)
        if not names:
            raise ValueError(f"{folder}: no video there (endings: {' '.join(sorted(ENDINGS))})")
        if blank := [name for name in names if name != name.strip() or "\r" in name]:
            raise ValueError(
                f"{folder}: the path {blank[0]!r} begins or ends with a blank, or holds a carriage return, which a table of videos does not "
                "keep: rename it"
            )
        videos = [ListedVideo(name) for name in names]
    if options.labels == "folders":
        videos = [video._replace(label=video.label or first_folder(video.path)) for video in videos]
    return [video._replace(group=video.group or group_of(video, options.groups)) for video in videos]


def first_folder(path: str) -> str:
    """Return the first folder of a path; "" if it has none."""
    return path.partition("/")[0] if "/" in path else ""


def group_of(video: ListedVideo, groups: str) -> str:
    """Return the group of a video.

    Args:
        video: The video; the directory that is its label says no group.
        groups: ``none``, ``folders`` or a regular expression (``DatasetOptions.groups``).
    """
    own = source_group(video.path)
    if groups == "none":
        return own
    if groups == "folders":
        parent = video.path.rpartition("/")[0]
        return own if parent in ("", video.label) else parent
    match = re.search(groups, video.path)
    found = match and next((part for part in match.groups() if part), match[0])
    return found or own


def folder_version(folder: Path, videos_list: Path, options: DatasetOptions, *, decoded: bool) -> str:
    """Return a short hash of the names of the videos in a folder; if it changes, the workflow writes the list again.

    New videos change it. Missing videos change it only before decoding, because videos may be deleted after it; a folder without any video
    changes nothing. A table or lists of the user are files that the workflow watches itself.

    Args:
        folder: Directory of the videos.
        videos_list: The list that was written before, if it is there.
        options: Whether a table or lists of the user name the videos.
        decoded: Whether there is, or was, a frame store.
    """
    if options.lists:
        return "table"
    known, found = set[str](), set[str]()
    with suppress(ValueError, OSError):
        known = {video.path for video in read_video_list(videos_list)}
    with suppress(OSError):
        found = set(video_names(folder))
    new = found - known
    names = found if new or (found and not decoded) else known
    return hashlib.sha256("\0".join(sorted(names)).encode("utf-8", "surrogateescape")).hexdigest()[:16]
