"""How far beyond the border a study looks: for streets by mode, for facilities by service."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from circle15.assess.rules import rules_of_mode

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from circle15.catalogue.entries import Catalogue, Mode, UrbanRural

# Streets and facilities count this many times the largest threshold beyond the border.
SURROUNDINGS_FACTOR = 2.0


@dataclass(frozen=True)
class Horizon:
    """Metres beyond the border.

    Attributes
    ----------
    streets_m
        By mode, walking always among them: as far as the farthest rule of that mode asks.
    facilities_m
        By service: as far as its own rules ask. A service that one drives to asks for sites far out, and does not
        make the lists of all others reach as far.
    """

    streets_m: Mapping[Mode, float]
    facilities_m: Mapping[str, float]

    @property
    def modes(self) -> tuple[Mode, ...]:
        """The modes whose streets are needed."""
        return tuple(self.streets_m)

    def on_foot(self) -> Horizon:
        """The same with walking streets only, where it is not known which services are asked for."""
        return Horizon({"walk": self.streets_m["walk"]}, self.facilities_m)


def horizon_of(catalogue: Catalogue, classes: Iterable[UrbanRural]) -> Horizon:
    """How far a study with these services, in towns of these classes, looks.

    Examples
    --------
    >>> from circle15.catalogue.loader import load_catalogue, narrow_catalogue
    >>> childcare = narrow_catalogue(load_catalogue(), ["childcare"], {}, {})
    >>> horizon_of(childcare, ["urban", "rural"])
    Horizon(streets_m={'walk': 1800.0, 'cycle': 5940.0}, facilities_m={'childcare': 5940.0})
    >>> horizon_of(childcare, ["urban"])
    Horizon(streets_m={'walk': 1800.0}, facilities_m={'childcare': 1800.0})
    """
    kinds = tuple(classes)
    streets_m: dict[Mode, float] = {"walk": 0.0}
    facilities_m: dict[str, float] = {}
    for service in catalogue.services.values():
        for mode, rules in rules_of_mode(catalogue, service, kinds).items():
            around_m = SURROUNDINGS_FACTOR * max(rule.limit_m for rule in rules)
            streets_m[mode] = max(streets_m.get(mode, 0.0), around_m)
            facilities_m[service.id] = max(facilities_m.get(service.id, 0.0), around_m)
    return Horizon(streets_m, facilities_m)


def walking_horizon_m(catalogue: Catalogue) -> float:
    """How far the walking rules of all services look, where a study and its towns are not known yet."""
    return horizon_of(catalogue, ("urban", "rural")).streets_m["walk"]
