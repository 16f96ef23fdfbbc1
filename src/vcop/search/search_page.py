"""A page with a query and its nearest videos as moving pictures, in one file that needs no network."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape
from pathlib import Path

from vcop.search.moving_pictures import moving_picture
from vcop.search.similar import Hit

TEMPLATE = Path(__file__).with_suffix(".html").read_text(encoding="utf-8")
Draw = Callable[[Path, float, float], str]


def search_page(query: Hit, hits: Sequence[Hit], source: str, draw: Draw = moving_picture) -> str:
    """Return the page.

    Args:
        query: The query; its similarity is not shown.
        hits: The nearest videos, nearest first.
        source: Where was searched, one line.
        draw: Returns a part of a video as a data URL, or "".
    """
    cards = [_card(hit, f"{place}. cosine {hit.similarity:.4f}", draw) for place, hit in enumerate(hits, 1)]
    parts = {"TITLE": f"Videos near {query.video}", "SOURCE": source}
    page = TEMPLATE
    for name, text in parts.items():
        page = page.replace(f"{{{name}}}", escape(text))
    # Last: what they hold is not searched for names of parts.
    return page.replace("{CARDS}", "\n".join([_card(query, "query", draw, "query"), *cards]))


def _card(hit: Hit, label: str, draw: Draw, kind: str = "hit") -> str:
    """Return one moving picture with its words."""
    picture = draw(Path(hit.video), hit.start, hit.end)
    name = escape(hit.video)
    shown = (
        f'<img src="{picture}" alt="{name}">' if picture else '<p class="none">no picture: the video cannot be read here</p>'
    )
    return (
        f'<figure class="{kind}" tabindex="0">{shown}<figcaption><b>{escape(label)}</b> {hit.start:.2f}–{hit.end:.2f} s'
        f"<br>{name}</figcaption></figure>"
    )
