"""Pretext tasks: one module each, found by its name.

Begin with ``base``, which says what a task is, then ``order``, the papers' own, and ``arrow``, the shortest.
"""
