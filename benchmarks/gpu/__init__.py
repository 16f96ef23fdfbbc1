"""One command that checks and measures this project on a GPU: ``python -m benchmarks.gpu``, or ``make gpu``.

Each part is a module with a function ``run``; ``benchmarks.gpu.context`` has what the parts share, ``benchmarks.gpu.report`` what they
write. ``__main__`` runs them one after the other, each within its seconds.
"""
