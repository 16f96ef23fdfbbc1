"""Intervals of accuracies: what would vary if somebody did a study again.

``estimates`` and ``families`` are the model of docs/intervals.md: test videos in their groups, and seeds. ``moderation`` lets numbers of
one kind tell one another how much seeds differ. ``proportions`` and ``student`` are the distributions.
"""
