"""Drawing of test and validation videos where no list names them; the videos of a group stay together."""

from __future__ import annotations

from collections.abc import Mapping

from vcop.sampling.seeding import seed_of

TEST_SHARE, VALIDATION_SHARE = 5, 5  # a fifth of all videos is for tests, at most a fifth of the others validates
ROLES = ("test", "validation", "training")  # in the order in which they are drawn
ROOM = 1.25  # a draw may be so much larger than wanted: groups are taken whole


def draw_groups(sizes: Mapping[str, int], wanted: int, purpose: str, leave: int = 1) -> set[str]:
    """Draw groups of about as many videos as wanted.

    Each group has a number that depends on (purpose, group) alone, and those of the lowest numbers are taken unless they are too
    large. So the same groups give the same draw on every machine.

    Args:
        sizes: Videos of each group.
        wanted: Number of videos.
        purpose: What the videos are drawn for.
        leave: How many groups have to be left for the other roles.

    Raises:
        ValueError: If no group can be taken: there are ``leave`` groups or fewer, or the smallest holds over half of the videos.
    """
    drawn: set[str] = set()
    count = 0
    for group in sorted(sizes, key=lambda name: seed_of("held out", purpose, name)):
        room = len(sizes) - len(drawn) > leave
        if room and count < wanted and count + sizes[group] <= max(1.0, ROOM * wanted):
            drawn.add(group)
            count += sizes[group]
    if not drawn:  # all are too large: the smallest is nearest to what is wanted
        smallest = min(sizes, key=lambda name: (sizes[name], name))
        if 2 * sizes[smallest] > sum(sizes.values()) or len(sizes) <= leave:
            others = f", and {leave} must be left for other lists" if leave else ""
            raise ValueError(
                f"no {purpose} videos can be drawn: {'1 group has' if len(sizes) == 1 else f'{len(sizes)} groups have'} no role yet; groups are not "
                f"divided{others}: give smaller groups, or no groups at all"
            )
        drawn.add(smallest)
    return drawn


def draw_roles(groups: Mapping[str, str], given: Mapping[str, str], validation_videos: int) -> dict[str, str]:
    """Return the role of every video: the given one, else a drawn one.

    A fifth of the videos is drawn for tests unless some have the role test already; of the others at most a fifth, and at most
    ``validation_videos``, for validation, likewise.

    Args:
        groups: Group of each video.
        given: Roles of some videos: ``training``, ``validation`` or ``test``.
        validation_videos: Most validation videos.

    Raises:
        ValueError: If a group would be divided, or nothing is left to draw from.
    """
    roles = dict(given)
    if not given and len(groups) < len(ROLES):
        count = f"{len(groups)} video{'s are' if len(groups) != 1 else ' is'}"
        raise ValueError(f"{count} too few: the lists of training, validation and test need at least one each")
    for role, share, most in (("test", TEST_SHARE, len(groups)), ("validation", VALIDATION_SHARE, validation_videos)):
        if role in roles.values():
            continue
        left = [video for video in groups if video not in roles]
        if not left:
            raise ValueError(
                f"no video has the role {role}, and every video has a role: leave some empty, so that {role} videos are drawn"
            )
        taken = {groups[video] for video in roles}  # their group has a role already
        sizes: dict[str, int] = {}
        for video in left:
            if groups[video] not in taken:
                sizes[groups[video]] = sizes.get(groups[video], 0) + 1
        if not sizes:
            raise ValueError(f"no {role} videos can be drawn: every group has a role already; name some yourself")
        later = ROLES[ROLES.index(role) + 1 :]  # those that still need a group
        leave = sum(other not in roles.values() for other in later)
        drawn = draw_groups(sizes, max(1, min(most, len(left) // share)), role, leave)
        roles |= {video: role for video in left if groups[video] in drawn}
    of_group = {groups[video]: role for video, role in roles.items()}
    roles |= {video: of_group.get(group, "training") for video, group in groups.items() if video not in roles}
    return roles
