"""One HTTP request for a file: all of it, or the rest of a transfer that was interrupted.

``NAME.part`` grows beside the future file ``NAME``; ``NAME.part.json`` records the version of the file that it is a part of. The
rest is requested only if the server can tell that its file is still that version (by ETag or date); otherwise the transfer starts
from the beginning. So a file is never put together from two versions.
"""

from __future__ import annotations

import json
import os
import re
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import requests
import urllib3

from vcop.runtime.atomic_files import require_space, write_text
from vcop.runtime.progress import Progress

CHUNK = 2**20
BUSY = {408, 425, 429, 500, 502, 503, 504}  # status codes that may be different in a while
TRANSIENT = (
    requests.ConnectionError,
    requests.Timeout,
    requests.exceptions.ChunkedEncodingError,
    urllib3.exceptions.HTTPError,
)
MOVED = "if the page has moved, give an address by --from or by download.mirror in config.yaml"


class RetryableError(Exception):
    """A transfer failed, and may succeed later; ``wait``: seconds that the server asks for."""

    def __init__(self, problem: str, wait: float = 0) -> None:
        super().__init__(problem)
        self.wait = wait


@dataclass(frozen=True)
class Version:
    """Version of a file on a server, from the headers of a response: address, bytes, ETag, date of the last change."""

    url: str
    length: int | None
    etag: str
    modified: str

    @classmethod
    def of(cls, url: str, response: requests.Response) -> Version:
        """Read the version from the headers; the length is that of the whole file, even if only a part was sent."""
        total = re.search(r"/(\d+)$", response.headers.get("Content-Range", ""))
        length = total[1] if total else response.headers.get("Content-Length")
        etag, modified = response.headers.get("ETag", ""), response.headers.get("Last-Modified", "")
        return cls(url, int(length) if length and length.isdigit() else None, etag, modified)

    @property
    def mark(self) -> str:
        """Value for the header If-Range: a strong ETag or a date; "" if the server cannot tell whether the file has changed."""
        return self.etag if self.etag.startswith('"') else self.modified


def transfer(session: requests.Session, url: str, part: Path, timeout: float, unpacked_ratio: float) -> None:
    """Request what is missing of a file and append it to its part.

    Args:
        session: HTTP session.
        url: Address of the file.
        part: File that grows.
        timeout: Seconds without a byte after which the request has failed.
        unpacked_ratio: Space that will be needed besides the file, as a multiple of its length.

    Raises:
        RetryableError: If not everything came, and another request may help.
        ValueError: If the server has no such file.
        OSError: If the disk is too small; what has come is kept.
    """
    have, record = size_of(part), read_record(version_record(part))
    begun = Version(**record) if record.get("url") == url else None
    if begun is None or not begun.mark:
        have = 0
    headers = {"Accept-Encoding": "identity"} | ({"Range": f"bytes={have}-", "If-Range": begun.mark} if have and begun else {})
    with session.get(url, headers=headers, stream=True, timeout=timeout) as response:
        _require_encrypted(url, response)
        current = Version.of(url, response)
        if response.status_code == 416 and have:  # nothing follows the byte `have`
            if current.length == have and begun and begun.length in {None, have}:
                return
            part.unlink()
            raise RetryableError("the file on the server is shorter than what is here; starting again from the beginning")
        _require_content(url, response)
        if response.status_code == 206:
            _require_rest(response, part, have, begun, current)
        elif size_of(part):
            same = begun is not None and begun.mark and (begun.mark, begun.length) == (current.mark, current.length)
            reason = "the server cannot resume" if same else "the file has changed, or its server does not say whether"
            print(f"{url}: starting again from the beginning: {reason}", flush=True)
            have = 0
        _receive(response, part, have, current, unpacked_ratio)
    if current.length is not None and size_of(part) != current.length:
        raise RetryableError(f"ended after {size_of(part)} of {current.length} bytes")


def _receive(response: requests.Response, part: Path, have: int, current: Version, unpacked_ratio: float) -> None:
    """Append the content to the part. Raises OSError if the disk is too small, before or during the transfer."""
    if current.length is not None:
        require_space(part, int(current.length - have + unpacked_ratio * current.length))
    write_text(version_record(part), json.dumps(asdict(current)))
    name, mib = part.name.removesuffix(".part"), 2**20
    progress = Progress(name, (current.length or 0) // mib, "MiB", have // mib)
    with open(part, "ab" if have else "wb") as file, progress:
        try:
            for data in response.raw.stream(CHUNK, decode_content=False):
                file.write(data)
                progress.advance(file.tell() // mib - progress.done)
            file.flush()
            os.fsync(file.fileno())
        except OSError as problem:
            if isinstance(problem, TRANSIENT) or problem.errno is None:
                raise
            advice = "what has come is kept; make room, then the same command continues"
            raise OSError(problem.errno, f"{problem.strerror}; {advice}", str(part)) from None


def _require_encrypted(url: str, response: requests.Response) -> None:
    """Raise ValueError if an https address redirects to one that is not encrypted."""
    steps = [step.url for step in [*response.history, response]]
    if url.startswith("https:") and not all(step.startswith("https:") for step in steps):
        raise ValueError(f"{url}: leads to {steps[-1]}, which is not encrypted; {MOVED}")


def _require_content(url: str, response: requests.Response) -> None:
    """Raise RetryableError or ValueError for a response that is not the file or a part of it."""
    code, reason = response.status_code, f"{response.status_code} {response.reason}"
    if code in BUSY:
        wait = response.headers.get("Retry-After", "")
        raise RetryableError(reason, float(wait) if wait.isdigit() else 0)
    if code not in {200, 206}:
        raise ValueError(f"{url}: {reason}; {MOVED}")
    encoding = response.headers.get("Content-Encoding", "identity")
    if encoding != "identity":
        raise ValueError(f"{url}: comes with the encoding {encoding}, which was not requested; {MOVED}")


def _require_rest(response: requests.Response, part: Path, have: int, begun: Version | None, current: Version) -> None:
    """Remove the part and raise RetryableError if the server sends another range than requested, or of another version."""
    first = re.match(r"bytes (\d+)-", response.headers.get("Content-Range", ""))
    changed = begun is None or begun.length not in {None, current.length} or (current.mark and begun.mark != current.mark)
    if not have or first is None or int(first[1]) != have or changed:
        part.unlink(missing_ok=True)
        raise RetryableError("the server sends another part than was requested; starting again from the beginning")


def read_record(path: Path) -> dict[str, Any]:
    """Read a small JSON file; return an empty record if it is missing or damaged."""
    try:
        record = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return {}
    return record if isinstance(record, dict) else {}


def size_of(path: Path) -> int:
    """Return the bytes of a file, 0 if it does not exist."""
    return path.stat().st_size if path.exists() else 0


def version_record(part: Path) -> Path:
    """Return the path of the record that says which version a part belongs to."""
    return part.with_name(part.name + ".json")
