"""Rows that tell of several sites at once: 甲园/乙园, 本部/东校区."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from circle15.inputs.facilities.row_words import row_words
from circle15.inputs.files.values.coordinates import read_angle, read_pair
from circle15.inputs.files.values.numbers import read_quantity
from circle15.model.ledger import Note

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from circle15.inputs.facilities.coordinates import Axes
    from circle15.inputs.facilities.listed import Columns, Spot

    Cells = Mapping[str, str]

SIDES = "东西南北中新老主一二三四五六七八九十"


@dataclass(frozen=True)
class Site:
    """One site of a row: its cells, and what is said of the row as a whole.

    ``part`` counts from 1 where the row tells of several; 0 where it tells of one.
    """

    cells: Cells
    part: int = 0
    faults: tuple[Note, ...] = ()
    fixes: tuple[Note, ...] = ()
    remarks: tuple[Note, ...] = field(default=())


def sites_of(cells: Cells, columns: Columns, axes: Axes, spot: Spot) -> tuple[Site, ...]:
    """The sites of one row: several where it has several names and as many coordinates, else one.

    The capacity of a row that gives one figure for all its sites goes to the first of them: so the district's total
    stays what the list says, nothing counts twice, and no share is made up. Said, and to be mended.

    Parameters
    ----------
    cells
        Text by header.
    columns, axes
        Which header holds what.
    spot
        Where the row stands.
    """
    name = cells[columns.name] if columns.name else ""
    places = _places(cells, axes)
    if not places:
        return (Site(cells, remarks=_doubts(cells, columns, spot)),)
    names = split_name(name, len(places))
    if not names:
        at = spot.field(axes.lon or axes.both)
        return (Site(cells, faults=(Note("rows.several_coordinates", {"count": len(places)}, at),)),)
    shared = _shared(cells, columns, len(places))
    fixes = _how_split(cells, columns, names, shared, spot)
    return tuple(
        Site({**cells, **place, **own, **({columns.name: own_name} if columns.name else {})}, part, fixes=fixes)
        for part, (place, own, own_name) in enumerate(zip(places, shared, names, strict=True), 1)
    )


def split_name(name: str, count: int) -> tuple[str, ...]:
    """The names of several sites in one name; none where it does not hold that many.

    Examples
    --------
    >>> split_name("甲园/乙园", 2), split_name("实验小学（本部、东校区）", 2)
    (('甲园', '乙园'), ('实验小学（本部）', '实验小学（东校区）'))
    >>> split_name("实验小学本部/东校区", 2), split_name("甲园/乙园", 3)
    (('实验小学本部', '实验小学东校区'), ())
    """
    bracket = re.fullmatch(r"(.+?)([(（])(.+)([)）])", name)
    if bracket:
        inner = split_text(bracket[3], count)
        return tuple(f"{bracket[1]}{bracket[2]}{part}{bracket[4]}" for part in inner)
    parts = split_text(name, count)
    if not parts:
        return ()
    endings = "|".join(row_words("campuses")["endings"])
    stem = re.sub(f"[{SIDES}]?(?:{endings})$", "", parts[0])
    short = re.compile(f".{{0,4}}(?:{endings})")
    return (parts[0], *(stem + part if short.fullmatch(part) and stem != parts[0] else part for part in parts[1:]))


def split_text(text: str, count: int, fits: Callable[[str], bool] = bool) -> tuple[str, ...]:
    """The parts of a text between separators of one kind, where there are ``count`` and all fit; else none.

    Examples
    --------
    >>> split_text("东街1号；西街2号", 2), split_text("东街1号", 2)
    (('东街1号', '西街2号'), ())
    """
    for separator in _SEPARATORS:
        parts = tuple(part.strip() for part in text.split(separator))
        if len(parts) == count > 1 and all(part and fits(part) for part in parts):
            return parts
    return ()


_SEPARATORS = "/／、;；|｜\n"


def _places(cells: Cells, axes: Axes) -> tuple[Cells, ...]:
    """The coordinate cells of each of several places; none where the row has one place or none."""
    both = (axes.both, axes.lon, axes.lat)
    for header in both:
        pairs = _parts(cells[header], lambda part: read_pair(part) is not None) if header else ()
        if header and pairs:
            rest = dict.fromkeys([each for each in both if each], "")
            return tuple({**rest, header: pair} for pair in pairs)
    if axes.lon is None or axes.lat is None:
        return ()
    lons = _parts(cells[axes.lon], lambda part: read_angle(part, "lon") is not None)
    lats = _parts(cells[axes.lat], lambda part: read_angle(part, "lat") is not None)
    if not lons or len(lons) != len(lats):
        return ()
    return tuple({axes.lon: lon, axes.lat: lat} for lon, lat in zip(lons, lats, strict=True))


def _parts(text: str, fits: Callable[[str], bool]) -> tuple[str, ...]:
    counts = {text.count(separator) + 1 for separator in _SEPARATORS} - {1}
    return next((parts for count in sorted(counts) if (parts := split_text(text, count, fits))), ())


def _shared(cells: Cells, columns: Columns, count: int) -> list[Cells]:
    """What each site has of the row's id, address and capacity."""
    own: list[dict[str, str]] = [{} for _ in range(count)]
    for header, values in (
        (columns.address, _each(cells, columns.address, count)),
        (columns.id, _each(cells, columns.id, count) or _numbered(cells, columns.id, count)),
        (columns.capacity, _capacities(cells, columns.capacity, count)),
    ):
        for site, value in zip(own, values, strict=False):
            site[header or ""] = value
    return list(own)


def _each(cells: Cells, header: str | None, count: int) -> Sequence[str]:
    return split_text(cells[header], count) if header else ()


def _numbered(cells: Cells, header: str | None, count: int) -> Sequence[str]:
    own_id = cells[header].strip() if header else ""
    return [f"{own_id}-{part}" for part in range(1, count + 1)] if own_id else ()


def _capacities(cells: Cells, header: str | None, count: int) -> Sequence[str]:
    if header is None:
        return ()
    own = split_text(cells[header], count, lambda part: read_quantity(part) is not None)
    return own or (cells[header], *[""] * (count - 1))


def _how_split(
    cells: Cells, columns: Columns, names: Sequence[str], shared: Sequence[Cells], spot: Spot
) -> tuple[Note, ...]:
    facts = {"count": len(names), "names": "、".join(names)}
    split = Note("rows.split", facts, spot.field(columns.name))
    header = columns.capacity
    if header is None or not cells[header].strip() or shared[1][header]:
        return (split,)
    return (split, Note("rows.split_capacity", {"text": cells[header], "name": names[0]}, spot.field(header)))


def _doubts(cells: Cells, columns: Columns, spot: Spot) -> tuple[Note, ...]:
    """A row of several names and as many addresses, but one place."""
    name, address = (cells[header] if header else "" for header in (columns.name, columns.address))
    count = len(_parts(name, bool))
    if not split_text(address, count):
        return ()
    return (Note("rows.perhaps_several", {"count": count}, spot.field(columns.name)),)
