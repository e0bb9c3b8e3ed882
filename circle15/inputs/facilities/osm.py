"""Facilities by the tags of an OSM extract."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

from circle15.catalogue.entries import carries
from circle15.errors import ConfigurationError
from circle15.inputs.facilities.capacity import Capacity, read_capacity
from circle15.inputs.facilities.listed import NAN, FacilityList, ListedRow, Spot
from circle15.inputs.files.osm_objects import OsmObject, read_objects
from circle15.model.ledger import Note

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from circle15.catalogue.entries import Service

    Filter = tuple[tuple[str, str], ...]


def read_osm_lists(path: Path, services: Sequence[Service]) -> tuple[FacilityList, ...]:
    """Read the facilities of several services from one extract, in one pass.

    One place is often mapped twice, as a point and as the building or ground around it. An object inside an area of
    the same tags, with the same name or where either has none, is the same place and is excluded for the area's sake.

    Parameters
    ----------
    path
        A ``.osm.pbf`` or ``.osm`` file.
    services
        What to look for, by their ``osm_tags``.

    Returns
    -------
    tuple of FacilityList
        One per service, on WGS 84, every tagged object in it.

    Raises
    ------
    DataError
        Not a readable OSM file.
    ConfigurationError
        A service that OSM has no tags for.
    """
    for service in services:
        if not service.osm_tags:
            raise ConfigurationError("facilities.no_osm_tags", service=service.label.zh, id=service.id, file=path.name)
    wanted = {pair for service in services for tags in service.osm_tags for pair in tags}
    objects = read_objects(path, wanted, several=True)
    return tuple(_list_of(service, objects, path.name) for service in services)


def _list_of(service: Service, objects: Sequence[OsmObject], file: str) -> FacilityList:
    tagged = [(item, tags) for item in objects if (tags := _match(item, service)) is not None]
    items = [item for item, _ in tagged]
    same = _contained_in(items, [tags for _, tags in tagged])
    borrowed = {items[area].code: items[row].tags["name"] for row, area in same.items() if "name" in items[row].tags}
    rows = tuple(
        _row(item, service, file, None if at not in same else items[same[at]].code, borrowed.get(item.code, ""))
        for at, item in enumerate(items)
    )
    return FacilityList(file, service.id, "wgs84", (), rows)


def _match(item: OsmObject, service: Service) -> Filter | None:
    """The first of the service's filters that an object passes; None where none is passed or one rules it out."""
    if not service.matches_osm(item.tags):
        return None
    return next(tags for tags in service.osm_tags if carries(item.tags, tags))


def _contained_in(items: Sequence[OsmObject], tags: Sequence[Filter]) -> dict[int, int]:
    """Rows of ``items`` that are the same place as an area around them, and that area's row.

    The largest area comes first, and one that is itself the same as a larger one swallows nothing more.
    """
    same: dict[int, int] = {}
    for area, rows in _inside_areas(items):
        if area not in same:
            alike = [row for row in rows if tags[row] == tags[area]]
            same |= {row: area for row in _same_place(items[area], items, alike) if row not in same}
    return same


def _inside_areas(items: Sequence[OsmObject]) -> list[tuple[int, list[int]]]:
    """Each area's row with the rows of the smaller objects inside it, the largest area first."""
    shapes = np.array([item.shape for item in items], dtype=object)
    size = np.where(shapely.is_missing(shapes), -1.0, shapely.area(shapes))
    areas = np.array([at for at in _largest_first(items, size) if size[at] > 0], dtype=np.int64)
    rank = {at: place for place, at in enumerate(_largest_first(items, size))}
    around, within = shapely.STRtree(shapely.point_on_surface(shapes)).query(shapes[areas], predicate="contains")
    inside: dict[int, list[int]] = {int(area): [] for area in areas}
    for area, row in sorted(zip(areas[around].tolist(), within.tolist(), strict=True)):
        if rank[row] > rank[area]:
            inside[area].append(row)
    return list(inside.items())


def _largest_first(items: Sequence[OsmObject], size: NDArray[np.float64]) -> list[int]:
    return sorted(range(len(items)), key=lambda at: (-size[at], items[at].code))


def _same_place(area: OsmObject, items: Sequence[OsmObject], rows: list[int]) -> list[int]:
    """Rows inside an area that are no place of their own.

    An unnamed area around places of different names is a ground that they share, and swallows none of them.
    """
    name = area.tags.get("name", "")
    names = {items[row].tags.get("name", "") for row in rows} - {""}
    if not name and len(names) > 1:
        return []
    return [row for row in rows if not name or items[row].tags.get("name", name) == name]


def _row(item: OsmObject, service: Service, file: str, same_as: str | None, borrowed: str) -> ListedRow:
    point = None if item.shape is None else item.shape.representative_point()
    spot = Spot(file, item.kind, item.id)
    capacity = read_capacity(item.tags.get("capacity", ""), service, spot.field("capacity"))
    named = item.tags.get("name", borrowed)
    return ListedRow(
        file=file,
        sheet=item.kind,
        row=item.id,
        service=service.id,
        own_id=item.code,
        name=named,
        address=_address(item),
        capacity=capacity.value,
        flags=(),
        lon=NAN if point is None else float(point.x),
        lat=NAN if point is None else float(point.y),
        faults=_faults(spot, same_as, has_place=point is not None),
        fixes=_fixes(spot, capacity, borrowed if "name" not in item.tags else ""),
        remarks=capacity.remarks,
        kind=_kind(item, service),
        written=named,
    )


def _faults(spot: Spot, same_as: str | None, *, has_place: bool) -> tuple[Note, ...]:
    if not has_place:
        return (Note("facilities.no_osm_shape", {}, spot.field(None)),)
    if same_as is not None:
        return (Note("facilities.mapped_twice", {"facility_id": same_as}, spot.field(None)),)
    return ()


def _fixes(spot: Spot, capacity: Capacity, borrowed: str) -> tuple[Note, ...]:
    if not borrowed:
        return capacity.fixes
    return (Note("facilities.name_from_inside", {"name": borrowed}, spot.field("name")), *capacity.fixes)


def _kind(item: OsmObject, service: Service) -> str:
    """The label of the first need of a compound standard that its tags meet."""
    return next((need.label.zh for need in service.needs if need.matches_osm(item.tags)), "")


def _address(item: OsmObject) -> str:
    parts = (item.tags.get("addr:street", ""), item.tags.get("addr:housenumber", ""))
    return item.tags.get("addr:full", " ".join(part for part in parts if part))
