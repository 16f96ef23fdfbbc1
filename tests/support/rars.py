"""Real rar archives, old and new format, written without compression; rar has no free writer.

A member: (name, content) or (name, content, more), with ``more`` of link ("symlink", "hardlink"), mode (Unix), folder, size (announced).
"""

import struct
import zlib

RAR4, RAR5 = b"Rar!\x1a\x07\x00", b"Rar!\x1a\x07\x01\x00"
REDIRECTIONS = {"symlink": 1, "hardlink": 4}


def rar4(*members):
    return RAR4 + _block4(0x73, 0, bytes(6)) + b"".join(map(_file4, members)) + _block4(0x7B, 0x4000, b"")


def rar5(*members):
    return RAR5 + _block5(1, 0, b"\0") + b"".join(map(_file5, members)) + _block5(5, 0, b"\0")


def _unfold(member):
    name, content, more = (*member, {}) if len(member) == 2 else member
    kind = 0o120777 if more.get("link") == "symlink" else 0o40755 if more.get("folder") else 0o100644
    return name.encode(errors="surrogateescape"), content, more, more.get("mode", kind)


def _block4(kind, flags, body, data=b""):
    head = struct.pack("<BHH", kind, flags, 7 + len(body)) + body
    return struct.pack("<H", zlib.crc32(head) & 0xFFFF) + head + data


def _file4(member):
    name, content, more, mode = _unfold(member)
    name = name.replace(b"/", b"\\")  # on every system
    size, flags = (
        more.get("size", len(content)),
        0x8000 | (0xE0 if more.get("folder") else 0) | (0 if name.isascii() else 0x200),
    )
    body = struct.pack("<IIBIIBBHI", len(content), size, 3, zlib.crc32(content), 0x5A210000, 20, 0x30, len(name), mode)
    return _block4(0x74, flags, body + name, content)


def _number(value):
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*out, value])


def _block5(kind, flags, body, data=b"", extra=b""):
    sizes = (_number(len(extra)) if flags & 1 else b"") + (_number(len(data)) if flags & 2 else b"")
    head = _number(kind) + _number(flags) + sizes + body + extra
    head = _number(len(head)) + head
    return struct.pack("<I", zlib.crc32(head)) + head + data


def _file5(member):
    name, content, more, mode = _unfold(member)
    extra, stored = b"", content
    if "link" in more:
        record = _number(5) + _number(REDIRECTIONS[more["link"]]) + _number(0) + _number(len(content)) + content
        extra, stored = _number(len(record)) + record, b""
    flags, size = (1 if more.get("folder") else 4), more.get("size", len(stored))
    body = _number(flags) + _number(size) + _number(mode)
    body += b"" if more.get("folder") else struct.pack("<I", zlib.crc32(stored))
    body += _number(0) + _number(1) + _number(len(name)) + name
    return _block5(2, 2 | bool(extra), body, stored, extra)
