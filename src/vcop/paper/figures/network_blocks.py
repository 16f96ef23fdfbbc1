"""Building blocks of the three networks, as ``vcop outline`` reads them out of the built modules (Figure 3 of both papers).

Each network is a column: one stage drawn from top to bottom, and below it a table of all five stages. All lengths are in inches.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from matplotlib.axes import Axes

from vcop.paper import labels
from vcop.paper.figures import canvas, style
from vcop.paper.heading import Heading

Part = dict[str, Any]
STAGE = "conv3"  # drawn: the first that halves the map and doubles the channels in all three networks
GAP = 0.2  # between columns
COLUMN = (style.WIDE - 2 * canvas.MARGIN - 2 * GAP) / 3
IN, FIRST, CONVOLUTIONS, JOIN, OUT = (
    0.36,
    0.64,
    2.32,
    0.2,
    0.4,
)  # y of the input and of the first box; heights of all boxes, of the sum and of the output
BOX, POOL, RING = (1.03, 0.44), (1.03, 0.32), 0.18  # sizes of a convolution and of a pool, diameter of a sum
TABLE, LINE, SECOND = 0.3, 0.155, 0.42  # space above the table, height of a line, left edge of the kernels
ROWS = FIRST + CONVOLUTIONS + JOIN + OUT + TABLE
HEIGHT = ROWS + 5.5 * LINE
UNIT = 0.042  # side of one element of a kernel


def read_outline(item: str, inputs: Sequence[Path]) -> Part:
    """Read results/outline.json, which is among the inputs. Raise ValueError where it is missing or describes other networks."""
    outlines = [path for path in inputs if path.suffix == ".json"]
    if not outlines:
        raise ValueError(f"{item}: no outline of the networks among the files given")
    outline = json.loads(outlines[0].read_text())
    if list(outline.get("networks", {})) != list(labels.NETWORK_LABELS):
        raise ValueError(f"{outlines[0]}: not what this version of `vcop outline` writes: delete it and run the study again")
    return outline


def draw_blocks(item: str, heading: Heading, inputs: list[Path], out: Path) -> None:
    """Draw the blocks of all networks. Inputs: results/outline.json."""
    outline = read_outline(item, inputs)
    footer = (
        f"Drawn: {STAGE}, batch normalisation and ReLU left out, as in the paper. Kernels: time × height × width; maps: channels first. "
        f"As built in this study: widths times {outline['multiplier']:g}, input {join_sizes(outline['input'])}."
    )
    with canvas.sheet(heading, out, HEIGHT, footer) as ax:
        for i, (network, description) in enumerate(outline["networks"].items()):
            left, letter = canvas.MARGIN + i * (COLUMN + GAP), "abc"[i]
            canvas.draw_title(ax, left, 0.1, f"({letter}) {labels.NETWORK_LABELS[network]}")
            canvas.draw_text(
                ax, left + COLUMN, 0.1, f"{description['parameters']:,} parameters", ha="right", color=style.MUTED
            )
            stages = {stage["stage"]: stage for stage in description["stages"]}
            before = list(stages)[list(stages).index(STAGE) - 1]
            _block(
                ax, left, stages[STAGE]["parts"], join_sizes(stages[before]["map"]), join_sizes(stages[STAGE]["map"]), network
            )
            _table(ax, left, description["stages"])


def join_sizes(numbers: Sequence[int]) -> str:
    """Return sizes as the paper prints them, such as 3×3×3."""
    return "×".join(map(str, numbers))


def describe_part(part: Part) -> str:
    """Return the text of a convolution or a pool: kernel, channels, and the stride where it is not one, a line each."""
    kernel, stride = (join_sizes(sides) for sides in (part["kernel"], part["stride"]))
    lines = [f"pool {kernel}"] if part["kind"] == "pool" else [kernel, "{} → {}".format(*part["channels"])]
    if len(set(part["stride"])) == 1:
        stride = str(part["stride"][0])
    return "\n".join([*lines, *([f"stride {stride}"] if stride != "1" else [])])


def parts_of_kind(parts: Sequence[Part], kind: str) -> list[Part]:
    """Return the parts of a kind: "convolution", "pool" or "sum"."""
    return [part for part in parts if part["kind"] == kind]


def stage_kernels(parts: Sequence[Part]) -> str:
    """Return the kernels of a stage's convolutions in order; a sequence that is repeated is written once, with its count."""
    path = [part for outer in parts for part in (outer["residual"] if outer["kind"] == "sum" else [outer])]
    names = [join_sizes(part["kernel"]) for part in parts_of_kind(path, "convolution")]
    period = next(n for n in range(1, len(names) + 1) if names[:n] * (len(names) // n) == names)
    repeated = f" ({len(names) // period}×)" if period < len(names) else ""
    return ", ".join(names[:period]) + repeated + " + pool" * bool(parts_of_kind(path, "pool"))


def _block(ax: Axes, left: float, parts: Sequence[Part], entering: str, leaving: str, network: str) -> None:
    """Draw a stage: its convolutions in a column, and its shortcut with the sum, or its pool, where it has one."""
    sums, pools = parts_of_kind(parts, "sum"), parts_of_kind(parts, "pool")
    main = parts_of_kind(sums[0]["residual"] if sums else parts, "convolution")
    side = left + COLUMN - BOX[0] / 2
    x = left + BOX[0] / 2 if sums else left + COLUMN / 2
    join, end = FIRST + CONVOLUTIONS + JOIN, FIRST + CONVOLUTIONS + JOIN + OUT
    canvas.draw_text(ax, x, IN, entering, ha="center")
    last = _column(ax, x, main, IN + 0.08, network)
    if sums:
        fork = (IN + 0.08 + FIRST) / 2
        shortcut = parts_of_kind(sums[0]["shortcut"], "convolution")
        canvas.draw_path(ax, [(x, fork), (side, fork)], head=False)
        canvas.draw_path(ax, [(side, _column(ax, side, shortcut, fork, network)), (side, join), (x + RING / 2, join)])
        canvas.draw_arrow(ax, (x, last), (x, join - RING / 2))
        canvas.draw_ring(ax, (x, join), RING, "+")
        last = join + RING / 2
    for pool in pools:
        canvas.draw_arrow(ax, (x, last), (x, join - POOL[1] / 2))
        canvas.draw_box(ax, (x, join), POOL, describe_part(pool))
        last = join + POOL[1] / 2
    canvas.draw_arrow(ax, (x, last), (x, end - 0.08))
    canvas.draw_text(ax, x, end, leaving, ha="center")


def _column(ax: Axes, x: float, convolutions: Sequence[Part], start: float, network: str) -> float:
    """Draw convolutions in a column, evenly spread, joined by arrows from ``start`` downwards. Return y of the last one's lower edge."""
    for i, part in enumerate(convolutions):
        y = FIRST + CONVOLUTIONS * (i + 0.5) / len(convolutions)
        canvas.draw_arrow(ax, (x, start), (x, y - BOX[1] / 2))
        canvas.draw_box(ax, (x, y), BOX, fill=style.shade_colour(style.COLOURS[network], 0.86), edge=style.COLOURS[network])
        canvas.draw_cuboid(ax, (x - BOX[0] / 2 + 0.17, y), part["kernel"], UNIT, style.COLOURS[network])
        canvas.draw_text(ax, x - BOX[0] / 2 + 0.33, y, describe_part(part), zorder=3, linespacing=1.1)
        start = y + BOX[1] / 2
    return start


def _table(ax: Axes, left: float, stages: Sequence[Part]) -> None:
    """Draw the table of all stages with their kernels and output maps; the stage drawn above is marked."""
    for x, text, side in ((left, "layer", "left"), (left + SECOND, "kernels", "left"), (left + COLUMN, "map", "right")):
        canvas.draw_text(ax, x, ROWS, text, ha=side, color=style.MUTED)
    for i, stage in enumerate(stages, start=1):
        y = ROWS + i * LINE
        if stage["stage"] == STAGE:
            canvas.draw_bar(ax, left - 0.03, y, COLUMN + 0.06, LINE, style.shade_colour(style.MUTED, 0.82))
        canvas.draw_text(ax, left, y, stage["stage"])
        canvas.draw_text(ax, left + SECOND, y, stage_kernels(stage["parts"]))
        canvas.draw_text(ax, left + COLUMN, y, join_sizes(stage["map"]), ha="right")
