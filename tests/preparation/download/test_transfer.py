"""What one request needs to know; whole transfers are tested in test_http.py."""

import json

import pytest
import requests
from support.webs import Web

from vcop.preparation.download.transfer import (
    TRANSIENT,
    RetryableError,
    Version,
    read_record,
    size_of,
    transfer,
    version_record,
)

URL = "https://host/a.bin"


def response(**headers):
    answer = requests.Response()
    answer.headers.update({name.replace("_", "-"): value for name, value in headers.items()})
    return answer


def test_the_length_is_that_of_the_whole_file():
    assert Version.of(URL, response(Content_Length="500")).length == 500
    assert Version.of(URL, response(Content_Length="40", Content_Range="bytes 460-499/500")).length == 500
    assert Version.of(URL, response()).length is None


def test_only_a_strong_tag_or_a_date_tells_whether_a_file_has_changed():
    date = "Sun, 22 Nov 2026 10:00:00 GMT"
    assert Version.of(URL, response(ETag='"abc"', Last_Modified=date)).mark == '"abc"'
    assert Version.of(URL, response(ETag='W/"abc"', Last_Modified=date)).mark == date
    assert Version.of(URL, response()).mark == ""


def test_a_damaged_record_is_an_empty_one(tmp_path):
    assert read_record(tmp_path / "none.json") == {}
    for text in ("{", "[1]", ""):
        (tmp_path / "a.json").write_text(text)
        assert read_record(tmp_path / "a.json") == {}
    (tmp_path / "a.json").write_text('{"a": 1}')
    assert read_record(tmp_path / "a.json") == {"a": 1}


def test_one_request_keeps_what_has_come_and_the_next_brings_the_rest(tmp_path):
    part = tmp_path / "a.bin.part"
    with Web() as web, requests.Session() as session:
        url = web.serve("a.bin", bytes(1000), drops=[400])
        with pytest.raises(TRANSIENT):
            transfer(session, url, part, 2, 0)
        assert size_of(part) == 400
        assert json.loads(version_record(part).read_text())["length"] == 1000
        transfer(session, url, part, 2, 0)
        assert size_of(part) == 1000
        assert web.pages["a.bin"].asked == [None, "bytes=400-"]


def test_a_busy_server_says_how_long_to_wait(tmp_path):
    with Web() as web, requests.Session() as session:
        url = web.serve("a.bin", b"", codes=[503], headers={"Retry-After": "7"})
        with pytest.raises(RetryableError, match="503") as busy:
            transfer(session, url, tmp_path / "a.bin.part", 2, 0)
    assert busy.value.wait == 7
