"""What archives announce, read from real ones; no program that unpacks is needed."""

import pytest
from support import rars
from support.archives import zipped

from vcop.preparation.download.archive_members import Limits, Member, list_members, require_safe


@pytest.mark.parametrize("write", [zipped, rars.rar4, rars.rar5])
def test_names_kinds_and_sizes_are_listed(tmp_path, write):
    path = tmp_path / "archive"
    path.write_bytes(
        write(("videos", b"", {"folder": True}), ("videos/a.avi", b"RIFF" * 3), ("link", b"a", {"link": "symlink"}))
    )
    folder, video, link = list_members(path)
    assert (folder.name.rstrip("/"), folder.kind) == ("videos", "folder")
    assert (video.name, video.kind, video.size) == ("videos/a.avi", "file", 12)
    assert (link.kind, link.problem) == ("", "a link")


def test_checksums_are_listed_where_the_program_that_unpacks_may_not_verify_them(tmp_path):
    path = tmp_path / "archive"
    path.write_bytes(rars.rar5(("a", b"123456789")))
    assert list_members(path)[0].crc32 == 0xCBF43926
    path.write_bytes(zipped(("a", b"123456789")))
    assert list_members(path)[0].crc32 is None


@pytest.fixture
def archive(tmp_path):
    (tmp_path / "a.zip").write_bytes(bytes(100))
    return tmp_path / "a.zip"


def test_ordinary_members_are_safe(archive):
    require_safe(archive, [Member("a", 0, "folder"), Member("a/b.txt", 10, "file"), Member("a", 0, "folder")], Limits())


@pytest.mark.parametrize(
    ("names", "problem"),
    [
        (["a", "../b"], "'../b' leads out"),
        (["a", "a"], "'a' occurs twice"),
        (["a", "a/b"], "'a/b' lies in a folder that is also"),
    ],
)
def test_the_first_bad_member_is_named(archive, names, problem):
    with pytest.raises(ValueError, match=rf"a\.zip: member {problem}"):
        require_safe(archive, [Member(name, 1, "file") for name in names], Limits())


def test_limits_count_members_bytes_and_growth(archive):
    members = [Member("a", 2**20 + 2_000, "file"), Member("b", 1, "file")]
    require_safe(archive, members, Limits(members=2, ratio=21))  # 100 bytes may grow to 2100 and one MiB
    for limits in (Limits(members=1), Limits(size=2**20), Limits(ratio=20)):
        with pytest.raises(ValueError, match=r"2 members of 1050577 bytes: more than"):
            require_safe(archive, members, limits)
