"""What stands above a table or a figure."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Heading:
    """What stands above an item. ``task`` is empty where the item names its tasks, ``note`` where a study confesses nothing.

    ``printed``: whether the papers' numbers stand beside ours.
    """

    title: str
    caption: str
    study: str
    task: str
    note: str = ""
    printed: bool = True

    @property
    def of(self) -> str:
        """Whose numbers these are: no measured number may pass for the papers'."""
        task = f"; pretext task {self.task}" if self.task else ""
        note = f" {self.note[0].upper()}{self.note[1:]}." if self.note else ""
        printed = " Published: the papers' data and networks." if self.printed else ""
        return f"Measured on: {self.study}{task}.{printed}{note}"
