"""A headless Chromium with one page, told what to do in the DevTools protocol over two pipes."""

import contextlib
import fcntl
import json
import os
import select
import shutil
import subprocess
import time
from pathlib import Path
from typing import Self

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
FLAGS = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--remote-debugging-pipe",
]
OFFLINE = ["--disable-background-networking", "--host-resolver-rules=MAP * ~NOTFOUND"]
# Chromium reads commands from 3 and answers on 4.
WIRED = 'r=$1 w=$2; shift 2; exec "$@" 3<&$r 4>&$w'


def binary() -> str | None:
    """The first that is installed."""
    return next(filter(None, map(shutil.which, NAMES)), None)


def _pipe() -> tuple[int, int]:
    """With numbers that the shell's 3 and 4 do not overwrite."""
    ends = os.pipe()
    moved = [fcntl.fcntl(end, fcntl.F_DUPFD, 10) for end in ends]
    for end in ends:
        os.close(end)
    return moved[0], moved[1]


class Page:
    """A page; ``events`` are all that the browser told of it, by method."""

    def __init__(self, profile: Path, seconds: float = 60) -> None:
        theirs_in, self.commands = _pipe()
        self.answers, theirs_out = _pipe()
        command = [binary(), *FLAGS, *OFFLINE, f"--user-data-dir={profile}", "about:blank"]
        self.process = subprocess.Popen(
            ["bash", "-c", WIRED, "bash", str(theirs_in), str(theirs_out), *command],
            pass_fds=(theirs_in, theirs_out),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(theirs_in)
        os.close(theirs_out)
        self.seconds, self.unread, self.last, self.session = seconds, b"", 0, None
        self.events: dict[str, list[dict]] = {}
        page = next(t for t in self.send("Target.getTargets")["targetInfos"] if t["type"] == "page")
        self.session = self.send("Target.attachToTarget", targetId=page["targetId"], flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.send(f"{domain}.enable")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *problem: object) -> None:
        with contextlib.suppress(AssertionError, OSError):
            self.session = None
            self.send("Browser.close")
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        os.close(self.commands)
        os.close(self.answers)

    def send(self, method: str, **parameters: object) -> dict:
        """A command's result; events that come meanwhile are kept."""
        self.last += 1
        message = {"id": self.last, "method": method, "params": parameters}
        if self.session:
            message["sessionId"] = self.session
        os.write(self.commands, json.dumps(message).encode() + b"\0")
        while (answer := self._read()).get("id") != self.last:
            self.events.setdefault(answer.get("method", ""), []).append(answer.get("params", {}))
        assert "error" not in answer, (method, answer["error"])
        return answer["result"]

    def _read(self) -> dict:
        """The next message."""
        until = time.monotonic() + self.seconds
        while b"\0" not in self.unread:
            ready, _, _ = select.select([self.answers], [], [], max(0, until - time.monotonic()))
            assert ready, "the browser says nothing"
            part = os.read(self.answers, 2**20)
            assert part, "the browser is gone"
            self.unread += part
        message, _, self.unread = self.unread.partition(b"\0")
        return json.loads(message)

    def ask(self, script: str) -> object:
        """The value of a script's last expression."""
        told = self.send("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in told, told
        return told["result"].get("value")

    def wait(self, script: str) -> object:
        """The first true value of a script."""
        until = time.monotonic() + self.seconds
        while not (value := self.ask(script)):
            assert time.monotonic() < until, f"never true: {script}"
            time.sleep(0.02)
        return value

    def open(self, path: Path) -> None:
        """A file, until it is loaded."""
        self.send("Page.navigate", url=path.as_uri())
        self.wait(f"document.readyState === 'complete' && location.href === {json.dumps(path.as_uri())}")

    @property
    def problems(self) -> list[str]:
        """Exceptions nobody caught, errors on the console, what could not be loaded."""
        thrown = [
            event["exceptionDetails"].get("exception", {}).get("description", "")
            for event in self.events.get("Runtime.exceptionThrown", [])
        ]
        said = [
            str(event["args"])
            for event in self.events.get("Runtime.consoleAPICalled", [])
            if event["type"] in ("error", "assert")
        ]
        logged = [
            event["entry"]["text"] for event in self.events.get("Log.entryAdded", []) if event["entry"]["level"] == "error"
        ]
        return [*thrown, *said, *logged]

    @property
    def requests(self) -> set[str]:
        """The kinds of addresses that were asked for."""
        return {event["request"]["url"].split(":")[0] for event in self.events.get("Network.requestWillBeSent", [])}
