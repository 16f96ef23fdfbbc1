import unicodedata

import pytest

from vcop.datasets.video_files import locate_videos


def form(kind, *names):
    return [unicodedata.normalize(kind, name) for name in names]


@pytest.mark.parametrize(("listed", "stored"), [("NFC", "NFD"), ("NFD", "NFC")])
def test_another_unicode_form_is_the_same_name(tmp_path, capfd, listed, stored):
    names = form(listed, "Jump/é.avi", "Saut à la perche/ö.avi", "Saut à la perche/plain.avi")
    files = [tmp_path / name for name in form(stored, *names)]
    for file in files:
        file.parent.mkdir(exist_ok=True)
        file.touch()
    assert locate_videos(tmp_path, names) == dict(zip(names, files, strict=True))
    assert capfd.readouterr().err.startswith(f"{tmp_path}: 3 videos have names in another Unicode form than in the lists")


def test_what_is_there_under_its_own_name_is_taken_silently(tmp_path, capfd):
    both = [*form("NFC", "é.avi"), *form("NFD", "é.avi"), "plain.avi"]
    for name in both:
        (tmp_path / name).touch()
    assert locate_videos(tmp_path, both) == {name: tmp_path / name for name in both}
    assert capfd.readouterr() == ("", "")


def test_one_file_is_never_two_videos(tmp_path):
    both = [*form("NFC", "é.avi"), *form("NFD", "é.avi")]
    (tmp_path / both[1]).touch()
    assert locate_videos(tmp_path, both) == {name: tmp_path / name for name in both}


def test_what_is_missing_keeps_its_name(tmp_path, capfd):
    names = ["Jump/a.avi", "Jump/é.avi", "é"]
    (tmp_path / "Jump").touch()
    assert locate_videos(tmp_path, names) == {name: tmp_path / name for name in names}
    assert locate_videos(tmp_path / "nowhere", names) == {name: tmp_path / "nowhere" / name for name in names}
    assert capfd.readouterr() == ("", "")
