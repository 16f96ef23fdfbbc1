"""Tools for long runs on shared machines: atomic files, leases, time limits, signals, process pools, progress.

Nothing in this package knows about videos or networks.
"""
