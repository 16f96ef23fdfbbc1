"""Pages: tables as CSV, Markdown, HTML and LaTeX, and the pages that list all numbers and all claims.

Nothing here decides what is measured: ``vcop.paper.items`` hands over what is to be written.
"""
