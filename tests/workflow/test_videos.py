"""Videos that are put back, replaced, copied or removed after a study has decoded them, each through Snakemake."""

import os
import shutil
from pathlib import Path

import pytest
import yaml
from support.studies import SMALL, Study

from vcop.datasets.video_manifest import manifest_path
from vcop.datasets.video_review import previous_path
from vcop.storage.frame_store import FrameStore

STORE, DIGEST, LOG = "results/frames/ucf101.h5", "results/frames/ucf101.digest", "results/logs/decode/ucf101.log"
FEATURES = "results/features/ucf101/r3d/random/seed-0.h5"
ONE, OTHER = "Swing/v_Swing_g08_c01.avi", "Bounce/v_Bounce_g01_c01.avi"


class RealStudy(Study):
    """A study of videos that it has not made itself."""

    def configure(self, **ucf101: object) -> None:
        sections = {key: SMALL[key] for key in ("study", "frames", "input", "network", "pretrain", "extract")}
        places = {"videos": "data/videos", "lists": "data/lists", "validation_videos": 6, "processes": 2}
        more = {key: ucf101.pop(key) for key in list(ucf101) if key in sections}
        (self.folder / "config.yaml").write_text(yaml.safe_dump(sections | {"data": {"ucf101": places | ucf101}} | more))

    @property
    def videos(self) -> Path:
        return self.folder / "data/videos"

    @property
    def store(self) -> Path:
        return self.folder / STORE

    def said(self, *words: str, check: bool = True) -> str:
        done = self.snakemake(*words, check=check)
        return done.stdout + done.stderr


@pytest.fixture(scope="module")
def decoded(code, videos, tmp_path_factory):
    """Decoded, with features of one network."""
    study = RealStudy(tmp_path_factory.mktemp("decoded") / "study", code)
    shutil.copytree(videos / "videos", study.videos)
    shutil.copytree(videos / "lists", study.folder / "data/lists")
    study.configure()
    study.snakemake("--", FEATURES)
    return study


@pytest.fixture
def mine(decoded, code, tmp_path):
    """A copy of it, times included."""
    shutil.copytree(decoded.folder, tmp_path / "study")
    return RealStudy(tmp_path / "study", code)


def test_a_video_that_is_put_back_is_decoded_alone(decoded, code, tmp_path):
    study = RealStudy(tmp_path / "study", code)
    shutil.copytree(decoded.folder / "data", study.folder / "data")
    study.configure(allow_unreadable=2)
    (study.videos / ONE).rename(tmp_path / "away.avi")
    study.snakemake("--", DIGEST)
    assert len(FrameStore(study.store).videos) == 79
    assert study.planned("--", DIGEST) == {}
    (tmp_path / "away.avi").rename(study.videos / ONE)
    before = manifest_path(study.store).read_bytes()
    said = study.said("--dry-run", "--", DIGEST)
    assert f"Videos of ucf101: 1 new or changed since decoding, so decode runs again: {ONE}" in said
    assert manifest_path(study.store).read_bytes() == before, "a dry run writes nothing"
    assert not previous_path(study.store).exists()
    study.snakemake("--", DIGEST)
    assert "80 videos" in (study.folder / LOG).read_text()
    assert "the frames of 79 videos were taken from the store before" in (study.folder / LOG).read_text()
    assert study.store.read_bytes() == decoded.store.read_bytes(), "as if all of them had been decoded at once"
    for name in ("ucf101.digest", "ucf101-unreadable.csv"):
        assert study.store.with_name(name).read_bytes() == decoded.store.with_name(name).read_bytes()
    assert study.planned("--", DIGEST) == {}
    assert not previous_path(study.store).exists()


def test_a_video_that_is_replaced_makes_run_what_follows(mine, decoded):
    assert mine.planned("--", FEATURES) == {}
    shutil.copyfile(mine.videos / OTHER, mine.videos / ONE)
    assert mine.planned("--", FEATURES) == {"decode": 1, "extract": 1}
    mine.snakemake("--", FEATURES)
    assert "the frames of 79 videos were taken" in (mine.folder / LOG).read_text()
    old, new = FrameStore(decoded.store), FrameStore(mine.store)
    sums = [{v.name: store.checksums(v).tolist() for v in store.videos} for store in (old, new)]
    assert [name for name in sums[0] if sums[0][name] != sums[1][name]] == [ONE]
    assert sums[1][ONE] == sums[1][OTHER]
    assert mine.planned("--", FEATURES) == {}
    (mine.videos / ONE).write_bytes((decoded.videos / ONE).read_bytes())
    assert mine.planned("--", FEATURES) == {"decode": 1, "extract": 1}, "changed once more"


def test_a_folder_copied_without_times_decodes_nothing(mine):
    shutil.copytree(mine.videos, mine.folder / "other disk", copy_function=shutil.copyfile)
    shutil.rmtree(mine.videos)
    shutil.copytree(mine.folder / "other disk", mine.videos, copy_function=shutil.copyfile)
    before = manifest_path(mine.store).read_text()
    assert mine.planned("--", FEATURES) == {}
    assert manifest_path(mine.store).read_text() == before
    assert "Nothing to be done" in mine.said("--", FEATURES)
    after = manifest_path(mine.store).read_text()
    assert f" {(mine.videos / ONE).stat().st_mtime_ns}," in after
    assert after != before
    mine.configure(videos="other disk")
    assert mine.planned("--", FEATURES) == {}


def test_videos_may_be_removed_after_decoding(mine):
    shutil.rmtree(mine.videos)
    assert "Nothing to be done" in mine.said("--", FEATURES)
    mine.configure(frames=SMALL["frames"] | {"decode_revision": 2})
    store = mine.store.read_bytes()
    said = mine.said("--", FEATURES, check=False)
    assert f"{STORE} has to be decoded again, but 80 of its videos are not in data/videos, 0 are allowed" in said
    assert "Traceback" not in said
    assert mine.store.read_bytes() == store
    mine.configure()
    assert mine.planned("--", FEATURES) == {}


def test_a_store_older_than_its_record_is_kept_and_watched_from_now_on(mine):
    record = manifest_path(mine.store)
    record.unlink()
    assert mine.planned("--", FEATURES) == {}
    assert not record.exists()
    said = mine.said("--", FEATURES)
    assert f"Videos of ucf101: taken as those of {STORE}" in said
    assert "Nothing to be done" in said
    os.truncate(mine.videos / ONE, 5000)
    assert mine.planned("--", FEATURES) == {"decode": 1, "extract": 1}
    assert mine.snakemake("--", FEATURES, check=False).returncode, "it is damaged"
    assert previous_path(mine.store).exists(), "the frames of the others are kept"
    mine.configure(allow_unreadable=1)
    mine.snakemake("--", DIGEST)
    assert "the frames of 79 videos were taken" in (mine.folder / LOG).read_text()
    assert not previous_path(mine.store).exists()
