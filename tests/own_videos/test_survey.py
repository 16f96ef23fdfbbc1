from vcop.own_videos.survey import VideoLook, look_at, survey_videos


def test_a_folder_is_looked_at_without_decoding(clips):
    survey = survey_videos(clips, ["00.avi", "01.avi", "broken.mp4"], 1)
    assert survey.frames == [12, 36]
    assert survey.readable["01.avi"] == VideoLook(36, 25.0, 32, 24, "")
    assert list(survey.unreadable) == ["broken.mp4"]
    lines = list(survey.lines())
    assert lines[0] == "3 videos, 1 of them cannot be read"
    assert lines[1].startswith("  broken.mp4: ")
    assert lines[2:] == ["frames: 12 to 36, median 24; seconds: 0.5 to 1.4, median 1.0", "sizes: 32x24 (2)"]


def test_a_video_that_ends_early_cannot_be_read(clips, tmp_path):
    whole = (clips / "01.avi").read_bytes()
    (tmp_path / "cut.avi").write_bytes(whole[: len(whole) // 2])
    assert look_at(tmp_path / "cut.avi").reason
    assert look_at(tmp_path / "gone.avi").reason
