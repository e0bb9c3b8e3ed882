"""OSM objects by their tags, each with the shape it stands for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, cast

import osmium
import shapely

from circle15.catalogue.entries import carries
from circle15.errors import DataError
from circle15.inputs.files.osm_file import damage, open_osm
from circle15.inputs.files.present import require_file

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from shapely import Geometry

Kind = Literal["node", "way", "relation"]


@dataclass(frozen=True)
class OsmObject:
    """A tagged object: its point (nodes) or polygon (closed ways, relations), longitude and latitude in degrees.

    ``shape`` is None where there is none: a line, or a relation with members beyond the extract's border.
    """

    kind: Kind
    id: int
    tags: Mapping[str, str]
    shape: Geometry | None

    @property
    def code(self) -> str:
        """A short name that stays: ``n``, ``w`` or ``r`` and the OSM id."""
        return f"{self.kind[0]}{self.id}"


def read_objects(path: Path, tags: Iterable[tuple[str, str]], *, several: bool = False) -> tuple[OsmObject, ...]:
    """Read the objects that carry any of ``tags``, in order of kind and id.

    Parameters
    ----------
    path
        A ``.osm.pbf`` or ``.osm`` file.
    tags
        Pairs of key and value.
    several
        Whether a value also counts where it stands among several: ``doctors;clinic``.

    Raises
    ------
    DataError
        No such file, or not a readable OSM file.
    """
    require_file(path)
    pairs = sorted(set(tags))
    wanted = osmium.filter.KeyFilter(*sorted({key for key, _ in pairs})) if several else osmium.filter.TagFilter(*pairs)
    found: dict[tuple[Kind, int], OsmObject] = {}
    try:
        for item in osmium.FileProcessor(open_osm(path)).with_areas(wanted).with_filter(wanted):
            if several and not _any_of(pairs, dict(item.tags)):
                continue
            new = _area(item) if isinstance(item, osmium.osm.Area) else _bare(item)
            known = found.get((new.kind, new.id))
            if known is None or known.shape is None:
                found[new.kind, new.id] = new
    except damage() as fault:
        raise DataError("zones.unreadable_osm", file=path.name) from fault
    return tuple(found[key] for key in sorted(found))


def _any_of(pairs: Iterable[tuple[str, str]], tags: Mapping[str, str]) -> bool:
    return any(carries(tags, (pair,)) for pair in pairs)


def _bare(item: object) -> OsmObject:
    """A node with its point; a way or relation without a shape, until its area comes."""
    if isinstance(item, osmium.osm.Node):
        point = shapely.Point(item.location.lon, item.location.lat) if item.location.valid() else None
        return OsmObject("node", item.id, dict(item.tags), point)
    if isinstance(item, osmium.osm.Way):
        return OsmObject("way", item.id, dict(item.tags), None)
    relation = cast("osmium.osm.Relation", item)
    return OsmObject("relation", relation.id, dict(relation.tags), None)


def _area(item: osmium.osm.Area) -> OsmObject:
    kind: Kind = "way" if item.from_way() else "relation"
    try:
        shape = shapely.from_wkb(osmium.geom.WKBFactory().create_multipolygon(item))
    except RuntimeError:  # an area whose rings do not close
        shape = None
    return OsmObject(kind, item.orig_id(), dict(item.tags), shape)
