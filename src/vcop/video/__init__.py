"""Reading of video files through ffmpeg: what the header of a file announces, what can be decoded, and whether they agree.

This package finds damaged videos; it never changes one.
"""
