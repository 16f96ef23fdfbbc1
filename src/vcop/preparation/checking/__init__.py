"""Checking a data set before it is used: official counts, unreadable videos, duplicates.

Every fault is listed by name; nothing is altered.
"""
