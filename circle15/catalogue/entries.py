"""What the catalogue's files hold, as frozen objects: services, their reach, groups, speeds, sources."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated, Literal

from circle15.catalogue.limits import Between, Matching

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

Evidence = Literal["A", "B", "C", "D"]
Mode = Literal["walk", "cycle", "drive"]
UrbanRural = Literal["urban", "rural"]
Travel = Literal["to_site", "from_site"]
ServiceValue = Literal[
    "urban", "rural", "metres", "also", "needs", "supply_standard", "supply", "presence", "quality_flags", "quality"
]
Age = Annotated[int, Between(0, 150)]
Minutes = Annotated[float, Between(0.1, 120)]
Metres = Annotated[float, Between(1, 60_000)]
Colour = Annotated[str, Matching(r"#[0-9A-F]{6}", "#0072B2")]
# What stands in the place of a service's id where a row is of all services together.
ALL_SERVICES = "all_services"


@dataclass(frozen=True)
class Label:
    """A name in both languages."""

    zh: str
    en: str

    def in_language(self, lang: str) -> str:
        """The name in ``lang``: ``zh`` or ``en``."""
        return self.zh if lang == "zh" else self.en

    @classmethod
    def listing(cls, labels: Iterable[Label]) -> Label:
        """Several names as one; parted by semicolons, since a name may hold 、 itself.

        Examples
        --------
        >>> Label.listing([Label("小学", "primary school"), Label("初中", "middle school")])
        Label(zh='小学；初中', en='primary school; middle school')
        """
        several = tuple(labels)
        return cls("；".join(label.zh for label in several), "; ".join(label.en for label in several))


@dataclass(frozen=True)
class Source:
    """Where a value comes from.

    ``evidence`` is A (read in a government document), B (official text or a package's source), C (secondary
    source) or D (from memory, or a default of this tool). C and D are shown as 未核对原文 and never presented
    as law. ``about`` names the values of a service that it supports; empty, it supports all of them.
    """

    fact: Label
    document: str
    evidence: Evidence
    about: tuple[ServiceValue, ...] = ()

    @property
    def checked(self) -> bool:
        """Whether the original was read."""
        return self.evidence in ("A", "B")


@dataclass(frozen=True)
class Reach:
    """How far is near enough: minutes and metres, and which of the two decides.

    Official texts mix minutes and metres; they agree at one speed only.
    """

    minutes: Minutes
    metres: Metres | None = None
    decides: Literal["minutes", "metres"] = "minutes"
    mode: Mode = "walk"

    def limit_m(self, speed_m_s: float) -> float:
        """The farthest distance within reach, in metres of level travel by the reach's mode.

        Parameters
        ----------
        speed_m_s
            The speed of that mode (on foot the group's), in metres per second.

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
    from_age: Age | None = None
    to_age: Age | None = None
    fallback: str | None = None


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
class Need:
    """A part of a compound standard: so many sites of this kind within reach (文化: one of A and two of B).

    A site is of this kind where the list's column of kinds holds one of ``words`` or the label, or where it is an OSM
    object with one of the tag filters ``osm_tags``.
    """

    label: Label
    count: Annotated[int, Between(1, 100)]
    words: tuple[str, ...] = ()
    osm_tags: tuple[tuple[tuple[str, str], ...], ...] = ()

    def matches_osm(self, tags: Mapping[str, str]) -> bool:
        """Whether an OSM object with these tags is of this kind."""
        return any(carries(tags, pairs) for pairs in self.osm_tags)


@dataclass(frozen=True)
class Supply:
    """How many places there ought to be: so many per 1000 of all residents, or of the group the service is for.

    Places are counted in the service's ``capacity_unit``. Texts count by residents what is for a group alone (childcare
    places per 1000 residents), so which it is must be said.
    """

    per_1000: Annotated[float, Between(0.001, 1_000_000)]
    of: Literal["residents", "group"]


@dataclass(frozen=True)
class QualityTarget:
    """What share of the standard's places ought to bear a quality flag (普惠托位占比 60 %).

    ``flag`` is one of the service's quality flags. The share is fixed, as the standard is: targets that rise from year
    to year are reported beside the index, never in it.
    """

    flag: str
    share: Annotated[float, Between(0.01, 1.0)]


@dataclass(frozen=True, kw_only=True)
class Presence:
    """Which towns or villages ought to have a site: a yardstick of its own, which says nothing of who reaches it.

    Attributes
    ----------
    label
        In the words of the texts.
    level
        Whose share is counted.
    villages
        Of villages, all, or only 行政村: those of a village committee, not the communities of towns.
    count
        How many sites each ought to have.
    flag
        One of the service's quality flags that these sites must carry; None where any will do.
    """

    label: Label
    level: Literal["town", "village"]
    villages: Literal["all", "administrative"] = "all"
    count: Annotated[int, Between(1, 100)] = 1
    flag: str | None = None


@dataclass(frozen=True, kw_only=True)
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
    travel
        Whether people go to the site or it comes to them, as an ambulance does: one-way streets tell the two apart.
    also
        Further circles that texts name (day care: 5 minutes and 15), reported beside, never in the index.
    needs
        The parts of a compound standard; empty where one site within reach is enough.
    core
        One of the five layers that every study has.
    colour
        ``#RRGGBB``; the core services' colours stay apart for colour-blind readers.
    capacity_unit
        What a list counts: 托位, 学位, 餐位, 床位, 平方米; None where nothing is counted.
    capacity_range
        The least and the most that one site may hold and still be believed; what lies beyond is kept and told.
    supply_standard, supply
        How much there ought to be, in the words of the texts, and as the number that places are held against; None
        where there is none.
    quality_flags, quality
        Attributes that lists tell of a site (普惠), and the share of places that ought to bear one of them; None where
        none is measured.
    presence
        Which towns or villages ought to have a site; None where no text asks for it.
    osm_tags, osm_tags_without
        Tag filters, any of which makes an OSM object this service: ``(("amenity", "kindergarten"), ...)`` per
        filter, all pairs of one filter together; and filters, any of which rules an object out again. Use
        ``matches_osm`` rather than comparing them by hand.
    """

    id: str
    label: Label
    domain: str
    department: str
    group: str
    speed: str
    urban: Reach
    rural: Reach
    travel: Travel = "to_site"
    also: tuple[Reach, ...] = ()
    needs: tuple[Need, ...] = ()
    core: bool = False
    colour: Colour
    capacity_unit: Label | None = None
    capacity_range: tuple[float, float] | None = None
    supply_standard: Label | None = None
    supply: Supply | None = None
    presence: Presence | None = None
    quality_flags: tuple[str, ...] = ()
    quality: QualityTarget | None = None
    osm_tags: tuple[tuple[tuple[str, str], ...], ...] = ()
    osm_tags_without: tuple[tuple[tuple[str, str], ...], ...] = ()
    sources: tuple[Source, ...]

    def reach(self, urban_rural: str) -> Reach:
        """The reach that decides in a town of this class; an unknown class counts as urban, the stricter."""
        return self.rural if urban_rural == "rural" else self.urban

    def matches_osm(self, tags: Mapping[str, str]) -> bool:
        """Whether an OSM object with these tags is a site of this service.

        OSM writes several values of one key as ``1;2``. Each of them can make the object a site, but only the
        whole value rules it out: a school of levels 1 and 2 is a primary school too.

        Examples
        --------
        >>> from circle15.catalogue.loader import load_catalogue
        >>> primary = load_catalogue().services["primary_school"]
        >>> [primary.matches_osm({"amenity": "school", "isced:level": level}) for level in ("1", "1;2", "2")]
        [True, True, False]
        """
        ruled_out = any(all(tags.get(key) == value for key, value in pairs) for pairs in self.osm_tags_without)
        return not ruled_out and any(carries(tags, pairs) for pairs in self.osm_tags)

    def stated_values(self) -> tuple[ServiceValue, ...]:
        """The values that this standard states, in the order of the attributes; each of them needs a source."""
        metres = any(reach.metres is not None for reach in (self.urban, self.rural))
        stated: dict[ServiceValue, object] = {"urban": True, "rural": True, "metres": metres, "also": self.also}
        stated |= {"needs": self.needs, "supply_standard": self.supply_standard, "supply": self.supply}
        stated |= {"presence": self.presence, "quality_flags": self.quality_flags, "quality": self.quality}
        return tuple(value for value, given in stated.items() if given)

    def unchecked_values(self) -> tuple[ServiceValue, ...]:
        """The stated values whose original text was not read: any of their sources is C or D, or there is none."""
        return tuple(value for value in self.stated_values() if not self._checked(value))

    def _checked(self, value: ServiceValue) -> bool:
        about = [source for source in self.sources if not source.about or value in source.about]
        return bool(about) and all(source.checked for source in about)


def carries(tags: Mapping[str, str], pairs: tuple[tuple[str, str], ...]) -> bool:
    """Whether an OSM object's tags hold all ``pairs``, a value that stands among several (``1;2``) included."""
    return all(value in map(str.strip, tags.get(key, "").split(";")) for key, value in pairs)


@dataclass(frozen=True)
class Circle:
    """A circle that policy documents name. They give minutes, seldom a mode, never a facility set or a speed."""

    id: str
    label: Label
    from_minutes: Minutes
    to_minutes: Minutes
    mode: Mode | None = None
    sources: tuple[Source, ...] = ()


@dataclass(frozen=True)
class Standard:
    """A standard or an evaluation practice worth citing; what it says stands in its sources."""

    id: str
    label: Label
    sources: tuple[Source, ...]


@dataclass(frozen=True)
class Catalogue:
    """Everything the shipped and the study's own catalogue files say, by id.

    Services are ordered by domain, core ones first, then by group and id; the rest is in the files' order.
    """

    services: dict[str, Service]
    groups: dict[str, Group]
    speeds: dict[str, Speed]
    domains: dict[str, Domain]
    departments: dict[str, Department]
    circles: dict[str, Circle] = field(default_factory=dict)
    standards: dict[str, Standard] = field(default_factory=dict)

    def speed_for(self, service: Service, reach: Reach) -> Speed | None:
        """The speed at which ``reach`` is covered: the group's own on foot, else the first of that mode.

        Driving goes by class of road: its speed is the one that metres of driving are counted at. None where a
        mode has no speed.
        """
        own = self.speeds[service.speed]
        if own.mode == reach.mode:
            return own
        return next((speed for speed in self.speeds.values() if speed.mode == reach.mode), None)
