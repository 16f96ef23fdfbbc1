"""One file over HTTP: resumed where a transfer has stopped, begun anew where the file has changed, whole or not there.

``NAME.part`` grows beside the file, ``NAME.part.json`` says what it is a part of; once whole, ``NAME.json`` keeps the digest, so that
a later fetch of another file under the same name is noticed, also after ``NAME`` itself was removed.
"""

from __future__ import annotations

import hashlib
import http.client
import json
import os
import re
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import requests
import urllib3

from vcop import __version__
from vcop.config.data_options import DownloadOptions
from vcop.runtime.atomic_files import require_space, write_text
from vcop.runtime.progress import Progress

CHUNK = 2**20
BUSY = {408, 425, 429, 500, 502, 503, 504}  # answers that may be another one in a while
LONGEST_WAIT = 60.0
ELSEWHERE = "if the page has moved, give an address by --from or by download.mirror in config.yaml"
PASSING = (requests.ConnectionError, requests.Timeout, requests.exceptions.ChunkedEncodingError, urllib3.exceptions.HTTPError)


class RetryableError(Exception):
    """Something that may go better in a while; ``after``: seconds that the server asks for."""

    def __init__(self, problem: str, after: float = 0) -> None:
        super().__init__(problem)
        self.after = after


@dataclass(frozen=True)
class Version:
    """Which state of a file a server gives, as far as it says."""

    url: str
    length: int | None
    etag: str
    modified: str

    @classmethod
    def of(cls, url: str, answer: requests.Response) -> Version:
        """Out of the headers; the length is the whole file's."""
        total = re.search(r"/(\d+)$", answer.headers.get("Content-Range", ""))
        length = total[1] if total else answer.headers.get("Content-Length")
        etag, modified = answer.headers.get("ETag", ""), answer.headers.get("Last-Modified", "")
        return cls(url, int(length) if length and length.isdigit() else None, etag, modified)

    @property
    def mark(self) -> str:
        """What If-Range takes: only a strong tag or a date. Empty: it cannot be told whether the file has changed."""
        return self.etag if self.etag.startswith('"') else self.modified


def fetch(url: str, path: Path, known: str, options: DownloadOptions, room: float = 0) -> dict[str, Any]:
    """Make ``path`` out of ``url`` unless it is there; returns url, bytes, sha256.

    ``known``: the SHA-256 it must have ("": any). ``room``: what will be needed besides, as a multiple of its length. Raises ValueError
    for what is not to be had or not what it should be, OSError for what did not go well in ``options.tries`` tries.
    """
    part, beside = (path.with_name(f"{path.name}.{end}") for end in ("part", "json"))
    recorded = _read(beside)
    here = path.exists()
    if not here:
        path.parent.mkdir(parents=True, exist_ok=True)
        _patiently(url, part, options, room)
    whole = path if here else part
    digest = _sha256(whole)
    expected = known or (recorded.get("sha256", digest) if not here or recorded else digest)
    if digest != expected:
        whose = "known of it" if known else f"that it had when it was first fetched ({beside})"
        raise ValueError(
            f"{whole}: its SHA-256 is {digest}, not the one {whose}, {expected}: remove it to fetch it again; "
            + ("download.digests: recorded in config.yaml takes another one" if known else f"remove {beside.name} to take it")
        )
    about = {"url": recorded.get("url", "") if here else url, "bytes": whole.stat().st_size, "sha256": digest}
    if not here:
        write_text(beside, json.dumps(about, indent=1) + "\n")
        os.replace(part, path)
        _about(part).unlink(missing_ok=True)
    return about


def _patiently(url: str, part: Path, options: DownloadOptions, room: float) -> None:
    """Fetch into ``part``, again after longer and longer waits, as long as there is progress now and then."""
    failed, most = 0, _size(part)
    with requests.Session() as session:
        session.headers["User-Agent"] = f"vcop/{__version__}"
        while True:
            after = 0.0
            try:
                return _once(session, url, part, options, room)
            except requests.exceptions.SSLError as error:
                raise ValueError(
                    f"{url}: the server's certificate is not trusted ({_plain(error)}); REQUESTS_CA_BUNDLE names other authorities"
                ) from None
            except RetryableError as error:
                problem, after = str(error), error.after
            except PASSING as error:
                problem = _plain(error)
            except requests.RequestException as error:
                raise ValueError(f"{url}: {_plain(error)}; {ELSEWHERE}") from None
            failed, most = (1, _size(part)) if _size(part) > most else (failed + 1, most)
            kept = f"{_size(part)} bytes are kept in {part}"
            if failed >= options.tries:
                raise OSError(
                    f"{url}: {problem} ({failed} tries without a byte); {kept}: the same command goes on; {ELSEWHERE}"
                )
            wait = max(min(options.wait * 2 ** (failed - 1), LONGEST_WAIT), min(after, 10 * LONGEST_WAIT))
            print(f"{url}: {problem}; {kept}; again in {wait:.0f} s", flush=True)
            time.sleep(wait)


