"""Download of the data sets: addresses and digests, transfers that resume, safe unpacking, the official directory layout.

By default a file is accepted only if it has the known SHA-256.
"""
