"""Counts about people are shown only for groups large enough that nobody can be picked out."""

from collections.abc import Mapping

MINIMUM_GROUP = 5


def shown(count: int, total_in_group: int, *, aggregate_only: bool) -> int | None:
    """Return the count, or None ("fewer than 5") for a small group when the viewer may see aggregates only.

    What matters is the size of the group, not the count: 0 of 40 hides nobody's answer, 1 of 2 tells it.
    """
    return None if aggregate_only and total_in_group < MINIMUM_GROUP else count


def shown_groups(counts: Mapping[str, tuple[int, int]]) -> dict[str, int | None]:
    """Give what an aggregate-only viewer may see of one table: group name -> count, or None if hidden.

    `counts` maps each group to (count, people in the group). A hidden figure must not be recoverable by
    subtracting the shown ones from the table's total, so the smallest shown groups are hidden as well until
    the hidden ones are at least two and together at least `MINIMUM_GROUP` people.
    """
    by_size = sorted(counts, key=lambda name: (counts[name][1], name))
    hidden = [name for name in by_size if counts[name][1] < MINIMUM_GROUP]
    for name in by_size[len(hidden) :]:
        if not _recoverable([counts[each][1] for each in hidden]):
            break
        hidden.append(name)
    return {name: None if name in hidden else count for name, (count, _) in counts.items()}


def _recoverable(hidden_sizes: list[int]) -> bool:
    peopled = [size for size in hidden_sizes if size]
    return bool(peopled) and (len(peopled) == 1 or sum(peopled) < MINIMUM_GROUP)
