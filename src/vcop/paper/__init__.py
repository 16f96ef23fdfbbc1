"""Every table and figure of both papers, drawn from result files alone.

``items`` holds one module for each printed item, named as its rule; ``figures`` and ``pages`` draw, ``measurement`` computes what is
drawn. Nothing here imports the code that trains networks.
"""
