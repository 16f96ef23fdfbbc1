"""Published lists of the data sets: splits of UCF101 and HMDB51, questions of ActivityNet-QA, word vectors and official counts.

No video is read here.
"""
