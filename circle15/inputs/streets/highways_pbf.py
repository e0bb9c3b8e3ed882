"""Highways of a .osm.pbf file, read block by block.

osmium's door to Python gives the nodes of a way one at a time, keeps the place of every node of the file at hand, and
its filters of ids take a bit for each id up to the largest there is. Here the ways come first, so that only places of
nodes on streets are kept: an extract, in which nodes come before ways and ways before relations, is read from its end
to its beginning, each block once. A file in another order is read twice.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from circle15.inputs.files.pbf.blobs import blobs_of, says_sorted, unpacked, with_bytes, worked
from circle15.inputs.files.pbf.blocks import DENSE, NODE, RELATION, WAY, Content, Tagged
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
    joined,
    needed,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path
    from typing import BinaryIO

    from numpy.typing import NDArray

    from circle15.inputs.files.pbf.blobs import Blob

KIND_OF_RELATION = "type"
# Blocks of ways are kept for a second look, as long as they are no more than those of a large city.
MOST_KEPT_BYTES = 64_000_000


def read_pbf_highways(path: Path, asked: Asked) -> Highways:
    """Read all highways of a .osm.pbf file.

    Raises
    ------
    EOFError, ValueError, IndexError, KeyError, OverflowError, zlib.error
        The file is damaged, or none of its kind.
    """
    with path.open("rb") as file:
        header, blobs = blobs_of(file)
        is_sorted = says_sorted(unpacked(header.read(file)))
        whole = _read(file, blobs, asked, in_order=True) or _read(file, blobs, asked, in_order=False)
    if whole is None:
        raise ValueError("neither in order nor in any")
    streets, lot, members, places = whole
    return highways_of(streets.sayings, lot, places, streets.relations, members, streets.relation_count, is_sorted)


# Of some nodes: rows and places, and whether there are ways or relations beside them.
Nodes = tuple["NDArray[np.int64]", bool]
Whole = tuple["_Streets", Lot, "Mapping[int, NDArray[np.int64]]", Places]


def _read(file: BinaryIO, blobs: Sequence[Blob], asked: Asked, *, in_order: bool) -> Whole | None:
    """Ways, then the places of their nodes; None where the file is not in the order that it was taken to be in."""
    streets = _Streets(Sayings(asked.wanted))
    nodes = streets.read(file, blobs, asked, until_nodes=in_order)
    members = _member_lines(file, streets)
    lot = joined(streets.lots[::-1])
    looks = _looks(blobs, in_order)
    ids = needed(lot, members)
    found = _found_nodes(file, nodes, ids, streets)
    places = _places(found, nodes, ids, lambda left: asked.tell(looks - left, looks), mixed=not in_order)
    return None if places is None else (streets, lot, members, places)


@dataclass
class _Streets:
    """What has been read of a file's ways and relations so far, the last of the file first."""

    sayings: Sayings
    lots: list[Lot] = field(default_factory=list)
    relations: list[Relation] = field(default_factory=list)
    relation_count: int = 0
    way_blobs: list[Blob] = field(default_factory=list)
    way_contents: list[Content] = field(default_factory=list)
    room: int = field(default_factory=lambda: MOST_KEPT_BYTES)

    def read(self, file: BinaryIO, blobs: Sequence[Blob], asked: Asked, *, until_nodes: bool) -> Sequence[Blob]:
        """Read from the end; up to the last blob with nodes where asked to. The blobs in which nodes are to be sought.

        That blob may hold ways, too; it is sought in, and so are all before it.
        """
        left = len(blobs)
        for blob, part in worked(with_bytes(file, blobs[::-1]), partial(_part, keys=asked.keys)):
            asked.tell(len(blobs) - left + 1, _looks(blobs, until_nodes))
            self.take(blob, part)
            if part.has_nodes and until_nodes:
                return blobs[:left]
            left -= 1
        return () if until_nodes else blobs

    def content_of(self, blob: Blob) -> Content | None:
        """What the earliest blob with ways holds, where that is still at hand."""
        is_kept = self.way_contents and self.way_blobs[-1] is blob
        return self.way_contents[-1] if is_kept else None

    def take(self, blob: Blob, part: _Part) -> None:
        """Take in what a blob holds."""
        self.relations.extend(part.relations[::-1])
        self.relation_count += part.relation_count
        if part.has_ways:
            self.way_blobs.append(blob)
            self.way_contents.append(part.content)
            self.room -= len(part.content.content)
            if self.room < 0:
                self.way_contents.clear()
        if len(part.ways.objects):
            self.lots.append(_lot(part, self.sayings))


@dataclass(frozen=True, eq=False)
class _Part:
    """What one blob holds of ways and relations, and whether any nodes and ways at all."""

    content: Content
    ways: Tagged
    counts: NDArray[np.int64]
    node_id: NDArray[np.int64]
    relations: tuple[Relation, ...]
    relation_count: int
    has_nodes: bool
    has_ways: bool


