r"""A table as LaTeX (booktabs), for \input into a paper that cites it."""

from __future__ import annotations

import re
from collections.abc import Sequence

# What LaTeX takes for an order; a bracket behind \\ would be its argument. Letters with accents are read as they are.
ORDERS = str.maketrans(
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
Lines = Sequence[str]  # of one cell, below one another, as LaTeX


def escape(text: str) -> str:
    """Words as LaTeX prints them."""
    return text.translate(ORDERS)


def bold(text: str) -> str:
    """What is measured here."""
    return rf"\textbf{{{text}}}"


def latex_prose(text: str) -> str:
    """Words as LaTeX: ** marks what is measured."""
    return re.sub(r"\*\*(.+?)\*\*", lambda found: bold(found[1]), escape(text))


def table_row(name: str, cells: Sequence[Lines]) -> list[str]:
    """A row of the table; its cells' further lines are small and belong to it, so no page breaks between."""
    height = max([1, *map(len, cells)])
    columns = [[escape(name)], *cells]
    lines = [[column[i] if i < len(column) else "" for column in columns] for i in range(height)]
    small = [[rf"{{\scriptsize {cell}}}" if cell else "" for cell in line] for line in lines[1:]]
    return [" & ".join(line) + r" \\" for line in [lines[0], *small]]


def latex_table(caption: Sequence[str], label: str, columns: Sequence[str], groups: Sequence[Sequence[str]]) -> str:
    """A floating table: ``caption`` in paragraphs of prose, ``groups`` of rows with a thin line between them."""
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
