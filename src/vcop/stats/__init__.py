"""Intervals of accuracies: what would vary if somebody did a study again.

``estimates`` and ``families`` are the model of docs/intervals.md: test videos in their groups, and seeds. ``proportions`` and
``student`` are its distributions; ``bootstrap`` resamples units that belong to no training.
"""
