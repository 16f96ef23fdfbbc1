"""Benchmarks: the speed of each stage, compared with other programs and with the limits of the machine (docs/performance.md).

Each benchmark is one command, run in the top folder, such as ``python -m benchmarks.load`` (decode, load, train, retrieve,
study; see ``--help``). All print Markdown, and none needs the internet. ``make bench`` runs them one after the other.
"""
