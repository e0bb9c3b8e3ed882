"""Highways of an extract in any of the formats that osmium reads: .osm, packed or not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from circle15.inputs.files.osm_file import open_osm
from circle15.inputs.streets.highways import (
    HIGHWAY,
    NAME,
    NOWHERE,
    Asked,
    Highways,
    Lot,
    Places,
    Relation,
    Sayings,
    highways_of,
    needed,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from pathlib import Path

    from numpy.typing import NDArray

KINDS_OF_MEMBER = {"n": 0, "w": 1, "r": 2}


def read_any_highways(path: Path, asked: Asked) -> Highways:
    """Read all highways of an extract, in whichever order its objects stand.

    Raises
    ------
    RuntimeError, OSError, ValueError, osmium.InvalidLocationError
        The file is damaged, or none of its kind.
    """
    gathered = _Gathered(Sayings(asked.wanted), asked.keys)
    for thing in _highways(path, gathered):
        gathered.add(thing)
    members = _member_lines(path, {way for relation in gathered.relations for way in relation.way_ids})
    lot = gathered.lot()
    places = _places(path, needed(lot, members))
    return highways_of(
        gathered.sayings, lot, places, gathered.relations, members, gathered.relation_count, _says_sorted(path)
    )


def _highways(path: Path, others: _Gathered) -> Any:  # noqa: ANN401 - osmium publishes no types
    import osmium

    both = osmium.osm.WAY | osmium.osm.RELATION
    highway = osmium.filter.KeyFilter(HIGHWAY)
    return osmium.FileProcessor(open_osm(path), both).with_filter(highway).handler_for_filtered(others)


def _says_sorted(path: Path) -> bool:
    import osmium

    return bool(osmium.FileProcessor(open_osm(path)).header.get("sorting") == "Type_then_ID")


def _member_lines(path: Path, ids: Collection[int]) -> dict[int, NDArray[np.int64]]:
    import osmium

    if not ids:
        return {}
    ways = osmium.FileProcessor(open_osm(path), osmium.osm.WAY)
    return {way.id: _refs(way) for way in ways if way.id in ids}


def _refs(way: Any) -> NDArray[np.int64]:  # noqa: ANN401
    return np.array([node.ref for node in way.nodes], dtype=np.int64)


def _places(path: Path, ids: NDArray[np.int64]) -> Places:
    """Where nodes are; of a node that the file holds more than once, the last counts."""
    import osmium

    xy = np.full((len(ids), 2), NOWHERE, dtype=np.int32)
    place = {node: row for row, node in enumerate(ids.tolist())}
    nodes: Any = osmium.FileProcessor(open_osm(path), osmium.osm.NODE)
    for node in nodes:
        row = place.get(node.id)
        if row is not None:
            xy[row] = node.location.x, node.location.y
    return Places(ids, xy)


class _Gathered:
    """What has been read so far."""

    def __init__(self, sayings: Sayings, keys: tuple[str, ...]) -> None:
        self.sayings = sayings
        self.keys = (HIGHWAY, *keys)
        self.relations: list[Relation] = []
        self.relation_count = 0
        self.way_id: list[int] = []
        self.says: list[int] = []
        self.counts: list[int] = []
        self.node_id: list[NDArray[np.int64]] = []
        self.names: dict[int, str] = {}

    def relation(self, _: Any) -> None:  # noqa: ANN401
        """Count a relation that is no highway; osmium calls this by its name."""
        self.relation_count += 1

    def add(self, thing: Any) -> None:  # noqa: ANN401
        """Take in a way or a relation."""
        if thing.is_relation():
            self.relation_count += 1
            members = tuple((KINDS_OF_MEMBER[member.type], member.ref, member.role) for member in thing.members)
            self.relations.append(Relation(thing.id, self._said(thing.tags, "type"), members))
        else:
            self._add_way(thing)

    def _add_way(self, way: Any) -> None:  # noqa: ANN401
        number = self.sayings.number(self._said(way.tags))
        self.sayings.count[number] += 1
        if not self.sayings.is_wanted[number]:
            return
        refs = _refs(way)
        self.way_id.append(way.id)
        self.says.append(number)
        self.counts.append(len(refs))
        self.node_id.append(refs)
        name = way.tags.get(NAME)
        if name:
            self.names[way.id] = name

    def _said(self, tags: Any, *more: str) -> Mapping[str, str]:  # noqa: ANN401
        return {key: value for key in (*self.keys, *more) if (value := tags.get(key)) is not None}

    def lot(self) -> Lot:
        """All ways."""
        return Lot(
            np.array(self.way_id, dtype=np.int64),
            np.array(self.says, dtype=np.int32),
            np.array(self.counts, dtype=np.int64),
            np.concatenate([np.zeros(0, dtype=np.int64), *self.node_id]),
            self.names,
        )
