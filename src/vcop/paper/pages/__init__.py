"""Writing: tables as HTML, Markdown, LaTeX and CSV, and the pages that compare all numbers and claims.

Nothing here decides what is measured; ``vcop.paper.items`` hands over what is to be written.
"""