def _once(session: requests.Session, url: str, part: Path, options: DownloadOptions, room: float) -> None:
    """One request: the rest of the file, or all of it. Raises AgainError where that was not all."""
    have, known = _size(part), _read(_about(part))
    begun = Version(**known) if known.get("url") == url else None
    if begun is None or not begun.mark:
        have = 0
    headers = {"Accept-Encoding": "identity"} | ({"Range": f"bytes={have}-", "If-Range": begun.mark} if have and begun else {})
    with session.get(url, headers=headers, stream=True, timeout=options.timeout) as answer:
        _require_secure(url, answer)
        now = Version.of(url, answer)
        if answer.status_code == 416 and have:
            if now.length == have and begun and begun.length in {None, have}:
                return
            part.unlink()
            raise RetryableError("the server does not have as much as is here; begun anew")
        _require_content(url, answer)
        if answer.status_code == 206:
            _require_rest(answer, part, have, begun, now)
        elif _size(part):
            same = begun is not None and begun.mark and (begun.mark, begun.length) == (now.mark, now.length)
            why = "the server does not resume" if same else "the file has changed, or its server does not say whether"
            print(f"{url}: begun anew: {why}", flush=True)
            have = 0
        _receive(answer, part, have, now, room)
    if now.length is not None and _size(part) != now.length:
        raise RetryableError(f"ended after {_size(part)} of {now.length} bytes")


def _receive(answer: requests.Response, part: Path, have: int, now: Version, room: float) -> None:
    """Append what comes. Raises OSError where the disk is too small, before or meanwhile."""
    if now.length is not None:
        require_space(part, int(now.length - have + room * now.length))
    write_text(_about(part), json.dumps(asdict(now)))
    name, mib = part.name.removesuffix(".part"), 2**20
    with open(part, "ab" if have else "wb") as file, Progress(name, (now.length or 0) // mib, "MiB", have // mib) as progress:
        try:
            for data in answer.raw.stream(CHUNK, decode_content=False):
                file.write(data)
                progress.advance(file.tell() // mib - progress.done)
            file.flush()
            os.fsync(file.fileno())
        except OSError as problem:
            if isinstance(problem, PASSING) or problem.errno is None:
                raise
            raise OSError(
                problem.errno, f"{problem.strerror}; what has come is kept, the same command goes on", str(part)
            ) from None


def _require_secure(url: str, answer: requests.Response) -> None:
    passed = [step.url for step in [*answer.history, answer]]
    if url.startswith("https:") and not all(step.startswith("https:") for step in passed):
        raise ValueError(f"{url}: leads to {passed[-1]}, which is not encrypted; {ELSEWHERE}")


def _require_content(url: str, answer: requests.Response) -> None:
    """Raises AgainError or ValueError for an answer that is not (a part of) the file."""
    code, why = answer.status_code, f"{answer.status_code} {answer.reason}"
    if code in BUSY:
        asked = answer.headers.get("Retry-After", "")
        raise RetryableError(why, float(asked) if asked.isdigit() else 0)
    if code not in {200, 206}:
        raise ValueError(f"{url}: {why}; {ELSEWHERE}")
    if answer.headers.get("Content-Encoding", "identity") != "identity":
        raise ValueError(f"{url}: comes as {answer.headers['Content-Encoding']}, which was not asked for; {ELSEWHERE}")


def _require_rest(answer: requests.Response, part: Path, have: int, begun: Version | None, now: Version) -> None:
    """Raises AgainError, the part gone, where the server gives another part than asked for or of another file."""
    first = re.match(r"bytes (\d+)-", answer.headers.get("Content-Range", ""))
    of_another = begun is None or begun.length not in {None, now.length} or (now.mark and begun.mark != now.mark)
    if not have or first is None or int(first[1]) != have or of_another:
        part.unlink(missing_ok=True)
        raise RetryableError("the server gives another part than was asked for; begun anew")


def _plain(error: BaseException) -> str:
    """The innermost reason of what HTTP libraries wrap several times."""
    inner: Any = error
    while deeper := next((a for a in (getattr(inner, "reason", None), *inner.args) if isinstance(a, BaseException)), None):
        inner = deeper
    if isinstance(inner, http.client.IncompleteRead):
        return f"the connection has broken, {inner.expected} bytes before the end"
    text = str(getattr(inner, "strerror", None) or inner).rsplit(": ", 1)[-1]
    return re.sub(r"^\[Errno \d+\] ", "", text).strip("'\")")


def _read(path: Path) -> dict[str, Any]:
    """A small file beside another one; empty where it is not there or not whole."""
    try:
        about = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return {}
    return about if isinstance(about, dict) else {}


def _about(part: Path) -> Path:
    return part.with_name(part.name + ".json")


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def _sha256(path: Path) -> str:
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
