"""How fast each stage is beside what else could do its work, and beside what the machine can do: docs/performance.md.

One command each, from the top folder: ``python -m benchmarks.load`` (decode, load, train, retrieve, study; ``--help`` says
more). All print Markdown, and none needs a network; ``make bench`` runs them one after the other.
"""
