"""What each mode may do on a way, told from its tags once and kept as bits."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache, lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

from circle15.inputs.streets.directions import Directions, is_span, own_directions
from circle15.inputs.streets.speeds import drive_kmh, limit_kmh, number_of_kind
from circle15.inputs.streets.vehicles import is_private_for, vehicle_directions, vehicle_rules, why_not_used
from circle15.inputs.streets.walking import is_crossing_way, is_private, walking_rules, why_not_walked

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from numpy.typing import NDArray

    from circle15.catalogue.entries import Mode

MODES: tuple[Mode, ...] = ("walk", "cycle", "drive")
FORWARD, BACKWARD, PRIVATE = 1, 2, 4
BITS = 3
SPAN = 1 << (BITS * len(MODES))
CROSSING = SPAN << 1
MARKS = SPAN | CROSSING
MOST_USES = 2**16

# Tags that decide nothing are not looked at.
_GENERAL = ("highway", "route", "area", "oneway", "junction", "motorroad", "maxspeed", "bridge", "tunnel", "access")
_ON_FOOT = ("foot", "sidewalk", "sidewalk:both", "crossing")


@dataclass(frozen=True)
class Use:
    """What the tags of a way say of its use.

    Attributes
    ----------
    permits
        ``FORWARD | BACKWARD | PRIVATE`` of each mode, shifted by ``BITS`` for each of ``MODES``; ``SPAN`` for a bridge
        or a tunnel; ``CROSSING`` for a way across a road at a marked crossing. A mode has no bits where it may not
        use the way in either direction. Ways of compounds have their directions and ``PRIVATE``.
    kind
        Number of ``speeds.every_kind()``.
    drive_kmh
        Speed of driving; NaN where nobody drives.
    reasons
        Why a mode may not use the way; ways of compounds, too.
    odd_oneway, odd_maxspeed
        Values that nobody knows.
    """

    permits: int
    kind: int
    drive_kmh: float
    reasons: Mapping[Mode, str]
    odd_oneway: tuple[str, ...] = ()
    odd_maxspeed: str = ""


def tag_keys() -> frozenset[str]:
    """Keys of the tags that ``use_of`` looks at."""
    keys = {*_GENERAL, *_ON_FOOT, *walking_rules().oneway.keys, *walking_rules().crossings.ways}
    for mode in MODES[1:]:
        rules = vehicle_rules(mode)
        keys |= {*rules.keys, *rules.oneway.keys, *rules.oneway.contraflow}
    return frozenset(keys)


KEYS = tag_keys()


def use_of(tags: Iterable[tuple[str, str]]) -> Use:
    """What tags say of a way's use; tags of other keys than ``KEYS`` change nothing.

    Examples
    --------
    >>> use = use_of([("highway", "residential"), ("oneway", "yes"), ("name", "x")])
    >>> [may_use(use.permits, mode) for mode in MODES]
    [(True, True), (True, False), (True, False)]
    >>> dict(use_of([("highway", "steps")]).reasons)
    {'cycle': 'never', 'drive': 'never'}
    """
    return _use_of(tuple((key, value) for key, value in tags if key in KEYS))


@lru_cache(MOST_USES)
def _use_of(pairs: tuple[tuple[str, str], ...]) -> Use:
    tags = dict(pairs)
    permits, reasons, odd = SPAN * is_span(tags) | CROSSING * is_crossing_way(tags), {}, []
    for place, mode in enumerate(MODES):
        reason, private, directions = _rule(tags, mode)
        if reason is not None:
            reasons[mode] = reason
        if reason is None or private:
            bits = FORWARD * directions.forward | BACKWARD * directions.backward | PRIVATE * private
            permits |= bits << (BITS * place)
            odd += [value for value in directions.odd if value not in odd]
    highway, maxspeed, driven = tags.get("highway", ""), tags.get("maxspeed", ""), "drive" not in reasons
    kmh = drive_kmh(highway, maxspeed) if driven or permits & mask_of("drive") else math.nan
    unknown = maxspeed if driven and math.isnan(limit_kmh(maxspeed)) else ""
    return Use(permits, number_of_kind(highway), kmh, MappingProxyType(reasons), tuple(odd), unknown)


def _rule(tags: dict[str, str], mode: Mode) -> tuple[str | None, bool, Directions]:
    if mode == "walk":
        return why_not_walked(tags), is_private(tags), own_directions(tags, walking_rules().oneway)
    return why_not_used(tags, mode), is_private_for(tags, mode), vehicle_directions(tags, mode)


@cache
def mask_of(*modes: Mode) -> int:
    """All bits of some modes.

    Examples
    --------
    >>> mask_of("walk"), mask_of("walk", "drive")
    (7, 455)
    """
    return sum((FORWARD | BACKWARD | PRIVATE) << (BITS * MODES.index(mode)) for mode in modes)


def may_use(permits: int, mode: Mode) -> tuple[bool, bool]:
    """Whether a mode may use a way as it is drawn, and against that."""
    bits = permits >> (BITS * MODES.index(mode))
    return bool(bits & FORWARD), bool(bits & BACKWARD)


def may_use_each(permits: NDArray[np.uint16], mode: Mode) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """The same of many ways, (ways,) each."""
    bits = permits >> np.uint16(BITS * MODES.index(mode))
    return (bits & FORWARD) != 0, (bits & BACKWARD) != 0


def wanted_permits(use: Use, modes: Collection[Mode], *, private: bool) -> int:
    """The bits of a way that count for a reader: of the modes asked for, without compounds unless asked for.

    Examples
    --------
    >>> use = use_of([("highway", "service"), ("access", "private")])
    >>> wanted_permits(use, ["walk"], private=True), wanted_permits(use, ["walk"], private=False)
    (7, 0)
    """
    kept = 0
    for mode in modes:
        bits = use.permits & mask_of(mode)
        if private or not bits >> (BITS * MODES.index(mode)) & PRIVATE:
            kept |= bits
    return kept
