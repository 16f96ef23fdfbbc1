"""A page of many queries with their nearest videos as moving pictures, in one file that needs no network."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from html import escape
from pathlib import Path

from vcop.runtime.progress import Progress
from vcop.search.moving_pictures import moving_picture
from vcop.search.neighbours import Neighbours
from vcop.search.search_page import Draw, fill_page

TEMPLATE = Path(__file__).with_suffix(".html").read_text(encoding="utf-8")


def neighbour_page(
    found: Sequence[Neighbours],
    spans: Mapping[str, tuple[float, float]],
    title: str,
    source: str,
    folder: str = "",
    processes: int = 1,
    draw: Draw = moving_picture,
) -> str:
    """Return the page. The picture of a video is made and stored once, however often it is shown.

    Args:
        found: The queries with their neighbours.
        spans: Seconds of each video that are shown: first and last.
        title: Title of the page.
        source: What was searched, one line.
        folder: Beginning of the videos' names that is not shown.
        processes: Pictures that are made at the same time.
        draw: Returns a part of a video as a data URL, or "".
    """
    shown = list(dict.fromkeys(name for one in found for name in (one.query, *one.videos)))
    with Progress("pictures", len(shown), "video") as progress, ThreadPoolExecutor(processes) as pool:
        pictures = []
        for picture in pool.map(lambda name: draw(Path(name), *spans[name]), shown):
            pictures.append(picture)
            progress.advance()
    number = {name: i for i, name in enumerate(shown)}
    rows = "\n".join(_row(one, number, folder) for one in found)
    return fill_page(TEMPLATE, title, source, ROWS=rows, PICTURES=json.dumps(pictures).replace("<", "\\u003c"))


def _row(one: Neighbours, number: Mapping[str, int], folder: str) -> str:
    """Return a query and its neighbours as one section."""
    cards = [_card(one.query, "query", number, folder, "query")]
    cards += [
        _card(video, f"{rank}. cosine {cosine:.3f}", number, folder)
        for rank, (video, cosine) in enumerate(zip(one.videos, one.cosines, strict=True), 1)
    ]
    return f"<section>{''.join(cards)}</section>"


def _card(video: str, label: str, number: Mapping[str, int], folder: str, kind: str = "hit") -> str:
    """Return the place of a moving picture with its words."""
    name = escape(video.removeprefix(folder))
    return (
        f'<figure class="{kind}"><img data-picture="{number[video]}" alt="{name}"><figcaption><b>{escape(label)}</b><br>{name}'
        "</figcaption></figure>"
    )