def _part(packed: bytes, keys: tuple[str, ...]) -> _Part:
    content = Content.of(unpacked(packed))
    ways = content.tagged(WAY, HIGHWAY, keys, NAME)
    node_id, counts = content.node_ids(ways.objects)
    found = content.tagged(RELATION, HIGHWAY, (*keys, KIND_OF_RELATION))
    rows = zip(found.objects.id.tolist(), found.tags, content.members(found.objects), strict=True)
    relations = tuple(Relation(number, content.said(tags), members) for number, tags, members in rows)
    return _Part(
        content,
        ways,
        counts,
        node_id,
        relations,
        content.count(RELATION),
        content.count(NODE, DENSE) > 0,
        content.count(WAY) > 0,
    )


def _lot(part: _Part, sayings: Sayings) -> Lot:
    """The ways of a blob that are wanted."""
    numbers = {tags: sayings.number(part.content.said(tags)) for tags in dict.fromkeys(part.ways.tags)}
    says = np.array([numbers[tags] for tags in part.ways.tags], dtype=np.int32)
    sayings.count.update(says.tolist())
    keep = np.array(sayings.is_wanted, dtype=np.bool_)[says]
    way_id, aside = part.ways.objects.id[keep], part.ways.aside[keep]
    called = {number: part.content.word(number) for number in np.unique(aside[aside >= 0]).tolist()}
    named = zip(way_id.tolist(), aside.tolist(), strict=True)
    return Lot(
        way_id,
        says[keep],
        part.counts[keep],
        part.node_id[np.repeat(keep, part.counts)],
        {way: called[name] for way, name in named if name >= 0 and called[name]},
    )


def _member_lines(file: BinaryIO, streets: _Streets) -> dict[int, NDArray[np.int64]]:
    """The nodes of all ways that are members of the relations; another look at the blobs with ways, where needed."""
    ids = np.array(sorted({way for relation in streets.relations for way in relation.way_ids}), dtype=np.int64)
    found: dict[int, NDArray[np.int64]] = {}
    if not len(ids):
        return found
    # In the order of the file: of a way that it holds more than once, the last counts.
    order = np.argsort([blob.begin for blob in streets.way_blobs])
    if streets.room >= 0:
        lots = [_lines(streets.way_contents[at], ids) for at in order.tolist()]
    else:
        again = with_bytes(file, [streets.way_blobs[at] for at in order.tolist()])
        lots = [lines for _, lines in worked(again, partial(_unpacked_lines, ids=ids))]
    for lines in lots:
        found |= lines
    return found


def _unpacked_lines(packed: bytes, ids: NDArray[np.int64]) -> dict[int, NDArray[np.int64]]:
    return _lines(Content.of(unpacked(packed)), ids)


def _lines(content: Content, ids: NDArray[np.int64]) -> dict[int, NDArray[np.int64]]:
    ways = content.objects(WAY)
    ways = ways.take(np.isin(ways.id, ids))
    node_id, counts = content.node_ids(ways)
    return dict(zip(ways.id.tolist(), np.split(node_id, np.cumsum(counts)[:-1]), strict=True)) if len(ways) else {}


def _looks(blobs: Sequence[Blob], in_order: bool) -> int:
    """At how many blobs one has to look; in order, the one between nodes and ways twice."""
    return len(blobs) + (1 if in_order else len(blobs))


def _found_nodes(
    file: BinaryIO, blobs: Sequence[Blob], ids: NDArray[np.int64], streets: _Streets
) -> Iterator[tuple[Blob, Nodes]]:
    """What each blob holds of some nodes; where the last one holds ways, too, it may be at hand."""
    at_hand = streets.content_of(blobs[-1]) if blobs else None
    packed = with_bytes(file, blobs if at_hand is None else blobs[:-1])
    yield from worked(packed, partial(_unpacked_nodes, ids=ids))
    if at_hand is not None:
        yield blobs[-1], _nodes(at_hand, ids)


def _places(
    each: Iterator[tuple[Blob, Nodes]],
    blobs: Sequence[Blob],
    ids: NDArray[np.int64],
    tell: Callable[[int], None],
    *,
    mixed: bool,
) -> Places | None:
    """Where nodes are; None where ways stand among the nodes though none should.

    The last of the blobs may hold the first ways. Of a node that the file holds more than once, the last counts.
    """
    xy = np.full((len(ids), 2), NOWHERE, dtype=np.int32)
    for number, (blob, (found, has_ways)) in enumerate(each):
        tell(len(blobs) - number - 1)
        if has_ways and not mixed and blob is not blobs[-1]:
            return None
        xy[found[:, 0]] = found[:, 1:].astype(np.int32)
    return Places(ids, xy)


def _unpacked_nodes(packed: bytes, ids: NDArray[np.int64]) -> Nodes:
    return _nodes(Content.of(unpacked(packed)), ids)


def _nodes(content: Content, ids: NDArray[np.int64]) -> Nodes:
    return content.places_of(ids), content.count(WAY, RELATION) > 0
