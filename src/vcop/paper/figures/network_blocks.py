"""The blocks of the three networks, drawn from what `vcop outline` read out of the built modules (Figure 3 of both papers).

A column a network: a stage as a flow from above to below, and under it all five stages as a table. All lengths are inches.
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
STAGE = "conv3"  # the first that halves the map and doubles the channels in all three networks
GAP = 0.2  # between columns
COLUMN = (style.WIDE - 2 * canvas.MARGIN - 2 * GAP) / 3
IN, FIRST, CONVOLUTIONS, JOIN, OUT = 0.36, 0.64, 2.32, 0.2, 0.4  # what enters, the first box, all boxes, the sum, what leaves
BOX, POOL, RING = (1.03, 0.44), (1.03, 0.32), 0.18  # a convolution, a pool; a sum's diameter
TABLE, LINE, SECOND = 0.3, 0.155, 0.42  # above the table, a line of it, where kernels begin
ROWS = FIRST + CONVOLUTIONS + JOIN + OUT + TABLE
HEIGHT = ROWS + 5.5 * LINE
UNIT = 0.042  # of a kernel's picture


def read_outline(item: str, inputs: Sequence[Path]) -> Part:
    """The outline among the files given. Raises ValueError where it is missing or of other networks."""
    found = [path for path in inputs if path.suffix == ".json"]
    if not found:
        raise ValueError(f"{item}: no outline of the networks among the files given")
    outline = json.loads(found[0].read_text())
    if list(outline.get("networks", {})) != list(labels.NETWORK_LABELS):
        raise ValueError(f"{found[0]}: not what this version of `vcop outline` writes: delete it, and it is made again")
    return outline


def draw_blocks(item: str, heading: Heading, inputs: list[Path], out: Path) -> None:
    """Inputs: results/outline.json."""
    outline = read_outline(item, inputs)
    about = (
        f"Drawn: {STAGE}, batch normalisation and ReLU left out, as in the paper. Kernels: time × height × width; maps: channels first. "
        f"As built in this study: widths times {outline['multiplier']:g}, input {join_sizes(outline['input'])}."
    )
    with canvas.sheet(heading, out, HEIGHT, about) as ax:
        for i, (network, of) in enumerate(outline["networks"].items()):
            left, letter = canvas.MARGIN + i * (COLUMN + GAP), "abc"[i]
            canvas.draw_title(ax, left, 0.1, f"({letter}) {labels.NETWORK_LABELS[network]}")
            canvas.draw_text(ax, left + COLUMN, 0.1, f"{of['parameters']:,} parameters", ha="right", color=style.MUTED)
            stages = {stage["stage"]: stage for stage in of["stages"]}
            before = list(stages)[list(stages).index(STAGE) - 1]
            _block(
                ax, left, stages[STAGE]["parts"], join_sizes(stages[before]["map"]), join_sizes(stages[STAGE]["map"]), network
            )
            _table(ax, left, of["stages"])


def join_sizes(numbers: Sequence[int]) -> str:
    """3×3×3."""
    return "×".join(map(str, numbers))


def describe_part(part: Part) -> str:
    """A convolution or a pool, a line each: kernel, channels, and the stride where it is not one."""
    kernel, stride = (join_sizes(sides) for sides in (part["kernel"], part["stride"]))
    lines = [f"pool {kernel}"] if part["kind"] == "pool" else [kernel, "{} → {}".format(*part["channels"])]
    if len(set(part["stride"])) == 1:
        stride = str(part["stride"][0])
    return "\n".join([*lines, *([f"stride {stride}"] if stride != "1" else [])])


def parts_of_kind(parts: Sequence[Part], kind: str) -> list[Part]:
    """The parts of a kind."""
    return [part for part in parts if part["kind"] == kind]


def stage_kernels(parts: Sequence[Part]) -> str:
    """The convolutions that a stage applies one after the other; what is repeated stands once."""
    path = [part for outer in parts for part in (outer["residual"] if outer["kind"] == "sum" else [outer])]
    names = [join_sizes(part["kernel"]) for part in parts_of_kind(path, "convolution")]
    period = next(n for n in range(1, len(names) + 1) if names[:n] * (len(names) // n) == names)
    repeated = f" ({len(names) // period}×)" if period < len(names) else ""
    return ", ".join(names[:period]) + repeated + " + pool" * bool(parts_of_kind(path, "pool"))


def _block(ax: Axes, left: float, parts: Sequence[Part], entering: str, leaving: str, network: str) -> None:
    """A stage: its convolutions below one another; a shortcut beside them and a sum under them, or a pool, where it has one."""
    sums, pools = parts_of_kind(parts, "sum"), parts_of_kind(parts, "pool")
    main = parts_of_kind(sums[0]["residual"] if sums else parts, "convolution")
    side = left + COLUMN - BOX[0] / 2
    x = left + BOX[0] / 2 if sums else left + COLUMN / 2
    join, end = FIRST + CONVOLUTIONS + JOIN, FIRST + CONVOLUTIONS + JOIN + OUT
    canvas.draw_text(ax, x, IN, entering, ha="center")
    last = _path(ax, x, main, IN + 0.08, network)
    if sums:
        fork = (IN + 0.08 + FIRST) / 2
        shortcut = parts_of_kind(sums[0]["shortcut"], "convolution")
        canvas.draw_path(ax, [(x, fork), (side, fork)], head=False)
        canvas.draw_path(ax, [(side, _path(ax, side, shortcut, fork, network)), (side, join), (x + RING / 2, join)])
        canvas.draw_arrow(ax, (x, last), (x, join - RING / 2))
        canvas.draw_ring(ax, (x, join), RING, "+")
        last = join + RING / 2
    for pool in pools:
        canvas.draw_arrow(ax, (x, last), (x, join - POOL[1] / 2))
        canvas.draw_box(ax, (x, join), POOL, describe_part(pool))
        last = join + POOL[1] / 2
    canvas.draw_arrow(ax, (x, last), (x, end - 0.08))
    canvas.draw_text(ax, x, end, leaving, ha="center")


def _path(ax: Axes, x: float, convolutions: Sequence[Part], start: float, network: str) -> float:
    """Boxes below one another, evenly spread, with arrows to each from what is above it; where the last one ends."""
    for i, part in enumerate(convolutions):
        y = FIRST + CONVOLUTIONS * (i + 0.5) / len(convolutions)
        canvas.draw_arrow(ax, (x, start), (x, y - BOX[1] / 2))
        canvas.draw_box(ax, (x, y), BOX, fill=style.shade_colour(style.COLOURS[network], 0.86), edge=style.COLOURS[network])
        canvas.draw_cuboid(ax, (x - BOX[0] / 2 + 0.17, y), part["kernel"], UNIT, style.COLOURS[network])
        canvas.draw_text(ax, x - BOX[0] / 2 + 0.33, y, describe_part(part), zorder=3, linespacing=1.1)
        start = y + BOX[1] / 2
    return start


def _table(ax: Axes, left: float, stages: Sequence[Part]) -> None:
    """All stages: kernels, and the map that leaves; the one drawn above is marked."""
    for x, text, side in ((left, "stage", "left"), (left + SECOND, "kernels", "left"), (left + COLUMN, "map", "right")):
        canvas.draw_text(ax, x, ROWS, text, ha=side, color=style.MUTED)
    for i, stage in enumerate(stages, start=1):
        y = ROWS + i * LINE
        if stage["stage"] == STAGE:
            canvas.draw_bar(ax, left - 0.03, y, COLUMN + 0.06, LINE, style.shade_colour(style.MUTED, 0.82))
        canvas.draw_text(ax, left, y, stage["stage"])
        canvas.draw_text(ax, left + SECOND, y, stage_kernels(stage["parts"]))
        canvas.draw_text(ax, left + COLUMN, y, join_sizes(stage["map"]), ha="right")
