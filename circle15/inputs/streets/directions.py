"""In which directions a street may be used."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from circle15.inputs.streets.walking import Tags


@dataclass(frozen=True)
class Directions:
    """Whether a way may be used as it is drawn, and against that; and values of ``oneway`` that nobody knows."""

    forward: bool
    backward: bool
    odd: tuple[str, ...] = ()


@dataclass(frozen=True)
class DirectionRules:
    """The rules of ``catalogue/directions.toml``, each explained there."""

    meaning: Mapping[str, tuple[bool, bool]]
    implied: Mapping[str, frozenset[str]]
    no_span: Mapping[str, frozenset[str]]
    line_layers: Mapping[str, Mapping[str, str]]


@dataclass(frozen=True)
class OwnKeys:
    """A mode's own words on direction: keys that decide before ``oneway``, and what opens a one-way street to it."""

    keys: tuple[str, ...]
    contraflow: Mapping[str, frozenset[str]]

    @classmethod
    def read(cls, table: Mapping[str, Sequence[str]]) -> OwnKeys:
        """Of a mode's table ``[oneway]``."""
        opening = {key: frozenset(table["contraflow"]) for key in table.get("contraflow_keys", ())}
        opening |= {key: frozenset(table["lane"]) for key in table.get("lane_keys", ())}
        return cls(tuple(table["keys"]), MappingProxyType(opening))


@cache
def direction_rules() -> DirectionRules:
    """The shipped rules."""
    text = files("circle15.catalogue").joinpath("directions.toml").read_text(encoding="utf-8")
    rules = tomllib.loads(text)
    meanings = {"forward": (True, False), "backward": (False, True), "both": (True, True)}
    return DirectionRules(
        meaning=MappingProxyType({value: each for name, each in meanings.items() for value in rules["oneway"][name]}),
        implied=MappingProxyType({key: frozenset(values) for key, values in rules["implied"].items()}),
        no_span=MappingProxyType({key: frozenset(values) for key, values in rules["spans"].items()}),
        line_layers=MappingProxyType(rules["line_layers"]),
    )


def own_directions(tags: Tags, own: OwnKeys) -> Directions:
    """The directions by a mode's own words alone, as walkers heed them: without such a word, both.

    Examples
    --------
    >>> foot = OwnKeys(("oneway:foot",), {})
    >>> own_directions({"oneway": "yes"}, foot)
    Directions(forward=True, backward=True, odd=())
    >>> own_directions({"oneway:foot": "-1"}, foot)
    Directions(forward=False, backward=True, odd=())
    """
    said, odd = _said(tags, own.keys)
    return Directions(*(said or (True, True)), odd)


def traffic_directions(tags: Tags, own: OwnKeys) -> Directions:
    """The directions of a vehicle: by its own words, else ``oneway``, else what the kind of street implies.

    Where ``oneway`` or the kind of street decides, the mode's own lane may open the other direction to it. A value
    that nobody knows restricts nothing, and is told.

    Examples
    --------
    >>> bicycle = OwnKeys(("oneway:bicycle",), {"cycleway": frozenset({"opposite"})})
    >>> traffic_directions({"junction": "roundabout"}, bicycle)
    Directions(forward=True, backward=False, odd=())
    >>> traffic_directions({"oneway": "yes", "cycleway": "opposite"}, bicycle)
    Directions(forward=True, backward=True, odd=())
    >>> traffic_directions({"oneway": "maybe"}, bicycle)
    Directions(forward=True, backward=True, odd=('maybe',))
    """
    special, odd = _said(tags, own.keys)
    if special is not None:
        return Directions(*special, odd)
    said, more = _said(tags, ("oneway",))
    if said is None:
        implied = any(tags.get(key, "") in values for key, values in direction_rules().implied.items())
        said = (True, not implied)
    if any(_values(tags.get(key, "")) & values for key, values in own.contraflow.items()):
        said = (True, True)
    return Directions(*said, (*odd, *more))


def _said(tags: Tags, keys: Sequence[str]) -> tuple[tuple[bool, bool] | None, tuple[str, ...]]:
    """What the first key with a known value says; and the unknown values before it."""
    odd: list[str] = []
    for key in keys:
        value = tags.get(key, "").strip().lower()
        if value in direction_rules().meaning:
            return direction_rules().meaning[value], tuple(odd)
        if value:
            odd.append(value)
    return None, tuple(odd)


def _values(text: str) -> set[str]:
    return {value.strip() for value in text.split(";")} if text else set()


def is_span(tags: Tags) -> bool:
    """Whether a way is a bridge or a tunnel, so that the ground's height is not its own.

    Examples
    --------
    >>> is_span({"bridge": "viaduct"}), is_span({"bridge": "no"}), is_span({"tunnel": "building_passage"})
    (True, False, False)
    """
    return any(tags.get(key, "") not in ("", *ground) for key, ground in direction_rules().no_span.items())
