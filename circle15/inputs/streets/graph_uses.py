"""What an edge of a graph may be used for, whose attributes may list the values of several ways joined to one."""

from __future__ import annotations

import ast
import itertools
import math
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from circle15.inputs.streets.directions import direction_rules
from circle15.inputs.streets.speeds import number_of_kind
from circle15.inputs.streets.traits import WALKED
from circle15.inputs.streets.uses import BACKWARD, BITS, FORWARD, KEYS, MARKS, MODES, Use, mask_of, use_of
from circle15.inputs.streets.walking import AREA, OTHER

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

# An edge that does not say what it is may be used as a road by everyone.
UNSAID = "road"


def edge_use(data: Mapping[str, Any], *, directed: bool) -> Use:
    """What an edge may be used for, from its first node to its second (forward) and back.

    Of lists of values each combination must allow it. Walkers go both ways. In a directed graph, vehicles go the way
    of the edge; against it only where it is one-way and yet open to them (``oneway:bicycle``): the other direction of
    a street for both is an edge of its own. In an undirected graph they go both ways.

    Parameters
    ----------
    data
        The edge's attributes.
    directed
        Whether the graph is.

    Examples
    --------
    >>> from circle15.inputs.streets.uses import may_use
    >>> edge = edge_use({"highway": ["residential", "service"], "oneway": "False"}, directed=True)
    >>> may_use(edge.permits, "walk"), may_use(edge.permits, "drive")
    ((True, True), (True, False))
    """
    if any(name in (AREA, OTHER) for name in values_of(data.get("highway"))):
        own = data["highway"] if isinstance(data["highway"], str) else OTHER
        return Use(WALKED, number_of_kind(own), math.nan, {"cycle": "unlisted", "drive": "unlisted"})
    keys = sorted(KEYS & data.keys()) if data.get("highway") is not None else ["highway"]
    choices = [[(key, value) for value in values_of(data.get(key, UNSAID))] for key in keys]
    use = _in_each_case([use_of(pairs) for pairs in itertools.product(*choices)])
    permits = _undirected(use.permits)
    if directed:
        permits = _turned(use.permits) if data.get("reversed") in (True, "True") else use.permits
        one_way = any(_is_one_way(value) for value in values_of(data.get("oneway")))
        permits = permits if one_way else permits & ~_vehicles(BACKWARD) | _vehicles_forward(permits)
    # An edge joined from several classes is walked at the pace of the slowest: steps where steps are among them.
    names = values_of(data.get("highway", UNSAID))
    return replace(use, permits=permits, kind=number_of_kind("steps" if "steps" in names else min(names)))


def _in_each_case(uses: Sequence[Use]) -> Use:
    """What each of several uses allows."""
    permits = uses[0].permits
    for use in uses[1:]:
        permits &= use.permits
    reasons = {mode: reason for use in reversed(uses) for mode, reason in use.reasons.items()}
    for mode in MODES:
        # Two ways of opposite directions joined to one edge leave none.
        if not permits & mask_of(mode) and mode not in reasons:
            reasons[mode] = "oneway"
        if mode in reasons:
            permits &= ~mask_of(mode)
    kmh = [use.drive_kmh for use in uses if not math.isnan(use.drive_kmh)]
    odd = tuple(dict.fromkeys(value for use in uses for value in use.odd_oneway))
    unknown = next((use.odd_maxspeed for use in uses if use.odd_maxspeed), "")
    return Use(permits, uses[0].kind, min(kmh, default=math.nan), reasons, odd, unknown)


def _vehicles(bit: int) -> int:
    return sum(bit << (BITS * place) for place, mode in enumerate(MODES) if mode != "walk")


def _vehicles_forward(permits: int) -> int:
    """FORWARD of each vehicle that may use an edge at all."""
    return sum(
        FORWARD << (BITS * place) for place, mode in enumerate(MODES) if mode != "walk" and permits & mask_of(mode)
    )


def _undirected(permits: int) -> int:
    both = FORWARD | BACKWARD
    opened = sum(both << (BITS * place) for place, mode in enumerate(MODES) if permits & mask_of(mode))
    return permits & MARKS | opened


def _turned(permits: int) -> int:
    """The same for an edge that runs the other way.

    Examples
    --------
    >>> _turned(FORWARD | MARKS) == BACKWARD | MARKS
    True
    """
    turned = permits & MARKS
    for place in range(len(MODES)):
        bits = permits >> (BITS * place)
        turned |= (BACKWARD * bool(bits & FORWARD) | FORWARD * bool(bits & BACKWARD)) << (BITS * place)
    return turned


def turned_use(use: Use) -> Use:
    """The use of an edge told from its other end."""
    return replace(use, permits=_turned(use.permits))


def both_uses(one: Use, other: Use) -> Use:
    """The use of a street of which a graph holds an edge for each direction."""
    known = [kmh for kmh in (one.drive_kmh, other.drive_kmh) if not math.isnan(kmh)]
    return replace(one, permits=one.permits | other.permits, drive_kmh=min(known, default=math.nan))


def _is_one_way(value: str) -> bool:
    return direction_rules().meaning.get(value.strip().lower(), (True, True)) != (True, True)


def values_of(value: object) -> list[str]:
    """The values of an attribute: a list, a list written as text, or a single one.

    Examples
    --------
    >>> values_of("['path', 'steps']"), values_of(["path"]), values_of(12), values_of(None)
    (['path', 'steps'], ['path'], ['12'], [])
    """
    if value is None:
        return []
    if isinstance(value, str) and value.startswith("[") and value.endswith("]"):
        try:
            value = ast.literal_eval(value)
        except (ValueError, SyntaxError):
            return [str(value)]
    return [str(item) for item in value] if isinstance(value, (list, tuple)) and value else [str(value)]
