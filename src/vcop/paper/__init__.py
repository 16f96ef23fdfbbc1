"""Tables and figures of both papers, drawn from result files alone.

``items`` says for each printed item what is drawn from which files; ``figures`` and ``pages`` draw and write, ``measurement``
computes the numbers. Nothing here imports the code that trains networks.
"""
