from vcop.paper.figures.example_videos import choose_queries, class_label


def test_one_query_a_class_by_a_fixed_rule():
    videos = [f"{c}/{i}.avi" for c in "abcdefg" for i in range(9)]
    chosen = choose_queries(videos, 5)
    assert chosen == choose_queries(videos[::-1], 5)
    assert len({class_label(v) for v in chosen}) == 5
    assert len(choose_queries(videos[:9], 5)) == 1
