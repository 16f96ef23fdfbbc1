"""Groups of test videos: which videos are cut from the same recording, read from their names.

Videos of one recording look alike, so that they are right or wrong together: they count as one draw where an interval is made.
"""

from __future__ import annotations

import re
from functools import lru_cache

# UCF101: ApplyEyeMakeup/v_ApplyEyeMakeup_g08_c01.avi is clip 1 of group 8; a class has 25 groups (Soomro et al. 2012).
UCF101 = re.compile(r"(?P<group>.*v_\w+?_g\d+)_c\d+(?:\.\w+)?$")
# HMDB51: <film>_<action>_<visible part>_<camera motion>_<people>_<view>_<quality>_<clip> (Kuehne et al. 2011).
HMDB51 = re.compile(r"(?P<group>.+)_[fhlu]_(?:cm|nm)_np\d+_(?:ba|fr|le|ri)_(?:bad|goo|med)_\d+(?:\.\w+)?$")


@lru_cache(maxsize=100_000)
def source_group(video: str) -> str:
    """Return the group of a video as class/recording; a video whose name tells none is a group of its own.

    Args:
        video: Name as the test lists have it, such as ApplyEyeMakeup/v_ApplyEyeMakeup_g08_c01.avi; the folder is the class.
    """
    match = UCF101.match(video) or HMDB51.match(video)
    return match["group"] if match else video
