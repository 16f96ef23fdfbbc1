"""A file system in user space with one file, read-only, that can be frozen: ``python frozen.py FILE FOLDER`` shows FILE in FOLDER.

The process answers the kernel's questions itself (FUSE); while it is stopped (SIGSTOP), whoever reads there waits.
"""

import ctypes
import errno
import os
import signal
import stat
import struct
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import pytest

HEADER, ANSWER = struct.Struct("<IIQQIIIHH"), struct.Struct("<IiQ")
LOOKUP, FORGET, GETATTR, OPEN, READ, RELEASE, INIT = 1, 2, 3, 14, 15, 18, 26
ROOT, FILE, PAST_THE_CACHE = 1, 2, 1


def attributes(node, size):
    mode, links = (stat.S_IFDIR | 0o755, 2) if node == ROOT else (stat.S_IFREG | 0o444, 1)
    return struct.pack("<6Q10I", node, size, -(-size // 512), 0, 0, 0, 0, 0, 0, mode, links, 0, 0, 0, 4096, 0)


def answer(opcode, node, data, file, name):
    """The answer to one question, or the number of an error."""
    size = os.fstat(file.fileno()).st_size
    if opcode == INIT:
        return struct.pack("<4I2H2I2H8I", 7, 31, 0, 0, 8, 8, 4096, 1, 0, 0, *[0] * 8)
    if opcode == GETATTR:
        return struct.pack("<Q2I", 0, 0, 0) + attributes(node, size)
    if opcode == LOOKUP:
        if data.rstrip(b"\0") != name:
            return errno.ENOENT
        return struct.pack("<4Q2I", FILE, 0, 0, 0, 0, 0) + attributes(FILE, size)
    if opcode == OPEN:
        return struct.pack("<Q2I", 0, PAST_THE_CACHE, 0)
    if opcode == READ:
        _, offset, count = struct.unpack("<2QI", data[:20])
        return os.pread(file.fileno(), count, offset)
    # Not even FLUSH: the kernel would ask again, and wait, when a process that was ended closes the file.
    return b"" if opcode == RELEASE else errno.ENOSYS


def main(path, folder):
    kernel = os.open("/dev/fuse", os.O_RDWR)
    options = f"fd={kernel},rootmode=40000,user_id=0,group_id=0,allow_other".encode()
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.mount(b"vcop-test", os.fsencode(folder), b"fuse", 0, options):
        sys.exit(f"mount: {os.strerror(ctypes.get_errno())}")
    print("mounted", flush=True)
    with open(path, "rb") as file:
        while True:
            try:
                question = os.read(kernel, 2**18)
            except OSError:  # unmounted
                return
            _, opcode, unique, node, *_ = HEADER.unpack(question[: HEADER.size])
            if opcode == FORGET:
                continue
            found = answer(opcode, node, question[HEADER.size :], file, os.fsencode(os.path.basename(path)))
            number, content = (-found, b"") if isinstance(found, int) else (0, found)
            os.write(kernel, ANSWER.pack(ANSWER.size + len(content), number, unique) + content)


@contextmanager
def showing(path, folder):
    """In a test: FILE as it is seen in the new FOLDER, and the process to stop."""
    folder.mkdir()
    command = [sys.executable, Path(__file__), path, folder]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    if server.stdout.readline() != "mounted\n":
        pytest.skip(f"no file system of its own can be mounted here: {server.communicate()[1].strip()}")
    yield folder / path.name, server
    server.send_signal(signal.SIGCONT)
    subprocess.run(["umount", "--lazy", folder], check=True)
    server.kill()
    server.wait()


if __name__ == "__main__":
    main(*sys.argv[1:])
