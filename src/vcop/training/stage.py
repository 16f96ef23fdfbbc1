"""What the training verbs share: their flags, their lists of videos, and the files beside the weights."""

from __future__ import annotations
