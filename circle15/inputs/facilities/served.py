"""The towns and villages that a list names as served by a site, or as delivered to, found among the study's units."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import shapely

from circle15.inputs.facilities.row_words import row_words
from circle15.inputs.files.columns import plain
from circle15.inputs.zones.unit_names import plain_code, stem
from circle15.model.ledger import Note, Place

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from circle15.inputs.facilities.places import PlacedRow
    from circle15.model.zones import Zones

LEVELS = ("village", "town")
BETWEEN = "；"
_PARTS = re.compile(r"[、，,；;/／|｜\s]+")


@dataclass(frozen=True, eq=False)
class _Units:
    """The units of a study by what they may be called; a unit goes by ``level:code``.

    Attributes
    ----------
    called
        Units by what they are called exactly, and by what tells them from their neighbours.
    above
        The town of each village.
    towns, polygons
        The towns and where they lie.
    root
        The whole area.
    """

    called: tuple[Mapping[str, tuple[str, ...]], Mapping[str, tuple[str, ...]]]
    above: Mapping[str, str]
    towns: tuple[str, ...]
    polygons: tuple[shapely.Geometry, ...]
    root: str

    def town_at(self, x: float, y: float) -> str:
        """The town in which a point lies, of two on their border the first; "" where in none."""
        point = shapely.Point(x, y)
        inside = (town for town, polygon in zip(self.towns, self.polygons, strict=True) if polygon.intersects(point))
        return next(inside, "")


def with_served_units(rows: Sequence[PlacedRow], zones: Zones) -> tuple[PlacedRow, ...]:
    """The rows with units for the names of those that they serve and deliver to, and a remark where there is none.

    A name is found as it stands, then without the ending by which the same unit goes, with or without its town before
    it; of several villages of one name the one in the site's own town is meant. 全镇 means the site's town.

    Parameters
    ----------
    rows
        The placed rows of one list; those that are excluded stay as they are.
    zones
        The study's units.

    Returns
    -------
    tuple of PlacedRow
        ``serves`` and ``delivers`` hold units, as ``village:330102001001``, parted by ``；``.
    """
    if not any(row.listed.serves or row.listed.delivers for row in rows):
        return tuple(rows)
    units = _units(zones)
    return tuple(_resolved(row, units) for row in rows)


def _resolved(row: PlacedRow, units: _Units) -> PlacedRow:
    said = row.listed
    if row.reasons or not (said.serves or said.delivers):
        return replace(row, listed=replace(said, serves="", delivers=""))
    serves, lost = _found(said.serves, said.serves_at, row, units)
    delivers, lost_too = _found(said.delivers, said.delivers_at, row, units)
    remarks = (*lost, *(note for note in lost_too if note not in lost))
    resolved = replace(said, serves=serves, delivers=delivers, remarks=(*said.remarks, *remarks))
    return replace(row, listed=resolved)


def _found(text: str, header: str, row: PlacedRow, units: _Units) -> tuple[str, tuple[Note, ...]]:
    """The units that a text names, and what is to be said of names that are of none, or of several."""
    home = units.town_at(row.x, row.y) if text else ""
    found: set[str] = set()
    unknown, several = [], []
    for name in served_names(text):
        meant = _meant(name, home, units)
        if meant is None:
            unknown.append(name)
        elif len(meant) > 1:
            several.append(name)
        else:
            found.update(meant)
    said = row.listed
    at = Place(said.file, said.sheet, said.row, header)
    notes = [
        Note(key, {"names": "、".join(names)}, at)
        for key, names in (("served.unmatched", unknown), ("served.several", several))
        if names
    ]
    return BETWEEN.join(sorted(found)), tuple(notes)


def served_names(text: str) -> tuple[str, ...]:
    """The names in a text of places served, each once.

    Examples
    --------
    >>> served_names("东村、西村，南村等"), served_names("")
    (('东村', '西村', '南村'), ())
    """
    parts = (part.rstrip("。.").removesuffix("等") for part in _PARTS.split(text))
    return tuple(dict.fromkeys(part for part in parts if part))


def _meant(name: str, home: str, units: _Units) -> tuple[str, ...] | None:
    """The unit that a name means; none for the site's own place, several where it cannot be told; None if unknown."""
    words, said = row_words("served"), plain(name)
    if said in words["own"]:
        return ()
    if said in words["all"]:
        return (units.root,)
    if said in words["town"]:
        return (home,) if home else None
    exact, stems = units.called
    for called, writing in ((exact, said), (stems, said), *((stems, stem(name, level)) for level in LEVELS)):
        if writing in called:
            return _nearest(called[writing], home, units)
    return None


def _nearest(found: tuple[str, ...], home: str, units: _Units) -> tuple[str, ...]:
    """Of several units of one name the one in the site's own town."""
    near = tuple(unit for unit in found if units.above.get(unit) == home)
    return near if len(found) > 1 and len(near) == 1 else found


def _units(zones: Zones) -> _Units:
    frame = zones.frame[zones.frame["level"].isin(LEVELS)]
    names = dict(zip(zip(zones.frame["level"], zones.frame["code"], strict=True), zones.frame["name"], strict=True))
    exact, stems = [], []
    above: dict[str, str] = {}
    for level, code, name, parent in zip(
        frame["level"], frame["code"], frame["name"], frame["parent_code"], strict=True
    ):
        unit, town = f"{level}:{code}", names.get(("town", parent), "") if level == "village" else ""
        if town:
            above[unit] = f"town:{parent}"
        exact += [(plain(name), unit), (plain_code(code, level), unit), (plain(town + name), unit)]
        bare = stem(name, level, town)
        stems += [(bare, unit), (plain(town) + bare, unit), (stem(town, "town") + bare if town else bare, unit)]
    towns = zones.at_level("town")
    return _Units(
        called=(_by_name(exact), _by_name(stems)),
        above=above,
        towns=tuple(f"town:{code}" for code in towns["code"]),
        polygons=tuple(towns.geometry),
        root=f"{zones.root['level'].iloc[0]}:{zones.root['code'].iloc[0]}",
    )


def _by_name(pairs: Iterable[tuple[str, str]]) -> dict[str, tuple[str, ...]]:
    """Units by writing; where villages and towns share one, the villages are meant."""
    found: dict[str, set[str]] = defaultdict(set)
    for name, unit in pairs:
        if name:
            found[name].add(unit)
    villages = {name: {unit for unit in units if unit.startswith("village:")} for name, units in found.items()}
    return {name: tuple(sorted(villages[name] or units)) for name, units in found.items()}
