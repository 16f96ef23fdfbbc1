"""Check of a data set before it is used: official counts, unreadable videos, duplicates.

Every fault is named; no file of the data set is changed.
"""
