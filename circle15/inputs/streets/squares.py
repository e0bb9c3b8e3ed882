"""The areas to walk on among the highways of an extract, put together from their rims by osmium."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from circle15.inputs.streets.highways import NOWHERE, Line, Places
from circle15.inputs.streets.ways import UNITS_PER_DEGREE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from circle15.inputs.streets.highways import Relation

PLAIN_ROLES = ("outer", "inner")
KINDS = ("multipolygon", "boundary")  # of relations, that osmium takes for areas


@dataclass(frozen=True, eq=False)
class Square:
    """One polygon: the id of its way, or that of its relation; its rim and those of its holes, closed."""

    id: int
    from_way: bool
    rims: tuple[Line, ...]


def squares_of(
    closed: Mapping[int, Line], relations: Sequence[Relation], members: Mapping[int, Line]
) -> tuple[Square, ...]:
    """Put areas together; those whose rims cross or do not close are none.

    Parameters
    ----------
    closed
        Closed ways that are areas of their own, by id.
    relations
        Relations that are areas.
    members
        The ways of those relations, by id; a relation of which a way is missing is no area.
    """
    if not closed and not relations:
        return ()
    ids = {way for relation in relations for way in relation.way_ids}
    lines = {**{way: members[way] for way in ids if way in members}, **closed}
    nodes = _nodes(lines.values())
    text = "\n".join([*_node_lines(nodes), *_way_lines(lines, closed), *_relation_lines(relations), ""])
    return tuple(square for area in _areas(text.encode("utf-8")) for square in _squares(area, nodes))


def _areas(opl: bytes) -> Any:  # noqa: ANN401 - osmium publishes no types
    import osmium

    highway = osmium.filter.KeyFilter("highway")
    return (
        osmium.FileProcessor(osmium.io.FileBuffer(opl, "opl"))
        .with_locations()
        .with_areas(highway)
        .with_filter(osmium.filter.EntityFilter(osmium.osm.AREA))
        .with_filter(highway)
    )


def _squares(area: Any, nodes: Places) -> Iterator[Square]:  # noqa: ANN401
    for outer in area.outer_rings():
        rims = tuple(_line(rim, nodes) for rim in (outer, *area.inner_rings(outer)))
        yield Square(area.orig_id(), area.from_way(), rims)


def _line(rim: Any, nodes: Places) -> Line:  # noqa: ANN401
    node_id = np.array([node.ref for node in rim], dtype=np.int64)
    return Line(node_id, nodes.of(node_id))


def _nodes(lines: Iterable[Line]) -> Places:
    """All nodes of some ways."""
    every = list(lines)
    ids = np.concatenate([np.zeros(0, dtype=np.int64), *(line.node_id for line in every)])
    xy = np.concatenate([np.zeros((0, 2), dtype=np.int32), *(line.xy for line in every)])
    ids, one = np.unique(ids, return_index=True)
    return Places(ids, xy[one])


def _node_lines(nodes: Places) -> Iterator[str]:
    """Every node once, in order of ids, as osmium wants them."""
    known = (nodes.xy != NOWHERE).all(axis=1)
    for node, (x, y) in zip(nodes.node_id[known].tolist(), nodes.xy[known].tolist(), strict=True):
        yield f"n{node} v1 x{x / UNITS_PER_DEGREE:.7f} y{y / UNITS_PER_DEGREE:.7f}"


def _way_lines(lines: Mapping[int, Line], closed: Mapping[int, Line]) -> Iterator[str]:
    for way, line in sorted(lines.items()):
        tags = " Thighway=square,area=yes" if way in closed else ""
        yield f"w{way} v1{tags} N" + ",".join(f"n{node}" for node in line.node_id.tolist())


def _relation_lines(relations: Sequence[Relation]) -> Iterator[str]:
    for relation in relations:
        kind = relation.tags.get("type", "")
        members = [f"w{way}@{role if role in PLAIN_ROLES else ''}" for sort, way, role in relation.members if sort == 1]
        if kind in KINDS and members:
            yield f"r{relation.id} v1 Thighway=square,type={kind} M" + ",".join(members)
