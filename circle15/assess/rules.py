"""The rule by which people are counted in towns of one class: how one travels, how fast, how far is near enough."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pandas as pd
    from numpy.typing import NDArray

    from circle15.catalogue.entries import Catalogue, Mode, Reach, Service, UrbanRural

CLASSES: tuple[UrbanRural, UrbanRural] = ("urban", "rural")


@dataclass(frozen=True)
class Rule:
    """A standard made ready to be applied to distances.

    Attributes
    ----------
    mode
        How one travels.
    minutes
        The minutes of the standard: its name even where metres decide.
    limit_m
        The farthest distance within reach: metres of level travel by ``mode``, both legs with it.
    speed_m_s
        Metres of level travel per second.
    """

    mode: Mode
    minutes: float
    limit_m: float
    speed_m_s: float


def rule_of(catalogue: Catalogue, service: Service, reach: Reach) -> Rule:
    """A reach of a service at the speed of its mode: on foot the group's own.

    Examples
    --------
    >>> from circle15.catalogue.loader import load_catalogue
    >>> catalogue = load_catalogue()
    >>> childcare = catalogue.services["childcare"]
    >>> rule_of(catalogue, childcare, childcare.rural)
    Rule(mode='cycle', minutes=15.0, limit_m=2970.0, speed_m_s=3.3)
    """
    speed = catalogue.speed_for(service, reach)
    assert speed is not None  # a catalogue is checked for a speed of every mode
    return Rule(reach.mode, reach.minutes, reach.limit_m(speed.m_s), speed.m_s)


def rules_by_class(catalogue: Catalogue, service: Service) -> dict[UrbanRural, Rule]:
    """The rule of a service in towns of either class."""
    return {kind: rule_of(catalogue, service, service.reach(kind)) for kind in CLASSES}


def counted_classes(urban_rural: Iterable[str]) -> tuple[UrbanRural, ...]:
    """The classes that occur; an unknown class counts as urban.

    Examples
    --------
    >>> counted_classes(["", "rural", "rural"])
    ('urban', 'rural')
    """
    found = {"rural" if kind == "rural" else "urban" for kind in urban_rural}
    return tuple(kind for kind in CLASSES if kind in found)


def is_rural(cells: pd.DataFrame) -> NDArray[np.bool_]:
    """Whether a cell is counted by the rural rule: only where its town is known to be rural."""
    rural: NDArray[np.bool_] = cells["urban_rural"].to_numpy() == "rural"
    return rural


def rules_of_mode(
    catalogue: Catalogue, service: Service, classes: Iterable[UrbanRural]
) -> dict[Mode, tuple[Rule, ...]]:
    """Every rule that a service is judged by in towns of these classes, further circles with them, by mode."""
    reaches = (*(service.reach(kind) for kind in classes), *service.also)
    found: dict[Mode, tuple[Rule, ...]] = {}
    for reach in reaches:
        found[reach.mode] = (*found.get(reach.mode, ()), rule_of(catalogue, service, reach))
    return found
