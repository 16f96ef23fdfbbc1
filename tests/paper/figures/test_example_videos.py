import numpy as np
from support.hand_made import write

from vcop.paper.figures.example_videos import Neighbours, central_frame, choose_queries, class_label, read_neighbours


def test_one_query_a_class_by_a_fixed_rule():
    videos = [f"{c}/{i}.avi" for c in "abcdefg" for i in range(9)]
    chosen = choose_queries(videos, 5)
    assert chosen == choose_queries(videos[::-1], 5)
    assert len({class_label(v) for v in chosen}) == 5
    assert len(choose_queries(videos[:9], 5)) == 1


def test_neighbours_are_those_of_videos_and_may_be_missing(tmp_path):
    path = tmp_path / "r.csv"
    rows = ["clip,a/1.avi,0,a,1,x,y", "video,a/1.avi,0,a,1,b/2.avi,c/3.avi", "video,NA,0,a,0,b/2.avi,"]
    write(path, "level,video,clip,class,rank,first,second", rows)
    assert read_neighbours(path) == {
        "a/1.avi": Neighbours("a/1.avi", "b/2.avi", "c/3.avi"),
        "NA": Neighbours("NA", "b/2.avi", ""),
    }


def test_the_central_frame_is_in_the_middle(store):
    video = store.videos[3]
    assert np.array_equal(central_frame(store, video.name), store.read(video, [video.count // 2])[0])


def test_classes_are_directories_in_words():
    assert class_label("brush_hair/some_video.avi") == "brush hair"
