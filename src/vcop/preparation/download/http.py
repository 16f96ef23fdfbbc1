"""Download of one file over HTTP, with retries and a check of its SHA-256: the whole file appears, or none.

After a download, ``NAME.json`` keeps the digest of ``NAME``. So a later download of another file under the same name is noticed,
even after ``NAME`` itself was removed (an archive is removed when it has been unpacked).
"""

from __future__ import annotations

import http.client
import json
import os
import re
import time
from pathlib import Path
from typing import Any

import requests

from vcop import __version__
from vcop.config.data_options import DownloadOptions
from vcop.preparation.download.transfer import (
    MOVED,
    TRANSIENT,
    RetryableError,
    read_record,
    size_of,
    transfer,
    version_record,
)
from vcop.runtime.atomic_files import sha256_of, write_text

LONGEST_WAIT = 60.0  # seconds between two tries


def fetch(url: str, path: Path, known_digest: str, options: DownloadOptions, unpacked_ratio: float = 0) -> dict[str, Any]:
    """Download a file, unless it exists, and verify its SHA-256.

    Args:
        url: Address of the file.
        path: File to write.
        known_digest: SHA-256 that the file must have; "" accepts any file, but only the same one as in an earlier download.
        options: Number of tries, waits and time limits.
        unpacked_ratio: Space that will be needed besides the file, as a multiple of its length.

    Returns:
        A record with the keys url, bytes and sha256.

    Raises:
        ValueError: If the server does not have the file, or it has another digest.
        OSError: If the transfer failed ``options.tries`` times in a row without progress, or the disk is too small.
    """
    part, record_file = path.with_name(f"{path.name}.part"), path.with_name(f"{path.name}.json")
    record, exists = read_record(record_file), path.exists()
    if not exists:
        path.parent.mkdir(parents=True, exist_ok=True)
        _transfer_with_retries(url, part, options, unpacked_ratio)
    content = path if exists else part
    digest = sha256_of(content)
    _require_digest(content, digest, known_digest, record, record_file)
    result = {"url": record.get("url", "") if exists else url, "bytes": size_of(content), "sha256": digest}
    if not exists:
        # The record first: a file without one would be accepted with any content.
        write_text(record_file, json.dumps(result, indent=1) + "\n")
        os.replace(part, path)
        version_record(part).unlink(missing_ok=True)
    return result


def _require_digest(content: Path, digest: str, known: str, record: dict[str, Any], record_file: Path) -> None:
    """Raise ValueError if the digest differs from the known one or, without a known one, from that of an earlier download."""
    expected = known or record.get("sha256", digest)
    if digest == expected:
        return
    if known:
        problem, advice = f"not the known one, {expected}", "download.digests: recorded in config.yaml accepts another one"
    else:
        problem = f"not the one of the first download ({record_file}), {expected}"
        advice = f"remove {record_file.name} to accept it"
    raise ValueError(f"{content}: its SHA-256 is {digest}, {problem}: remove the file to download it again; {advice}")


def _transfer_with_retries(url: str, part: Path, options: DownloadOptions, unpacked_ratio: float) -> None:
    """Transfer a file into its part; retry with longer and longer waits.

    Only tries in a row without a single new byte count as failures: a large file may need many tries on a bad connection.
    """
    failures, largest = 0, size_of(part)
    with requests.Session() as session:
        session.headers["User-Agent"] = f"vcop/{__version__}"
        while True:
            server_wait = 0.0
            try:
                return transfer(session, url, part, options.timeout, unpacked_ratio)
            except requests.exceptions.SSLError as error:
                raise ValueError(
                    f"{url}: the server's certificate is not trusted ({innermost_reason(error)}); "
                    "the environment variable REQUESTS_CA_BUNDLE names a file of trusted authorities"
                ) from None
            except RetryableError as error:
                problem, server_wait = str(error), error.wait
            except TRANSIENT as error:
                problem = innermost_reason(error)
            except requests.RequestException as error:
                raise ValueError(f"{url}: {innermost_reason(error)}; {MOVED}") from None
            size = size_of(part)
            failures, largest = (1, size) if size > largest else (failures + 1, largest)
            kept = f"{size} bytes are kept in {part}"
            if failures >= options.tries:
                raise OSError(
                    f"{url}: {problem} ({failures} tries without a new byte); {kept}: the same command continues; {MOVED}"
                )
            # A server may ask for a longer wait than ours, but not for hours.
            wait = max(min(options.wait * 2 ** (failures - 1), LONGEST_WAIT), min(server_wait, 10 * LONGEST_WAIT))
            print(f"{url}: {problem}; {kept}; next try in {wait:.0f} s", flush=True)
            time.sleep(wait)


def innermost_reason(error: BaseException) -> str:
    """Return the reason of an error without the layers that HTTP libraries wrap around it."""
    inner: Any = error
    while deeper := next((a for a in (getattr(inner, "reason", None), *inner.args) if isinstance(a, BaseException)), None):
        inner = deeper
    if isinstance(inner, http.client.IncompleteRead):
        return f"the connection broke {inner.expected} bytes before the end"
    text = str(getattr(inner, "strerror", None) or inner).rsplit(": ", 1)[-1]
    return re.sub(r"^\[Errno \d+\] ", "", text).strip("'\")")
