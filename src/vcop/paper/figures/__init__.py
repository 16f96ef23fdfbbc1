"""Drawing: plots, pictures of frames and schematics of the method, as Matplotlib figures.

Nothing here reads result files; ``vcop.paper.items`` hands over what is to be drawn.
"""
