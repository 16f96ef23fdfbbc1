import pytest

from vcop.config.names import QUESTIONS
from vcop.config.reader import read_study
from vcop.preparation.download import sources


def test_every_source_has_a_digest_and_an_encrypted_address():
    for source in sources.SOURCES.values():
        assert all(len(digest) == 64 for digest in source.files.values())
        assert source.address.startswith("https://") or source.form == "by hand"


def test_where_a_study_wants_what(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    data = {"ucf101": {"videos": "data/UCF-101", "lists": "data/ucfTrainTestlist"}}
    questions = {"videos": "v", "annotations": "a", "vectors": "data/glove.6B.zip/glove.6B.300d.txt"}
    study = read_study({"study": "s", "data": data, "questions": questions})
    paths = {name: str(path) for name, path in sources.source_folders(study).items()}
    assert paths["ucf101-videos"] == "data/UCF-101" and paths["glove"] == "data/glove.6B.zip" and "hmdb51-videos" not in paths
    record = "results/download/{}.json".format
    assert sources.record_files(study, QUESTIONS) == [record(f"{QUESTIONS}-lists"), record("glove")]
    with pytest.raises(ValueError, match=r"config\.yaml: hmdb51 is not there"):
        sources.record_files(study, "hmdb51")
    (tmp_path / "results/download").mkdir(parents=True)
    (tmp_path / record("ucf101-videos")).write_text("{}")
    with pytest.raises(ValueError, match=r"says that data/UCF-101 was fetched, but it is not there: remove the record"):
        sources.record_files(study)
