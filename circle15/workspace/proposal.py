"""A study proposed from what was found in a folder: of each thing the best candidate, and why not the others."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from circle15.inputs.recognise.osm import LEVEL_NUMBERS
from circle15.model.ledger import Note
from circle15.model.zones import LEVELS, level_label
from circle15.workspace.versions import better_first, same_list

if TYPE_CHECKING:
    from collections.abc import Sequence

    from circle15.inputs.recognise.found import Found, Kind

ADMIN_LEVELS = {level: int(number) for number, level in LEVEL_NUMBERS.items()}


@dataclass(frozen=True)
class Proposal:
    """What each section of the study uses, and every other file with the reason why it is not used.

    ``uncertain`` are lists with coordinates of which the service cannot be told.
    """

    zones: tuple[Found, ...] = ()
    network: Found | None = None
    raster: Found | None = None
    buildings: Found | None = None
    landuse: Found | None = None
    totals: Found | None = None
    groups: tuple[Found, ...] = ()
    official_units: tuple[Found, ...] = ()
    crosswalk: Found | None = None
    patch: Found | None = None
    facilities: tuple[Found, ...] = ()
    uncertain: tuple[Found, ...] = ()
    left: tuple[tuple[Found, Note], ...] = ()

    def used(self) -> tuple[Found, ...]:
        """Everything that the study uses, in its order."""
        single = (self.network, self.patch, self.raster, self.buildings, self.totals, self.landuse, self.crosswalk)
        several = (*self.zones, *self.groups, *self.official_units, *self.facilities)
        return (*several, *(found for found in single if found is not None))


@dataclass
class _Draft:
    found: Sequence[Found]
    left: list[tuple[Found, Note]] = field(default_factory=list)

    def of_kind(self, kind: Kind) -> list[Found]:
        return [found for found in self.found if found.kind == kind]

    def best(self, candidates: Sequence[Found]) -> Found | None:
        """The best of several for one thing; the others are left, for its sake."""
        ordered = better_first(candidates)
        for other in ordered[1:]:
            self.left.append((other, Note("init.other_is_better", {"other": ordered[0].label()})))
        return ordered[0] if ordered else None

    def surest(self, candidates: Sequence[Found]) -> Found | None:
        """The best of those that nothing is to be said about, if there are such; else the best of all."""
        sure = [found for found in candidates if not found.remarks]
        best = self.best(sure or candidates)
        if best is not None and sure:
            reason = Note("init.other_is_better", {"other": best.label()})
            self.left += [(found, reason) for found in candidates if found.remarks]
        return best

    def of_units(self, kind: Kind, zones: Sequence[Found]) -> list[Found]:
        """Tables of units of those levels that the study has; the others are left."""
        levels = {found.level for found in zones}
        tables = self.of_kind(kind)
        strange = [table for table in tables if table.level and levels and table.level not in levels]
        self.left += [(table, Note("init.no_such_level", {"level": level_label(table.level)})) for table in strange]
        return [table for table in tables if table not in strange]


def propose(found: Sequence[Found], place: str) -> Proposal:
    """Propose a study.

    Parameters
    ----------
    found
        What every file of the folder is.
    place
        Name of the place: of the counties in a file, the one that is meant.
    """
    draft = _Draft(found)
    zones = _zones(draft, place)
    raster, buildings = draft.surest(draft.of_kind("raster")), draft.surest(draft.of_kind("buildings"))
    if raster is not None and buildings is not None:
        draft.left.append((buildings, Note("init.raster_is_used", {"other": raster.label()})))
        buildings = None
    lists = draft.of_kind("facilities")
    draft.left += [(each, each.remarks[0]) for each in draft.of_kind("nothing")]
    proposal = {
        "totals": draft.best(draft.of_units("totals", zones)),
        "landuse": draft.best(draft.of_kind("landuse")),
        "crosswalk": draft.best(draft.of_kind("crosswalk")),
        "patch": draft.best(draft.of_kind("patch")),
        "network": _network(draft),
    }
    return Proposal(
        zones=zones,
        raster=raster,
        buildings=buildings,
        groups=_one_per_level(draft, draft.of_units("groups", zones)),
        official_units=_one_per_level(draft, draft.of_units("official_units", zones)),
        facilities=_lists(draft, lists),
        uncertain=tuple(each for each in lists if not each.service),
        left=tuple(draft.left),
        **proposal,
    )


def _zones(draft: _Draft, place: str) -> tuple[Found, ...]:
    """Of each level one layer: of files before extracts, since their codes are official."""
    chosen = []
    zones = draft.of_kind("zones")
    for level in LEVELS:
        files = [found for found in zones if found.level == level and not found.is_osm]
        extracts = [found for found in zones if found.level == level and found.is_osm]
        best = draft.best(files or extracts)
        if best is not None:
            chosen.append(best)
        draft.left += [(each, Note("init.boundaries_not_needed")) for each in extracts if files]
    return tuple(_without_strange_extracts(draft, chosen, place))


def _without_strange_extracts(draft: _Draft, chosen: list[Found], place: str) -> list[Found]:
    """Boundaries of an extract are used where one of its counties is the place, or units above come from a file.

    Else an extract's towns would be those of the whole province.
    """
    kept: list[Found] = []
    for found in chosen:
        if found.is_osm and not kept and not only_units(found, place):
            draft.left.append((found, Note("init.boundaries_elsewhere", {"place": place})))
        else:
            kept.append(found)
    return kept


def only_units(found: Found, place: str) -> tuple[str, ...]:
    """Of a layer of several counties the one that is the place; empty where all are meant.

    A county's name may be written with or without its last character: 上城 for 上城区.
    """
    names = sorted(set(found.names))
    if found.level != "county" or len(names) < 2:
        return names_of(names, place) if found.is_osm else ()
    return names_of(names, place)


def names_of(names: Sequence[str], place: str) -> tuple[str, ...]:
    """The one name that a place's name ends with, or that is the place's name with one more character.

    Examples
    --------
    >>> names_of(["上城区", "下城区"], "杭州市上城区"), names_of(["上城区"], "上城"), names_of(["上城区"], "临安")
    (('上城区',), ('上城区',), ())
    """
    meant = [name for name in names if name and (place.endswith(name) or name[:-1] == place)]
    return (meant[0],) if len(meant) == 1 else ()


def _network(draft: _Draft) -> Found | None:
    """An extract before line layers: it has the crossings and the rules of its ways."""
    streets = draft.of_kind("streets")
    extracts = [found for found in streets if found.is_osm]
    best = draft.best(extracts or streets)
    if best is not None and extracts:
        reason = Note("init.other_is_better", {"other": best.label()})
        draft.left += [(found, reason) for found in streets if not found.is_osm]
    return best


def _one_per_level(draft: _Draft, tables: Sequence[Found]) -> tuple[Found, ...]:
    levels = sorted({table.level for table in tables})
    best = (draft.best([table for table in tables if table.level == level]) for level in levels)
    return tuple(found for found in best if found is not None)


def _lists(draft: _Draft, lists: Sequence[Found]) -> tuple[Found, ...]:
    """All lists of each service, but of versions of one list the best."""
    chosen: list[Found] = []
    for found in better_first([each for each in lists if each.service]):
        newer = next((each for each in chosen if each.service == found.service and same_list(each, found)), None)
        if newer is None:
            chosen.append(found)
        else:
            draft.left.append((found, Note("init.older_version", {"other": newer.label()})))
    return tuple(sorted(chosen, key=lambda found: (found.service, found.name, found.part)))
