"""What long runs on shared machines need: atomic files, locks, time limits, signals, process pools, progress.

Nothing here knows of videos or networks.
"""
