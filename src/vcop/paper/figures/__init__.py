"""Drawing: plots, pictures of frames and schematics of the method, as Matplotlib figures.

Drawing that several items share; an item of ``vcop.paper.items`` says which results it is drawn from. ``style`` is the look of all.
"""
