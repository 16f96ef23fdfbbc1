"""Heading of a table or a figure."""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Heading:
    """Title, caption and origin of the numbers, printed with every table and figure.

    Attributes:
        title: Title of the item.
        caption: What a reader needs to understand it.
        study: Description of the study that the numbers were measured in.
        task: Pretext task of the study; empty where the item names its tasks itself.
        note: Limitation of the study, if there is one.
        printed: Whether numbers that the papers print stand beside ours.
        schematic: Whether the item explains the method; numbers in it are examples.
        synthetic: Whether the study's videos are synthetic, so that ours cannot be compared with the papers'.
    """

    title: str
    caption: str
    study: str
    task: str
    note: str = ""
    printed: bool = True
    schematic: bool = False
    synthetic: bool = False

    def with_caption(self, sentence: str) -> Heading:
        """Return this heading with one more sentence in its caption."""
        return replace(self, caption=f"{self.caption} {sentence}")

    @property
    def measured_on(self) -> str:
        """Sentence that names the study behind our numbers, so that no reader takes them for the papers' numbers."""
        task = f"; pretext task {self.task}" if self.task else ""
        note = f" {self.note[0].upper()}{self.note[1:]}." if self.note else ""
        apart = ": not to be compared with ours, which are of synthetic videos" if self.synthetic else ""
        printed = f" Published: the papers' data and networks{apart}." if self.printed else ""
        made = "Schematic, drawn from" if self.schematic else "Measured on"
        return f"{made}: {self.study}{task}.{printed}{note}"
