"""The published data sets as lists: splits of UCF101 and HMDB51, questions of ActivityNet-QA, word vectors, official counts.

No video is read here.
"""
