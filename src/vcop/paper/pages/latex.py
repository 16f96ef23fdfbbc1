r"""Table as LaTeX (booktabs), for \input into a paper that cites it."""

from __future__ import annotations

import re
from collections.abc import Sequence

# Characters that LaTeX takes for commands; a bracket after \\ would be its argument. Letters with accents need no escape.
ESCAPES = str.maketrans(
    {
        "\\": r"\textbackslash{}",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
        "<": r"\textless{}",
        ">": r"\textgreater{}",
        "|": r"\textbar{}",
        '"': "''",
        "[": "{[}",
        "]": "{]}",
        "–": "--",
        "×": r"$\times$",
        "≥": r"$\geq$",
        "≤": r"$\leq$",
        "\n": " ",
    }
    | {sign: f"\\{sign}" for sign in "&%$#_{}"}
)
Lines = Sequence[str]  # the lines of one cell, one below the other, as LaTeX


def escape(text: str) -> str:
    """Return text whose special characters LaTeX prints as they are."""
    return text.translate(ESCAPES)


def bold(text: str) -> str:
    """Return bold text, which marks what is measured here."""
    return rf"\textbf{{{text}}}"


def latex_prose(text: str) -> str:
    """Return words as LaTeX; ``**`` marks what is measured."""
    return re.sub(r"\*\*(.+?)\*\*", lambda match: bold(match[1]), escape(text))


def table_row(name: str, cells: Sequence[Lines]) -> list[str]:
    """Return the lines of one row of the table.

    Args:
        name: Name of the row, not yet escaped.
        cells: Lines of each cell, as LaTeX; all but the first are set in small letters below it.
    """
    height = max([1, *map(len, cells)])
    columns = [[escape(name)], *cells]
    lines = [[column[i] if i < len(column) else "" for column in columns] for i in range(height)]
    small = [[rf"{{\scriptsize {cell}}}" if cell else "" for cell in line] for line in lines[1:]]
    return [" & ".join(line) + r" \\" for line in [lines[0], *small]]


def latex_table(caption: Sequence[str], label: str, columns: Sequence[str], groups: Sequence[Sequence[str]]) -> str:
    """Return a floating table.

    Args:
        caption: Paragraphs of prose, not yet escaped.
        label: Name for references.
        columns: Names of the columns, not yet escaped.
        groups: Lines of rows, as ``table_row`` returns them; a thin line is drawn between groups.
    """
    head = " & ".join(["", *(escape(name) for name in columns)])
    body = "\n\\midrule\n".join("\n".join(rows) for rows in groups if rows)
    return rf"""% In the preamble: \usepackage{{booktabs}}. Across both columns of a page: table* for table.
\begin{{table}}
\centering
\caption{{{" ".join(latex_prose(part) for part in caption if part)}}}
\label{{{re.sub(r"[^A-Za-z0-9:]+", "-", label)}}}
\footnotesize
\setlength{{\tabcolsep}}{{3pt}}
\begin{{tabular}}{{{"l" * (len(columns) + 1)}}}
\toprule
{head} \\
\midrule
{body}
\bottomrule
\end{{tabular}}
\end{{table}}
"""
