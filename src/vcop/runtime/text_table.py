"""Tables of plain text whose columns line up, as commands print them."""

from __future__ import annotations

from collections.abc import Collection, Sequence


def aligned_lines(rows: Sequence[Sequence[str]], left_columns: Collection[int] = (0,)) -> list[str]:
    """Return the lines of a table in which every column is as wide as its longest cell.

    Args:
        rows: Rows of equally many cells, usually the header first.
        left_columns: Indices of the columns that are aligned on the left, as text is; all others are aligned on the right, as
            numbers are.

    Returns:
        One line per row, two spaces between columns, no spaces at the end; no lines if there are no rows.

    Raises:
        ValueError: If the rows have different numbers of cells.
    """
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    signs = ["<" if index in left_columns else ">" for index in range(len(widths))]
    return [
        "  ".join(f"{cell:{sign}{width}}" for cell, sign, width in zip(row, signs, widths, strict=True)).rstrip()
        for row in rows
    ]
