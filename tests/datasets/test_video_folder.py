import pytest

from vcop.datasets.video_folder import files_below, is_video, video_names


def test_videos_of_any_depth_are_found_by_their_endings_and_hidden_ones_are_not(tmp_path):
    for name in ("b.MP4", "a/x.mkv", "a/b/y.webm", "a/notes.txt", ".hidden/z.avi", "a/.w.avi"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    assert video_names(tmp_path) == ["a/b/y.webm", "a/x.mkv", "b.MP4"]
    assert tmp_path / "a/notes.txt" in files_below(tmp_path)
    assert not is_video(tmp_path / "a/notes.txt")


def test_a_folder_that_is_not_there_is_an_error(tmp_path):
    with pytest.raises(FileNotFoundError, match="gone"):
        files_below(tmp_path / "gone")


def test_links_to_folders_are_followed_and_a_loop_ends(tmp_path):
    (tmp_path / "disk/day").mkdir(parents=True)
    (tmp_path / "disk/day/a.mp4").touch()
    (tmp_path / "disk/day/again").symlink_to(tmp_path / "disk")
    (tmp_path / "videos").mkdir()
    (tmp_path / "videos/linked").symlink_to(tmp_path / "disk")
    assert video_names(tmp_path / "videos") == ["linked/day/a.mp4"]
