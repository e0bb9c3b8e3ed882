"""How fast each mode travels on a way, as metres at the mode's own speed per metre of way."""

from __future__ import annotations

import math
import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

from circle15.errors import ConfigurationError
from circle15.inputs.streets.vehicles import rules_table, vehicle_rules
from circle15.inputs.streets.walking import OTHER, kinds, level_factor

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from circle15.catalogue.entries import Mode

KMH_PER_M_S = 3.6
SLOWEST_KMH, FASTEST_KMH = 1.0, 150.0
_NUMBER = re.compile(r"^(\d+(?:\.\d+)?)\s*(km/?h|kmh|kph|mph)?$")


@dataclass(frozen=True)
class DriveSpeeds:
    """The speeds of ``catalogue/driving.toml``, km/h, and the one that metres of driving are counted at."""

    reference_kmh: float
    by_class: Mapping[str, float]
    by_word: Mapping[str, float]
    unlimited: frozenset[str]
    mile_km: float


@cache
def drive_speeds() -> DriveSpeeds:
    """The shipped speeds.

    Raises
    ------
    ConfigurationError
        A speed that no car drives at.
    """
    table = rules_table("drive")
    for name, kmh in table["speed_kmh"].items():
        if not SLOWEST_KMH <= kmh <= FASTEST_KMH:
            raise ConfigurationError("modes.class_speed", found=kmh, kind=name, lowest=SLOWEST_KMH, highest=FASTEST_KMH)
    shipped = tomllib.loads(files("circle15.catalogue").joinpath("speeds.toml").read_text(encoding="utf-8"))
    return DriveSpeeds(
        reference_kmh=KMH_PER_M_S * shipped["drive"]["m_s"],
        by_class=MappingProxyType(table["speed_kmh"]),
        by_word=MappingProxyType(table["maxspeed"]["words"]),
        unlimited=frozenset(table["maxspeed"]["unlimited"]),
        mile_km=table["maxspeed"]["mile_km"],
    )


def limit_kmh(text: str) -> float:
    """The speed limit that a tag states, km/h; ``inf`` where it sets none, NaN where nobody knows what it means.

    Of several values the lowest holds; 0 stands for a limit that is not known.

    Examples
    --------
    >>> limit_kmh("30"), limit_kmh("30 mph"), limit_kmh("CN:urban"), limit_kmh("none"), limit_kmh("fast")
    (30.0, 48.28032, 50.0, inf, nan)
    >>> limit_kmh("50;30"), limit_kmh("FR:rural"), limit_kmh("")
    (30.0, 80.0, inf)
    """
    limits = [_single_limit_kmh(part.strip()) for part in text.split(";") if part.strip()]
    known = [limit for limit in limits if not math.isnan(limit)]
    return min(known, default=math.nan if limits else math.inf)


def _single_limit_kmh(text: str) -> float:
    speeds = drive_speeds()
    number = _NUMBER.match(text.lower())
    if number is not None:
        kmh = float(number[1]) * (speeds.mile_km if number[2] == "mph" else 1.0)
        return kmh if kmh >= SLOWEST_KMH else math.inf
    if text in speeds.unlimited:
        return math.inf
    return float(speeds.by_word.get(text, speeds.by_word.get(text.rpartition(":")[2], math.nan)))


def drive_kmh(highway: str, maxspeed: str) -> float:
    """The speed of travel on a street: that of its class, no more than its limit.

    Examples
    --------
    >>> drive_kmh("residential", ""), drive_kmh("residential", "10"), drive_kmh("residential", "90")
    (20.0, 10.0, 20.0)
    """
    by_class = drive_speeds().by_class
    limit = limit_kmh(maxspeed)
    own = float(by_class.get(highway, by_class["other"]))
    return own if math.isnan(limit) else min(own, limit)


@cache
def every_kind() -> tuple[str, ...]:
    """Names of all kinds of edge of any mode: the kinds of walking networks first, with the same numbers.

    Examples
    --------
    >>> every_kind()[: len(kinds())] == kinds(), every_kind()[len(kinds()) :]
    (True, ('motorway', 'motorway_link'))
    """
    modes: tuple[Mode, ...] = ("cycle", "drive")
    named = {name for mode in modes for name in vehicle_rules(mode).used}
    return (*kinds(), *sorted(named - set(kinds())))


@cache
def number_of_kind(kind: str) -> int:
    """Where a kind stands in ``every_kind()``; an unknown one is ``other``."""
    names = every_kind()
    return names.index(kind) if kind in names else names.index(OTHER)


def metres_per_metre(mode: Mode, kind: NDArray[np.int16], kmh: NDArray[np.float64]) -> NDArray[np.float64]:
    """Metres at the mode's own speed per metre of way, the shape of ``kind``.

    On foot the factor of the kind, by bicycle that of ``cycling.toml``, by car the reference speed over the street's.

    Parameters
    ----------
    mode
        Who travels.
    kind
        Numbers of ``every_kind()``.
    kmh
        The streets' own speed of driving, NaN for that of their kind.

    Examples
    --------
    >>> street = np.array([number_of_kind("residential")])
    >>> metres_per_metre("drive", street, np.array([12.0])).tolist()
    [3.0]
    """
    if mode == "walk":
        return level_factor()[kind]
    if mode == "cycle":
        factor = rules_table("cycle")["factor"]
        return np.array([factor.get(name, 1.0) for name in every_kind()], dtype=np.float64)[kind]
    by_kind = np.array([drive_kmh(name, "") for name in every_kind()], dtype=np.float64)
    own = np.where(np.isnan(kmh), by_kind[kind], kmh)
    return drive_speeds().reference_kmh / own


def walked_kind(kind: NDArray[np.int16]) -> NDArray[np.int16]:
    """Numbers of ``every_kind()`` as those of a walking network."""
    walked: NDArray[np.int16] = np.where(kind < len(kinds()), kind, kinds().index(OTHER)).astype(np.int16)
    return walked
