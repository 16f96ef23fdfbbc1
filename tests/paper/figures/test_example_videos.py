from vcop.paper.figures.example_videos import choose, class_of


def test_one_query_a_class_by_a_fixed_rule():
    videos = [f"{c}/{i}.avi" for c in "abcdefg" for i in range(9)]
    chosen = choose(videos, 5)
    assert chosen == choose(videos[::-1], 5)
    assert len({class_of(v) for v in chosen}) == 5
    assert len(choose(videos[:9], 5)) == 1
