import pytest
from support.lists import LINES

from vcop.config.names import QUESTIONS
from vcop.datasets.splits import UCF101_LISTS
from vcop.preparation.checking.inventory import (
    find_folders,
    find_misplaced,
    list_video_files,
    read_frame_counts,
    take_inventory,
)


@pytest.fixture
def root(tmp_path):
    """Lists of two videos, one of which is there, beside a file that no list names."""
    (tmp_path / "lists").mkdir()
    for name in UCF101_LISTS:
        (tmp_path / "lists" / name).write_text(LINES.get(name, ""))
    (tmp_path / "videos" / "Jump").mkdir(parents=True)
    (tmp_path / "videos" / "Jump" / "v_Jump_g01_c01.avi").write_bytes(b"1")
    (tmp_path / "videos" / "Jump" / "v_Run_g01_c01.avi").write_bytes(b"2")
    return tmp_path


def test_lists_are_found_beside_the_videos(root):
    assert find_folders("ucf101", root / "videos", None) == (root / "videos", root / "lists")
    assert find_folders("ucf101", root / "lists", None) == (None, root / "lists")
    assert find_folders("ucf101", None, root) == (None, root)
    (root / "ucfTrainTestlist").mkdir()
    assert find_folders("ucf101", root / "videos", None)[1].name == "ucfTrainTestlist", "the official name comes first"


def test_lists_that_are_not_found_are_asked_for(root):
    with pytest.raises(
        ValueError, match=r"lists of hmdb51 .*testTrainMulti_7030_splits .*: name their directory with --lists"
    ):
        find_folders("hmdb51", root / "videos" / "Jump", None)
    with pytest.raises(ValueError, match=f"lists of {QUESTIONS} were not found: name their directory with --annotations"):
        find_folders(QUESTIONS, None, None)


def test_files_are_compared_with_the_lists(root):
    inventory = take_inventory("ucf101", root / "videos", root / "lists")
    assert set(inventory.splits.labels) == set(inventory.files) == {"Jump/v_Jump_g01_c01.avi", "Run/v_Run_g01_c01.avi"}
    assert list(inventory.surplus) == ["Jump/v_Run_g01_c01.avi"]
    assert find_misplaced(inventory, ["Run/v_Run_g01_c01.avi", "Run/other.avi"]) == {
        "Run/v_Run_g01_c01.avi": "Jump/v_Run_g01_c01.avi"
    }


def test_a_name_in_another_unicode_form_is_neither_missing_nor_surplus(root):
    (root / "videos/Run").mkdir()
    (root / "videos/Run/cafe\u0301.avi").write_bytes(b"3")
    with open(root / "lists/trainlist01.txt", "a", encoding="utf-8") as file:
        file.write("Run/caf\u00e9.avi 2\n")
    inventory = take_inventory("ucf101", root / "videos", root / "lists")
    assert inventory.files["Run/caf\u00e9.avi"] == root / "videos/Run/cafe\u0301.avi"
    assert list(inventory.surplus) == ["Jump/v_Run_g01_c01.avi"]


def test_a_bad_line_is_a_finding_without_the_directory(root):
    with open(root / "lists" / "trainlist01.txt", "a") as file:
        file.write("Nowhere/v.avi 1\n")
    (finding,) = take_inventory("ucf101", None, root / "lists").findings
    assert finding.kind == "list"
    assert finding.name.startswith("trainlist01.txt:2: ")


def test_links_are_followed_and_never_in_circles(root):
    (root / "videos" / "again").symlink_to(root / "videos")
    (root / "videos" / ".hidden.avi").touch()
    (root / "else").mkdir()
    (root / "else" / "a.avi").touch()
    (root / "videos" / "else").symlink_to(root / "else")
    assert sorted(list_video_files(root / "videos")) == ["Jump/v_Jump_g01_c01.avi", "Jump/v_Run_g01_c01.avi", "else/a.avi"]


def test_frame_counts_are_read_with_and_without_class_and_extension(tmp_path):
    path = tmp_path / "frames.csv"
    path.write_text("class,video,frames\nJump,v1,10\n,Run/v2.avi,20\nJump,v3,\nJump,v4,0\n")
    names = ["Jump/v1.avi", "Run/v2.avi", "Jump/v3.avi", "Jump/v4.avi"]
    assert read_frame_counts(path, names) == {"Jump/v1.avi": 10, "Run/v2.avi": 20, "Jump/v4.avi": 0}
    path.write_text("video,frames\nv1,10\nv2,\u00b2\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"frames\.csv:3: frames is '\u00b2', expected a whole number"):
        read_frame_counts(path, names)
    path.write_text("video,frames\nv1,10\nv2,many\n")
    with pytest.raises(ValueError, match=r"frames\.csv:3: frames is 'many', expected a whole number"):
        read_frame_counts(path, names)
    path.write_text("name,frames\nv1,10\n")
    with pytest.raises(ValueError, match="expected a frame store"):
        read_frame_counts(path, names)
