"""All ways of an OpenStreetMap extract that are tagged ``highway``: their tags, nodes and places, in arrays."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

import numpy as np

from circle15.inputs.streets.ways import starts

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import NDArray

HIGHWAY, NAME = "highway", "name"
NOWHERE = 2**31 - 1  # the coordinate of a node that the file does not hold; osmium's, too


class Wanted(Protocol):
    """Says of what a way tells of itself whether the way is to be read."""

    def __call__(self, tags: Mapping[str, str], /) -> bool:
        """Whether a way with these tags is wanted."""


@dataclass(frozen=True)
class Asked:
    """What is asked of an extract: all its highways, ``keys`` of their tags and no others, and which ways to read.

    ``progress`` is called as ``progress(done, of)`` where a file is read block by block.
    """

    keys: tuple[str, ...]
    wanted: Wanted
    progress: Callable[[int, int], None] | None = None

    def tell(self, done: int, of: int) -> None:
        """Say how far the reading has come."""
        if self.progress is not None:
            self.progress(done, of)


@dataclass(frozen=True)
class Relation:
    """A relation tagged ``highway``: its id, its tags, its members as (0 node, 1 way, 2 relation; id; role)."""

    id: int
    tags: Mapping[str, str]
    members: tuple[tuple[int, int, str], ...]

    @property
    def way_ids(self) -> tuple[int, ...]:
        """Ids of the ways among its members."""
        return tuple(member for kind, member, _ in self.members if kind == 1)


@dataclass(frozen=True, eq=False)
class Highways:
    """The highways of an extract.

    Attributes
    ----------
    said
        All that ways say of themselves, each different set of tags once, those of ``keys`` alone.
    count
        How many ways of the file say it.
    way_id
        int64, (ways,): the ways that are wanted, in the file's order.
    says
        int32, (ways,): which of ``said``.
    start
        int64, (ways + 1,): way ``w`` has the nodes ``start[w]:start[w + 1]``.
    node_id
        int64, (nodes of ways,).
    xy
        int32, (nodes of ways, 2): longitude and latitude in 1e-7 degrees, ``NOWHERE`` where the file has no such node.
    names
        What wanted ways are called, by id.
    relations
        The relations tagged ``highway``.
    members
        The ways that are members of those relations and closed or not, tagged or not: nodes by id, as ``Line``.
    relation_count
        How many relations of any kind the file has.
    is_sorted
        Whether the file says that nodes, ways and relations follow each other.
    """

    said: tuple[Mapping[str, str], ...]
    count: tuple[int, ...]
    way_id: NDArray[np.int64]
    says: NDArray[np.int32]
    start: NDArray[np.int64]
    node_id: NDArray[np.int64]
    xy: NDArray[np.int32]
    names: Mapping[int, str]
    relations: tuple[Relation, ...]
    members: Mapping[int, Line]
    relation_count: int
    is_sorted: bool

    @property
    def read(self) -> int:
        """How many ways of the file are tagged ``highway``."""
        return sum(self.count)

    def line(self, way: int) -> Line:
        """The nodes of one way."""
        part = slice(*self.start[way : way + 2].tolist())
        return Line(self.node_id[part], self.xy[part])


@dataclass(frozen=True, eq=False)
class Line:
    """The nodes of a way: int64 ids, int32 (nodes, 2) places as in ``Highways.xy``."""

    node_id: NDArray[np.int64]
    xy: NDArray[np.int32]


@dataclass
class Sayings:
    """The different sets of tags met so far, how often each was met, and whether ways with it are wanted."""

    wanted: Wanted
    said: list[Mapping[str, str]] = field(default_factory=list)
    is_wanted: list[bool] = field(default_factory=list)
    count: Counter[int] = field(default_factory=Counter)
    numbers: dict[tuple[tuple[str, str], ...], int] = field(default_factory=dict)

    def number(self, tags: Mapping[str, str]) -> int:
        """The number of a set of tags."""
        key = tuple(sorted(tags.items()))
        if key not in self.numbers:
            self.numbers[key] = len(self.said)
            self.said.append(tags)
            self.is_wanted.append(self.wanted(tags))
        return self.numbers[key]

    @property
    def counts(self) -> tuple[int, ...]:
        """How often each was met."""
        return tuple(self.count[number] for number in range(len(self.said)))


@dataclass(frozen=True, eq=False)
class Lot:
    """Ways of one part of a file: ids, what they say, how many nodes each has, the nodes' ids, names by way."""

    way_id: NDArray[np.int64]
    says: NDArray[np.int32]
    counts: NDArray[np.int64]
    node_id: NDArray[np.int64]
    names: Mapping[int, str]


def joined(lots: Sequence[Lot]) -> Lot:
    """Several lots end to end."""
    if not lots:
        none = np.zeros(0, dtype=np.int64)
        return Lot(none, none.astype(np.int32), none, none, {})
    names: dict[int, str] = {}
    for lot in lots:
        names |= lot.names
    return Lot(
        np.concatenate([lot.way_id for lot in lots]),
        np.concatenate([lot.says for lot in lots]),
        np.concatenate([lot.counts for lot in lots]),
        np.concatenate([lot.node_id for lot in lots]),
        names,
    )


@dataclass(frozen=True, eq=False)
class Places:
    """Where nodes are: int64 ids in order, int32 (nodes, 2) places as in ``Highways.xy``."""

    node_id: NDArray[np.int64]
    xy: NDArray[np.int32]

    def of(self, node_id: NDArray[np.int64]) -> NDArray[np.int32]:
        """The places of nodes, (nodes, 2)."""
        if not len(self.node_id):
            return np.full((len(node_id), 2), NOWHERE, dtype=np.int32)
        at = np.minimum(np.searchsorted(self.node_id, node_id), len(self.node_id) - 1)
        places = self.xy[at]
        places[self.node_id[at] != node_id] = NOWHERE
        return places


def needed(lot: Lot, members: Mapping[int, NDArray[np.int64]]) -> NDArray[np.int64]:
    """Ids of all nodes whose places are needed, in order, each once; numbers below 1 are no node of the world's."""
    # Sorted outright: numpy's own unique takes five times as long for millions of numbers.
    ids = np.sort(np.concatenate([lot.node_id, *members.values()]))
    ids = ids[np.searchsorted(ids, 1) :]
    once: NDArray[np.int64] = ids[np.append(True, ids[1:] != ids[:-1])[: len(ids)]]
    return once


def highways_of(
    sayings: Sayings,
    lot: Lot,
    places: Places,
    relations: Sequence[Relation],
    members: Mapping[int, NDArray[np.int64]],
    relation_count: int,
    is_sorted: bool,
) -> Highways:
    """What was read, put together."""
    return Highways(
        said=tuple(sayings.said),
        count=sayings.counts,
        way_id=lot.way_id,
        says=lot.says,
        start=starts(lot.counts),
        node_id=lot.node_id,
        xy=places.of(lot.node_id),
        names=lot.names,
        relations=tuple(sorted(relations, key=lambda relation: relation.id)),
        members={way: Line(ids, places.of(ids)) for way, ids in sorted(members.items())},
        relation_count=relation_count,
        is_sorted=is_sorted,
    )
