"""A web server on loopback that serves bytes, with ranges, and misbehaves as told."""

import hashlib
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

BLOCK = 2**14


@dataclass
class Page:
    """A file. ``drops``: after how many bytes each of the next answers breaks off; ``codes``: what the next answers are instead."""

    content: bytes
    ranges: bool = True
    tag: bool = True
    date: str = ""
    drops: list[int] = field(default_factory=list)
    codes: list[int] = field(default_factory=list)
    announced: int | None = None
    headers: dict[str, str] = field(default_factory=dict)
    asked: list[str | None] = field(default_factory=list)
    conditions: list[str | None] = field(default_factory=list)
    sent: int = 0

    @property
    def etag(self):
        return f'"{hashlib.sha256(self.content).hexdigest()[:12]}"'


class Web:
    """Pages by path; use as a context manager."""

    def __init__(self):
        web = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                answer(self, web.pages.get(self.path.lstrip("/")))

            def log_message(self, *_):
                pass

        self.pages: dict[str, Page] = {}
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.server.handle_error = lambda *_: None  # a client that goes away is no news
        self.address = f"http://127.0.0.1:{self.server.server_port}"

    def __enter__(self):
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()

    def serve(self, name, content, **more):
        self.pages[name] = Page(content, **more)
        return f"{self.address}/{name}"


def answer(request, page):
    if page is None:
        request.send_error(404)
        return
    page.asked.append(request.headers.get("Range"))
    page.conditions.append(request.headers.get("If-Range"))
    if page.codes:
        code = page.codes.pop(0)
        request.send_response(code)
        for name, value in ({"Content-Length": "0"} | page.headers).items():
            request.send_header(name, value)
        request.end_headers()
        return
    first = asked_for(request, page)
    total = len(page.content) if page.announced is None else page.announced
    if first is not None and first >= len(page.content):
        request.send_response(416)
        request.send_header("Content-Range", f"bytes */{len(page.content)}")
        request.send_header("Content-Length", "0")
        request.end_headers()
        return
    request.send_response(200 if first is None else 206)
    if first is not None:
        request.send_header("Content-Range", f"bytes {first}-{total - 1}/{total}")
    request.send_header("Content-Length", str(total - (first or 0)))
    if page.tag:
        request.send_header("ETag", page.etag)
    if page.date:
        request.send_header("Last-Modified", page.date)
    request.end_headers()
    send(request, page, page.content[first or 0 :])


def asked_for(request, page):
    """From which byte on; None: all of it, also where what is there is of another file."""
    wanted, condition = request.headers.get("Range"), request.headers.get("If-Range")
    if not page.ranges or wanted is None or condition not in {None, page.etag if page.tag else None, page.date or None}:
        return None
    return int(wanted.removeprefix("bytes=").rstrip("-"))


def send(request, page, content):
    most = page.drops.pop(0) if page.drops else len(content)
    short = most < len(content) or page.announced is not None
    for begin in range(0, min(most, len(content)), BLOCK):
        request.wfile.write(content[begin : min(begin + BLOCK, most)])
    page.sent += min(most, len(content))
    if short:
        request.close_connection = True
