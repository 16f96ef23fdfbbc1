"""Query videos and their neighbours as pictures."""

import pytest
from matplotlib.figure import Figure
from support.hand_made import write

from vcop.paper.figures import retrieval_pictures, style
from vcop.paper.figures.example_videos import Neighbours, class_label


@pytest.fixture
def names(store):
    """Two videos of the first class and one of another."""
    first, second = [v.name for v in store.videos if v.label == store.videos[0].label][:2]
    other = next(v.name for v in store.videos if class_label(v.name) != class_label(first))
    return first, second, other


def test_right_neighbours_are_ticked_and_wrong_ones_are_not(store, names):
    axes = Figure().subplots(1, 2)
    retrieval_pictures.draw_neighbours(axes, store, Neighbours(*names))
    assert ["✓" in ax.get_xlabel() for ax in axes] == [True, False]
    assert [ax.xaxis.label.get_color() for ax in axes] == [style.GREEN, style.INK]
    assert all(len(ax.images) == 1 for ax in axes)


def test_nothing_is_ticked_where_classes_differ_between_the_sets(store, names):
    axes = Figure().subplots(1, 2)
    retrieval_pictures.draw_neighbours(axes, store, Neighbours(*names), counted=False)
    assert ["✓" in ax.get_xlabel() for ax in axes] == [False, False]


def test_a_gallery_of_one_video_leaves_the_second_place_empty(store, names):
    axes = Figure().subplots(1, 2)
    retrieval_pictures.draw_neighbours(axes, store, Neighbours(names[0], names[1], ""))
    assert [len(ax.images) for ax in axes] == [1, 0]
    assert not axes[1].axison


def test_a_query_has_a_frame_of_its_own(store, names):
    ax = Figure().subplots()
    retrieval_pictures.draw_query(ax, store, names[0])
    assert all(spine.get_visible() for spine in ax.spines.values())
    assert "✓" not in ax.get_xlabel()


def test_class_names_are_broken_into_words_and_lines():
    assert retrieval_pictures.picture_label("HandstandPushups/v.avi") == "Handstand\nPushups"
    assert retrieval_pictures.picture_label("brush_hair/v.avi") == "brush hair"
    assert retrieval_pictures.picture_label("TableTennisSet/v.avi") == "Table Tennis\nSet"
    assert retrieval_pictures.picture_label("TableTennisSet/v.avi", right=True) == "Table Tennis\nSet"


def test_the_first_seed_of_each_wanted_run_is_read(tmp_path):
    for seed, video in ((0, "a/1.avi"), (1, "b/1.avi")):
        path = tmp_path / f"retrieval/ucf101/r3d/16-8-3/conv5-seed-{seed}.csv"
        write(path, "level,video,clip,class,rank,first,second", [f"video,q/1.avi,0,q,1,{video},c/1.avi"])
    files = sorted(tmp_path.rglob("*.csv"), reverse=True)
    run = ("ucf101", "r3d", "16-8-3")
    runs = retrieval_pictures.read_retrieval("item", files, [run])
    assert runs == {run: {"q/1.avi": Neighbours("q/1.avi", "a/1.avi", "c/1.avi")}}
    with pytest.raises(ValueError, match=r"item: no result for C3D, 16-8-3, UCF101 in HMDB51 among the files given"):
        retrieval_pictures.read_retrieval("item", files, [("ucf101-in-hmdb51", "c3d", "16-8-3")])


def test_stores_are_opened_by_data_set(store_path, tmp_path):
    (tmp_path / "hmdb51.h5").symlink_to(store_path)
    stores = retrieval_pictures.open_stores([store_path, tmp_path / "hmdb51.h5", tmp_path / "a.csv"])
    assert list(stores) == ["ucf101", "hmdb51"]
