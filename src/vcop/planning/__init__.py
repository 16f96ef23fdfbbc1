"""Planning: what a study is going to cost, how far its training runs are, and an archive of its results.

Jobs are those that Snakemake plans, their arithmetic is counted from the networks' shapes, and runs are judged by their folders.
"""
