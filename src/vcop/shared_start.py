"""One start of Python for many commands: PyTorch is imported once, and each command begins as a copy of that process.

    python -m vcop.shared_start snakemake --cores 2

Importing PyTorch takes over a second. In a study of hundreds of short jobs this is a large part of the time (docs/performance.md). The
command that is given runs as always. But while it runs, each ``python -m vcop ...`` below it hands its arguments, folder, environment
and open files to the process that has imported PyTorch, and waits. A copy of that process (``fork``) does the work with them. Signals
are passed on, exit codes and deaths by signals come back, and the work is stopped when the waiting process is killed.

::

    python -m vcop ...   ask            waits, passes signals on, exits like the work
    shared start         serve          imports, then accepts one connection after another
      copy               _supervise     one for each command: starts and stops the work
        copy             _work          the command itself

A copy also keeps the memory that it frees (``keep_memory``).

Results do not depend on it. Two things do: Snakemake's table of a job (results/benchmarks) has the right seconds, but the memory of
the waiting process; and a change of the package's source is not seen before the next start. Where something does not fit (no shared
start, another interpreter, no Linux) a command simply starts by itself.
"""

from __future__ import annotations

import ctypes
import gc
import importlib.util
import io
import json
import os
import select
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any, Never

from vcop.runtime.signals import end_with_workflow

ADDRESS = "VCOP_SHARED_START"  # the environment variable that names the socket
PRELOADED = (
    "vcop.cli",
    *(f"vcop.commands.{name}" for name in ("pretrain", "finetune", "extract", "answer", "retrieve", "render")),
    "pandas",
    "matplotlib.pyplot",
)
STOP_SIGNALS = (signal.SIGTERM, signal.SIGINT)
KEPT = 2**30  # bytes of freed memory that a process keeps; short jobs free less at once


def ask(words: Sequence[str]) -> int | None:
    """Let the shared start run a command, and wait for it.

    Args:
        words: Arguments of ``vcop``.

    Returns:
        Its exit code, 128 + the signal's number if one ended it. None if there is no shared start that this process can use: then
        nothing was done.
    """
    address = os.environ.get(ADDRESS)
    if not address:
        return None
    with socket.socket(socket.AF_UNIX) as connection:
        try:
            connection.connect(address)
            socket.send_fds(connection, [b"f"], [0, 1, 2])
            request = {"words": list(words), "folder": os.getcwd(), "environment": dict(os.environ), "program": program()}
            connection.sendall(json.dumps(request).encode() + b"\n")
            answers = connection.makefile("r")
            if answers.readline() != "started\n":
                return None
        except OSError:
            return None
        for number in STOP_SIGNALS:
            signal.signal(number, lambda n, _: connection.sendall(bytes([n])))
        end_with_workflow()
        code = answers.readline()
    return int(code) if code else 1  # the supervising process was killed, and the work with it


def program() -> list[str]:
    """Return what has to be equal in two processes so that one can do the other's work: interpreter and source of the package."""
    return [sys.executable, sys.prefix, str(Path(__file__).resolve())]


def serve(listener: socket.socket) -> None:
    """Import what commands need, then start one for each connection, until the process that started this one has ended."""
    parent = os.getppid()
    for number in (*STOP_SIGNALS, signal.SIGCHLD):
        signal.signal(number, signal.SIG_IGN)  # Ctrl-C reaches it, too; copies that have ended leave nothing to wait for
    keep_memory()
    gc.disable()
    for name in PRELOADED:
        importlib.import_module(name)
    gc.enable()
    gc.freeze()  # a copy then shares this memory for good
    listener.settimeout(1.0)
    while os.getppid() == parent:
        with suppress(TimeoutError):
            connection, _ = listener.accept()
            if os.fork() == 0:
                listener.close()
                _end_like(partial(_supervise, connection))
            connection.close()


def keep_memory() -> None:
    """Tell the C library (glibc) not to return freed memory to the system, so that the next array can use it.

    Each step of a training frees all that it has allocated. Otherwise the next step may get new pages from the system, which first fills
    them with zeros. In some runs of C3D this takes a twentieth of a short training (docs/performance.md).
    """
    trim_threshold, mmap_threshold = -1, -3  # M_TRIM_THRESHOLD and M_MMAP_THRESHOLD of malloc.h
    with suppress(AttributeError, OSError):  # only glibc has it
        for parameter in (trim_threshold, mmap_threshold):
            ctypes.CDLL(None).mallopt(parameter, KEPT)


