from vcop.loading.inputs import print_looped
from vcop.storage.frame_store import Video

VIDEOS = [Video(f"A/{i}.avi", 0, 0, 30 + i) for i in range(40)]


def test_short_videos_are_said_to_be_looped(capsys):
    print_looped([*VIDEOS[:2], Video("A/short.avi", 0, 0, 9)], 16)
    assert capsys.readouterr().out == "A/short.avi: 9 frames, fewer than a clip's 16: it is looped from its first frame\n"
