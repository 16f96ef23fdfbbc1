import hashlib
import json

from support.archives import zipped
from support.helpers import vcop
from support.webs import Web

VECTORS = zipped(("glove.6B.300d.txt", b"the 1 2\n"))


def test_a_record_is_written_and_the_last_line_says_what_was_done(tmp_path, capsys):
    path, record = tmp_path / "data" / "glove.6B.zip", tmp_path / "record.json"
    with Web() as web:
        url = web.serve("vectors", VECTORS)
        words = ("download", "glove", "--to", path, "--from", url, "--digests", "recorded", "--record", record)
        assert vcop(*words) == 0
    assert capsys.readouterr().out.splitlines()[-1] == f"{path}: 1 file downloaded"
    digest = hashlib.sha256(VECTORS).hexdigest()
    files = [{"name": "glove.6B.zip", "url": url, "bytes": len(VECTORS), "sha256": digest}]
    assert json.loads(record.read_text()) == {"place": str(path), "files": files}


def test_a_directory_with_files_is_left_unchanged(tmp_path, capsys):
    folder, record = tmp_path / "UCF-101", tmp_path / "record.json"
    folder.mkdir()
    (folder / "mine.avi").touch()
    assert vcop("download", "ucf101-videos", "--to", folder, "--record", record) == 0
    assert capsys.readouterr().out == f"{folder}: exists already and is left unchanged\n"
    assert json.loads(record.read_text()) == {"place": str(folder), "files": []}
    assert [path.name for path in folder.iterdir()] == ["mine.avi"]
