"""Pages with videos as moving pictures, each in one file that needs no network: the nearest ones of a query, or outliers."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from html import escape
from pathlib import Path

from vcop.search.embeddings import Embeddings
from vcop.search.moving_pictures import moving_picture
from vcop.search.similar import Hit

TEMPLATE = Path(__file__).with_suffix(".html").read_text(encoding="utf-8")
STYLE = Path(__file__).with_name("moving_pictures.css").read_text(encoding="utf-8").rstrip()
Draw = Callable[[Path, float, float], str]


def describe(found: Embeddings, file: Path) -> str:
    """Return where was searched, in one line for a page."""
    about = found.about
    return f"{file}: {about['network']}, {about['layer']}, {len(found)} rows, weights {about['weights']}"


def search_page(query: Hit, hits: Sequence[Hit], source: str, draw: Draw = moving_picture) -> str:
    """Return the page.

    Args:
        query: The query; its similarity is not shown.
        hits: The nearest videos, nearest first.
        source: Where was searched, one line.
        draw: Returns a part of a video as a data URL, or "".
    """
    cards = [_card(hit, f"{place}. cosine {hit.similarity:.4f}", draw) for place, hit in enumerate(hits, 1)]
    return _page(f"Videos near {query.video}", source, [_card(query, "query", draw, "query"), *cards])


def outliers_page(pairs: Sequence[tuple[Hit, Hit]], source: str, draw: Draw = moving_picture) -> str:
    """Return the page of the videos that are least similar to all others.

    Args:
        pairs: Each video and its nearest other one, farthest first.
        source: Where was searched, one line.
        draw: Returns a part of a video as a data URL, or "".
    """
    labels = [
        f"{place}. cosine {one.similarity:.4f} to the nearest other, {other.video} at {other.start:.2f} s:"
        for place, (one, other) in enumerate(pairs, 1)
    ]
    return _page(
        "Videos least similar to all others",
        source,
        [_card(pair[0], of, draw) for pair, of in zip(pairs, labels, strict=True)],
    )


def _page(title: str, source: str, cards: Iterable[str]) -> str:
    """Return the page of some cards."""
    return fill_page(TEMPLATE, title, source, CARDS="\n".join(cards))


def fill_page(template: str, title: str, source: str, **parts: str) -> str:
    """Return a page with its parts filled in, all at once: what is filled in is not searched for names of parts.

    Args:
        template: The page, with names of parts in braces.
        title: Title of the page, as text.
        source: What was searched, one line of text.
        **parts: Other parts by their names, as they stand in the page.
    """
    parts |= {"TITLE": escape(title), "SOURCE": escape(source), "STYLE": STYLE}
    return re.sub(rf"\{{({'|'.join(parts)})\}}", lambda name: parts[name[1]], template)


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
