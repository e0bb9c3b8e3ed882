"""A scenario: what would be otherwise than the study's files say."""

from __future__ import annotations

from dataclasses import dataclass

EVERYONE = "all"
# Degrees are kept and computed with to so many decimals (about a centimetre).
DECIMALS = 7


@dataclass(frozen=True)
class OpenedSite:
    """A new site of a service.

    Attributes
    ----------
    service, name
        Id of the service, and what the site is called.
    lon, lat
        WGS 84 degrees, rounded to ``DECIMALS``.
    capacity
        None where not known.
    flags
        Quality flags that it bears, in the catalogue's words.
    kind
        What kind of site it is, where a standard asks for several (图书馆, 书房); "" where none is said.
    """

    service: str
    name: str
    lon: float
    lat: float
    capacity: float | None = None
    flags: tuple[str, ...] = ()
    kind: str = ""


@dataclass(frozen=True)
class ClosedSite:
    """An existing site that closes, by its id or by its name."""

    service: str
    facility: str = ""
    name: str = ""


@dataclass(frozen=True)
class ResizedSite:
    """An existing site, by its id or by its name, that holds more or fewer."""

    service: str
    capacity: float
    facility: str = ""
    name: str = ""


@dataclass(frozen=True)
class PathChange:
    """A change to the streets, as a row of the streets' patch asks for it.

    Attributes
    ----------
    action
        ``path``, ``bridge``, ``gate``, ``block``, ``open`` or ``close``, or a Chinese word for it.
    coordinates
        WGS 84 longitudes and latitudes in pairs, or WKT.
    name, kind
        What it is called; its kind (``footway``), "" for the usual one.
    modes
        Whom it is for (``walk``, ``cycle``, ``drive``); empty for those of the action.
    """

    action: str
    coordinates: str
    name: str = ""
    kind: str = ""
    modes: tuple[str, ...] = ()


@dataclass(frozen=True)
class PeopleChange:
    """More or fewer people of a group in a unit of any level: by a factor, or to a new total.

    ``group`` is an id of the catalogue; ``all`` for everyone, each age group in step. One of ``factor`` and
    ``persons`` is given.
    """

    unit: str
    group: str = EVERYONE
    factor: float | None = None
    persons: float | None = None


@dataclass(frozen=True)
class Scenario:
    """What would be otherwise: sites opened, closed and resized, changes to the streets, other people.

    Attributes
    ----------
    name
        What it is called on every page.
    note
        What else its author says of it.
    """

    name: str
    opened: tuple[OpenedSite, ...] = ()
    closed: tuple[ClosedSite, ...] = ()
    resized: tuple[ResizedSite, ...] = ()
    paths: tuple[PathChange, ...] = ()
    people: tuple[PeopleChange, ...] = ()
    note: str = ""
