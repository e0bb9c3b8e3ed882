"""What the catalogue's files hold, as frozen objects: services, their reach, groups, speeds, sources."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Evidence = Literal["A", "B", "C", "D"]
Mode = Literal["walk", "cycle", "drive"]
UrbanRural = Literal["urban", "rural"]


@dataclass(frozen=True)
class Label:
    """A name in both languages."""

    zh: str
    en: str

    def in_language(self, lang: str) -> str:
        """The name in ``lang``: ``zh`` or ``en``."""
        return self.zh if lang == "zh" else self.en


@dataclass(frozen=True)
class Source:
    """Where a value comes from.

    ``evidence`` is A (read in a government document), B (official text or a package's source), C (secondary
    source) or D (from memory). C and D are shown as 未核对原文 and never presented as law.
    """

    fact: Label
    document: str
    evidence: Evidence

    @property
    def checked(self) -> bool:
        """Whether the original was read."""
        return self.evidence in ("A", "B")


@dataclass(frozen=True)
class Reach:
    """How far is near enough: minutes and metres, and which of the two decides.

    Official texts mix minutes and metres; they agree at one speed only.
    """

    minutes: float
    metres: float | None
    decides: Literal["minutes", "metres"]
    mode: Mode

    def limit_m(self, speed_m_s: float) -> float:
        """The farthest distance within reach, in metres of level walking.

        Parameters
        ----------
        speed_m_s
            The group's speed, in metres per second.

        Examples
        --------
        >>> Reach(minutes=15, metres=1000, decides="minutes", mode="walk").limit_m(speed_m_s=0.9)
        810.0
        """
        if self.decides == "metres" and self.metres is not None:
            return self.metres
        return self.minutes * 60.0 * speed_m_s


@dataclass(frozen=True)
class Speed:
    """A speed over level ground, in metres per second."""

    id: str
    label: Label
    mode: Mode
    m_s: float
    sources: tuple[Source, ...]


@dataclass(frozen=True)
class Group:
    """A group of people: an age range in completed years (``to_age`` inclusive, None = and over), or a status.

    ``fallback`` is the group counted instead where a place has no figures for this one.
    """

    id: str
    label: Label
    from_age: int | None
    to_age: int | None
    fallback: str | None


@dataclass(frozen=True)
class Domain:
    """One of the seven 优享 fields (幼有善育, 学有优教, ...) or another field of service."""

    id: str
    label: Label


@dataclass(frozen=True)
class Department:
    """A bureau that answers for services."""

    id: str
    label: Label


@dataclass(frozen=True)
class Service:
    """One public service and its fixed standard.

    Attributes
    ----------
    group
        Id of the group of people it is for.
    speed
        Id of the speed at which that group (or who brings it) walks.
    urban, rural
        The reach that decides, by class of the town.
    also
        Further circles that texts name (day care: 5 minutes and 15), reported beside, never in the index.
    core
        One of the five layers that every study has.
    capacity_unit
        What a list counts: 托位, 学位, 餐位, 床位, 平方米; None where nothing is counted.
    osm_tags
        Tag filters, any of which makes an OSM object this service: ``(("amenity", "kindergarten"), ...)`` per
        filter, all pairs of one filter together.
    """

    id: str
    label: Label
    domain: str
    department: str
    group: str
    speed: str
    urban: Reach
    rural: Reach
    also: tuple[Reach, ...]
    core: bool
    colour: str
    capacity_unit: Label | None
    supply_standard: Label | None
    presence: Label | None
    quality_flags: tuple[str, ...]
    osm_tags: tuple[tuple[tuple[str, str], ...], ...]
    sources: tuple[Source, ...]

    def reach(self, urban_rural: str) -> Reach:
        """The reach that decides in a town of this class; an unknown class counts as urban, the stricter."""
        return self.rural if urban_rural == "rural" else self.urban


@dataclass(frozen=True)
class Catalogue:
    """Everything the shipped and the study's own catalogue files say, by id, in the files' order."""

    services: dict[str, Service]
    groups: dict[str, Group]
    speeds: dict[str, Speed]
    domains: dict[str, Domain]
    departments: dict[str, Department]