def _supervise(connection: socket.socket) -> int:
    """Start the work that a connection asks for, pass signals on to it, and report how it ends."""
    connection.setblocking(True)
    _, files, _, _ = socket.recv_fds(connection, 1, 3)
    request = json.loads(connection.makefile("r").readline())
    if request["program"] != program():
        return 0
    os.setpgid(0, 0)  # signals of the terminal come from the waiting process alone, so that none comes twice
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    worker = os.fork()
    if worker == 0:
        connection.close()
        _end_like(partial(_work, request, files))
    for file in files:
        os.close(file)
    connection.sendall(b"started\n")
    asked, ended = connection.fileno(), os.pidfd_open(worker)
    while ended not in select.select([asked, ended], [], [])[0]:
        numbers = connection.recv(16)
        for number in numbers or [signal.SIGTERM]:
            os.kill(worker, number)
        if not numbers:  # the waiting process was killed
            break
    code = os.waitstatus_to_exitcode(os.waitpid(worker, 0)[1])
    with suppress(OSError):
        connection.sendall(f"{code if code >= 0 else 128 - code}\n".encode())
    return 0


def _work(request: dict[str, Any], files: Sequence[int]) -> int:
    """Become the process that asked, and run its command."""
    for number, file in enumerate(files):
        os.dup2(file, number)
        os.close(file)
    for number in STOP_SIGNALS:
        signal.signal(number, signal.SIG_DFL if number != signal.SIGINT else signal.default_int_handler)
    sys.stdout, sys.stderr = (_text(file, like) for file, like in ((1, sys.stdout), (2, sys.stderr)))
    os.chdir(request["folder"])
    os.environ.clear()
    # The command ends when its supervisor is gone (``signals.end_with_workflow``), as it would end with Snakemake.
    os.environ.update(request["environment"] | {"VCOP_RUN": str(os.getppid())})
    sys.argv = ["vcop", *request["words"]]
    # Several GPUs: the other processes are started by this name.
    sys.modules["__main__"].__spec__ = importlib.util.find_spec("vcop.__main__")
    from vcop.cli import main

    return main(request["words"])


def _text(file: int, like: Any) -> io.TextIOWrapper:
    """Return a text stream of an open file, as Python opens its own."""
    raw = open(file, "wb", closefd=False)  # noqa: SIM115
    return io.TextIOWrapper(raw, like.encoding, like.errors, line_buffering=file == 2 or raw.isatty())


def _end_like(work: Callable[[], int | None]) -> Never:
    """End this copy with the exit code that ``work`` returns, without going back into the code of the process it was copied from."""
    code = 1
    try:
        code = work() or 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:  # noqa: BLE001  # printed, as Python does at its own end
        sys.excepthook(*sys.exc_info())  # type: ignore[arg-type]
    finally:
        with suppress(OSError, ValueError):
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(code)


def main(words: Sequence[str]) -> int:
    """Run a command, and serve the commands of ``vcop`` below it. Returns its exit code."""
    if not words:
        print("usage: python -m vcop.shared_start COMMAND ...", file=sys.stderr)
        return 2
    if not hasattr(os, "pidfd_open"):  # only Linux has it
        return subprocess.call(words)
    # A folder that only this user may enter: who can connect can run commands.
    with tempfile.TemporaryDirectory(prefix="vcop-") as folder, socket.socket(socket.AF_UNIX) as listener:
        address = str(Path(folder) / "shared-start")
        try:
            listener.bind(address)
        except OSError:  # the path is too long for a socket, or its file system has none
            return subprocess.call(words)
        listener.listen(64)
        server = os.fork()
        if server == 0:
            _end_like(partial(serve, listener))
        process = subprocess.Popen(words, env=os.environ | {ADDRESS: address})
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # the terminal sends it to the command, too, which ends as it likes
        signal.signal(signal.SIGTERM, lambda number, _: process.send_signal(number))
        try:
            code = process.wait()
        finally:
            os.kill(server, signal.SIGKILL)
            os.waitpid(server, 0)
    return code if code >= 0 else 128 - code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
