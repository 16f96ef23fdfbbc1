"""What a study will cost, how far it is, and how to pack it.

It asks Snakemake for the jobs of a study, counts their arithmetic, and reads the states that trainings leave.
"""
