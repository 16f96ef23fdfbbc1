import pytest

from vcop.search.video_paths import find_videos


def test_folders_of_any_depth_are_searched_and_what_is_left_out_is_counted(own_videos):
    videos, others = find_videos([own_videos / "one.avi", own_videos])
    assert [str(v.relative_to(own_videos)) for v in videos] == ["one.avi", "a/b/short.avi", "a/broken.mp4", "a/two.avi"]
    assert others == {".txt": 1}


def test_a_file_that_is_named_is_taken_whatever_its_ending_and_a_hidden_one_is_not(tmp_path):
    for name in ("film", ".hidden.avi"):
        (tmp_path / name).touch()
    assert find_videos([tmp_path / "film"])[0] == [tmp_path / "film"]
    with pytest.raises(ValueError, match="no video there"):
        find_videos([tmp_path])
    with pytest.raises(ValueError, match="nowhere: the video or folder is not there"):
        find_videos([tmp_path / "nowhere"])
