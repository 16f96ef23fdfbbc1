"""H.264 in field pictures, as camcorders record it: each frame is two pictures of raw macroblocks, one for each field."""

from __future__ import annotations

WIDE, HIGH = 4, 2  # macroblocks of a field: frames of 64x64 pixels


class Bits:
    """Syntax elements, one after another."""

    def __init__(self) -> None:
        self.text = ""

    def u(self, width: int, *values: int) -> Bits:
        """Append numbers of fixed width."""
        self.text += "".join(f"{value:0{width}b}" for value in values)
        return self

    def ue(self, *values: int) -> Bits:
        """Append numbers in Exp-Golomb code."""
        self.text += "".join("0" * ((value + 1).bit_length() - 1) + f"{value + 1:b}" for value in values)
        return self

    def align(self) -> Bits:
        """Append zeros up to a whole byte."""
        self.text += "0" * (-len(self.text) % 8)
        return self


def unit(kind: int, bits: Bits) -> bytes:
    """A NAL unit in the byte stream format."""
    text = bits.u(1, 1).align().text
    out, zeros = bytearray(), 0
    for byte in int(text, 2).to_bytes(len(text) // 8, "big"):
        if zeros >= 2 and byte <= 3:
            out.append(3)
            zeros = 0
        out.append(byte)
        zeros = 0 if byte else zeros + 1
    return bytes([0, 0, 0, 1, 0x60 | kind, *out])


def parameters() -> bytes:
    """Sequence and picture parameter sets: Main profile, 25 frames a second."""
    sequence = Bits().u(8, 77, 0, 40).ue(0, 4, 2, 1).u(1, 0).ue(WIDE - 1, HIGH - 1).u(1, 0, 0, 1, 0, 1)
    sequence.u(1, 0, 0, 0, 0, 1).u(32, 1, 50).u(1, 1, 0, 0, 0, 0)
    picture = Bits().ue(0, 0).u(1, 0, 0).ue(0, 0, 0).u(1, 0).u(2, 0).ue(0, 0, 0).u(1, 0, 0, 0)
    return unit(7, sequence) + unit(8, picture)


def field(number: int, bottom: int) -> bytes:
    """One field, grey in columns that grow brighter."""
    first = number == 0 and not bottom
    bits = Bits().ue(0, 7, 0).u(8, number).u(1, 1, bottom)
    bits = (bits.ue(0).u(1, 0, 0) if first else bits.u(1, 0)).ue(0)
    for column in [*range(WIDE)] * HIGH:
        bits.ue(25).align()
        bits.u(8, *[40 + 5 * number + 10 * column + 20 * bottom] * 256, *[128] * 128)
    return unit(5 if first else 1, bits)


def stream(frames: int, without: tuple[int, int] | None = None) -> bytes:
    """A video of up to 25 frames. ``without``: number and parity of a field to leave out."""
    delimiter = b"\0\0\0\1\x09\x10"
    fields = [(number, bottom) for number in range(frames) for bottom in (0, 1) if (number, bottom) != without]
    data = [delimiter + (b"" if key != (0, 0) else parameters()) + field(*key) for key in fields]
    return b"".join(data)
