"""Measurement: accuracies with their intervals from result files, the papers' numbers beside them, claims, and costs.

Nothing here draws. ``scores`` says what an accuracy and its interval are, ``comparisons`` how two settings are compared,
``claims`` when a sentence of the papers holds. ``published.csv`` holds the numbers that the papers print.
"""
