"""Which ways may be walked, and how much slower than level walking they are."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from circle15.inputs.streets.directions import OwnKeys

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

AREA = "area"  # a straight line across a square
OTHER = "other"  # a class that the rules do not list, walked because its own tags say so


class Tags(Protocol):
    """What a way says of itself; a ``dict`` of OpenStreetMap tags will do."""

    def get(self, key: str, default: str, /) -> str:
        """The value of ``key``."""


@dataclass(frozen=True)
class WalkingRules:
    """The rules of ``catalogue/walking.toml``, each explained there."""

    walked: frozenset[str]
    never: frozenset[str]
    needs_sidewalk: frozenset[str]
    foot_allows: frozenset[str]
    foot_forbids: frozenset[str]
    access_forbids: frozenset[str]
    compound: frozenset[str]
    barriers: frozenset[str]
    gate_values: frozenset[str]
    compound_most_m: float
    sidewalk_missing: frozenset[str]
    factor: Mapping[str, float]
    line_classes: Mapping[str, str]
    oneway: OwnKeys
    slope: SlopeRules
    crossings: CrossingRules


@dataclass(frozen=True)
class SlopeRules:
    """How slopes slow walking, ``[slope]``."""

    steepness: float
    easiest: float
    most: float
    without: frozenset[str]
    most_unknown: float


@dataclass(frozen=True)
class CrossingRules:
    """Where walkers wait to cross a road, ``[crossings]``."""

    places: frozenset[str]
    without: frozenset[str]
    on_foot: frozenset[str]
    ways: Mapping[str, str]


@cache
def walking_rules() -> WalkingRules:
    """The shipped rules."""
    text = files("circle15.catalogue").joinpath("walking.toml").read_text(encoding="utf-8")
    rules = tomllib.loads(text)
    highway = rules["highway"]
    return WalkingRules(
        walked=frozenset(highway["walked"]),
        never=frozenset(highway["never"]),
        needs_sidewalk=frozenset(highway["needs_sidewalk"]),
        foot_allows=frozenset(rules["foot"]["allows"]),
        foot_forbids=frozenset(rules["foot"]["forbids"]),
        access_forbids=frozenset(rules["access"]["forbids"]),
        compound=frozenset(rules["compounds"]["values"]),
        barriers=frozenset(rules["compounds"]["barriers"]),
        gate_values=frozenset(rules["compounds"]["gate_values"]),
        compound_most_m=1000.0 * rules["compounds"]["most_km"],
        sidewalk_missing=frozenset(rules["sidewalk"]["missing"]),
        factor=MappingProxyType(rules["factor"]),
        line_classes=MappingProxyType(rules["line_layers"]),
        oneway=OwnKeys.read(rules["oneway"]),
        slope=SlopeRules(**rules["slope"] | {"without": frozenset(rules["slope"]["without"])}),
        crossings=_crossing_rules(rules["crossings"]),
    )


def _crossing_rules(table: dict[str, Any]) -> CrossingRules:
    places, without, on_foot = (frozenset(table[name]) for name in ("places", "without", "on_foot"))
    return CrossingRules(places, without, on_foot, MappingProxyType(table["ways"]))


def is_crossing_place(tags: Tags) -> bool:
    """Whether a point on a street is a signal or a marked crossing.

    Examples
    --------
    >>> is_crossing_place({"highway": "crossing", "crossing": "zebra"})
    True
    >>> is_crossing_place({"highway": "crossing", "crossing": "unmarked"})
    False
    """
    rules = walking_rules().crossings
    return tags.get("highway", "") in rules.places and tags.get("crossing", "") not in rules.without


def is_crossing_way(tags: Tags) -> bool:
    """Whether a way leads across a road at a signal or a marked crossing.

    Examples
    --------
    >>> is_crossing_way({"highway": "footway", "footway": "crossing"}), is_crossing_way({"highway": "footway"})
    (True, False)
    """
    rules = walking_rules().crossings
    crosses = any(tags.get(key, "") == value for key, value in rules.ways.items())
    return crosses and tags.get("crossing", "") not in rules.without


def why_not_walked(tags: Tags) -> str | None:
    """The reason why a way may not be walked, or None where it may.

    Reasons: ``never`` (motorways, building sites), ``ferry``, ``foot``, ``unlisted`` (a class that the rules do not
    know), ``access`` (private ways), ``motorroad``, ``no_sidewalk``. A way's word on walkers (``foot``) decides
    before its word on traffic in general (``access``), and lets walkers on a class that is not listed, but never on
    one that is never walked. ``oneway`` says nothing about walkers; ``oneway:foot`` does, see ``directions``.

    Examples
    --------
    >>> why_not_walked({"highway": "residential", "access": "private"})
    'access'
    >>> why_not_walked({"highway": "residential", "access": "private", "foot": "yes"}) is None
    True
    """
    rules = walking_rules()
    highway = tags.get("highway", "")
    if highway in rules.never:
        return "never"
    if tags.get("route", "") == "ferry":
        return "ferry"
    foot = _values(tags.get("foot", ""))
    if foot & rules.foot_allows:
        return None
    if foot & rules.foot_forbids:
        return "foot"
    return _why_not_by_class(tags, highway, rules)


def is_private(tags: Tags) -> bool:
    """Whether residents walk on a way and others may not: the ways inside a gated compound.

    Its word on walkers and on traffic must name residents or a private owner, and nothing else may forbid walking.

    Examples
    --------
    >>> is_private({"highway": "service", "access": "private"}), is_private({"highway": "service", "access": "no"})
    (True, False)
    """
    if why_not_walked(tags) not in ("access", "foot"):
        return False
    rules = walking_rules()
    against = _values(tags.get("foot", "")) & rules.foot_forbids
    if not _values(tags.get("foot", "")) & rules.foot_allows:
        against |= _values(tags.get("access", "")) & rules.access_forbids
    return against <= rules.compound and _why_not_by_class(_Unhindered(tags), tags.get("highway", ""), rules) is None


def is_closed_gate(tags: Tags) -> bool:
    """Whether a point on a street is a gate that is closed to the public.

    Its word on walkers decides before its word on traffic in general and before its lock.

    Examples
    --------
    >>> is_closed_gate({"barrier": "gate", "access": "private"}), is_closed_gate({"barrier": "gate"})
    (True, False)
    >>> is_closed_gate({"barrier": "gate", "locked": "yes", "foot": "yes"})
    False
    """
    rules = walking_rules()
    if tags.get("barrier", "") not in rules.barriers:
        return False
    foot = _values(tags.get("foot", ""))
    if foot & rules.foot_allows:
        return False
    against = foot or _values(tags.get("access", ""))
    return bool(against & rules.gate_values) or tags.get("locked", "") == "yes"


@dataclass(frozen=True)
class _Unhindered:
    """What a way says of itself but who may walk there."""

    tags: Tags

    def get(self, key: str, default: str, /) -> str:
        return default if key in ("access", "foot") else self.tags.get(key, default)


def _why_not_by_class(tags: Tags, highway: str, rules: WalkingRules) -> str | None:
    if highway not in rules.walked:
        return "unlisted"
    if _values(tags.get("access", "")) & rules.access_forbids:
        return "access"
    if tags.get("motorroad", "") == "yes":
        return "motorroad"
    sidewalk = {tags.get("sidewalk", ""), tags.get("sidewalk:both", "")}
    if highway in rules.needs_sidewalk and sidewalk & rules.sidewalk_missing:
        return "no_sidewalk"
    return None


def _values(text: str) -> set[str]:
    """The values of a tag that may hold several: ``designated; permissive``."""
    return {value.strip() for value in text.split(";")} if text else set()


def may_walk(tags: Tags) -> bool:
    """Whether a way with these tags may be walked.

    Examples
    --------
    >>> may_walk({"highway": "trunk"}), may_walk({"highway": "trunk", "motorroad": "yes"})
    (True, False)
    """
    return why_not_walked(tags) is None


@cache
def kinds() -> tuple[str, ...]:
    """Names of all kinds of edge: the walked classes, lines across squares, and others; the same for every network."""
    return (*sorted(walking_rules().walked), AREA, OTHER)


@cache
def kind_number(kind: str) -> int:
    """Where a kind stands in ``kinds()``; an unknown one is ``other``.

    Examples
    --------
    >>> kinds()[kind_number("steps")], kinds()[kind_number("via_ferrata")]
    ('steps', 'other')
    """
    names = kinds()
    return names.index(kind) if kind in names else names.index(OTHER)


def level_factor() -> NDArray[np.float64]:
    """Metres of level walking per metre of way, (kinds,): 2 for steps, 1 for all else as shipped."""
    factor = walking_rules().factor
    return np.array([factor.get(kind, 1.0) for kind in kinds()], dtype=np.float64)
