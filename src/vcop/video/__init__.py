"""Reading video files through ffmpeg: what a container announces, what can be decoded, and whether they agree.

This package finds damaged videos; it never alters one.
"""
