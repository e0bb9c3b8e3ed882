"""Which ways may be ridden by bicycle or driven by car, and in which direction."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from circle15.inputs.streets.directions import Directions, OwnKeys, traffic_directions

if TYPE_CHECKING:
    from circle15.catalogue.entries import Mode
    from circle15.inputs.streets.walking import Tags

FILES: dict[Mode, str] = {"cycle": "cycling.toml", "drive": "driving.toml"}


@dataclass(frozen=True)
class VehicleRules:
    """The rules of ``catalogue/cycling.toml`` or ``catalogue/driving.toml``, each explained there."""

    used: frozenset[str]
    never: frozenset[str]
    motorroad: frozenset[str]
    keys: tuple[str, ...]
    own: frozenset[str]
    allows: frozenset[str]
    forbids: frozenset[str]
    compound: frozenset[str]
    oneway: OwnKeys


@cache
def rules_table(mode: Mode) -> dict[str, Any]:
    """The whole file of rules of a vehicle."""
    return tomllib.loads(files("circle15.catalogue").joinpath(FILES[mode]).read_text(encoding="utf-8"))


@cache
def vehicle_rules(mode: Mode) -> VehicleRules:
    """The shipped rules of ``cycle`` or ``drive``."""
    table = rules_table(mode)
    highway, access = table["highway"], table["access"]
    return VehicleRules(
        used=frozenset(highway["used"]),
        never=frozenset(highway["never"]),
        motorroad=frozenset(highway["motorroad"]),
        keys=tuple(access["keys"]),
        own=frozenset(access["own"]),
        allows=frozenset(access["allows"]),
        forbids=frozenset(access["forbids"]),
        compound=frozenset(access["compound"]),
        oneway=OwnKeys.read(table["oneway"]),
    )


def why_not_used(tags: Tags, mode: Mode) -> str | None:
    """The reason why a vehicle may not use a way, or None where it may.

    Reasons: ``never``, ``ferry``, ``area`` (a square is no street), ``access``, ``unlisted``, ``motorroad``. Of the
    words on access the most special one that the rules know decides: ``motorcar`` before ``motor_vehicle`` before
    ``vehicle`` before ``access``; where it is on this very vehicle, it also lets it on a class that is not listed.

    Examples
    --------
    >>> why_not_used({"highway": "service", "access": "private", "motor_vehicle": "yes"}, "drive") is None
    True
    >>> why_not_used({"highway": "footway"}, "cycle"), why_not_used({"highway": "steps", "bicycle": "yes"}, "cycle")
    ('unlisted', 'never')
    """
    rules = vehicle_rules(mode)
    if tags.get("highway", "") in rules.never:
        return "never"
    if tags.get("route", "") == "ferry":
        return "ferry"
    if tags.get("area", "") == "yes":
        return "area"
    key, against = _word(tags, rules)
    if against:
        return "access"
    return None if key in rules.own else _why_not_by_class(tags, rules)


def is_private_for(tags: Tags, mode: Mode) -> bool:
    """Whether residents may use a way with a vehicle and others may not: the ways inside a gated compound.

    Examples
    --------
    >>> is_private_for({"highway": "service", "access": "private"}, "drive")
    True
    >>> is_private_for({"highway": "service", "access": "private", "motor_vehicle": "no"}, "drive")
    False
    """
    if why_not_used(tags, mode) != "access":
        return False
    rules = vehicle_rules(mode)
    return _word(tags, rules)[1] <= rules.compound and _why_not_by_class(tags, rules) is None


def vehicle_directions(tags: Tags, mode: Mode) -> Directions:
    """In which directions a vehicle may use a way that it may use.

    Examples
    --------
    >>> vehicle_directions({"oneway": "yes", "oneway:bicycle": "no"}, "cycle").backward
    True
    """
    return traffic_directions(tags, vehicle_rules(mode).oneway)


def _word(tags: Tags, rules: VehicleRules) -> tuple[str, set[str]]:
    """The key that decides on access, "" for none, and its values that forbid it."""
    for key in rules.keys:
        values = {value.strip() for value in tags.get(key, "").split(";")}
        if values & rules.allows:
            return key, set()
        if values & rules.forbids:
            return key, values & rules.forbids
    return "", set()


def _why_not_by_class(tags: Tags, rules: VehicleRules) -> str | None:
    if tags.get("highway", "") not in rules.used:
        return "unlisted"
    return "motorroad" if tags.get("motorroad", "") in rules.motorroad else None
