"""Ways as read, before they are cut into edges."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from circle15.inputs.streets.traits import Traits, join_traits

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from circle15.catalogue.entries import Mode
    from circle15.model.ledger import Note

UNITS_PER_DEGREE = 10_000_000  # OpenStreetMap's own precision, about 1 cm

Box = tuple[float, float, float, float]


@dataclass(frozen=True, eq=False)
class Ways:
    """Lines that know which of their vertices are the same point of the world.

    Attributes
    ----------
    way_id
        int64, (ways,): the source's id of the way; two pieces of one way share it.
    kind
        int16, (ways,): which of ``speeds.every_kind()``.
    start
        int64, (ways + 1,): way ``w`` has the vertices ``start[w]:start[w + 1]``.
    vertex_id
        int64, (vertices,): vertices with one id are one point, whichever way they belong to.
    vertex_xy
        float64, (vertices, 2): metres; equal wherever the ids are equal.
    own_traits
        Who may use the ways; None where they are all walked, in both directions, and nothing else.
    """

    way_id: NDArray[np.int64]
    kind: NDArray[np.int16]
    start: NDArray[np.int64]
    vertex_id: NDArray[np.int64]
    vertex_xy: NDArray[np.float64]
    own_traits: Traits | None = None

    def __len__(self) -> int:
        return len(self.way_id)

    @property
    def traits(self) -> Traits:
        """Who may use the ways."""
        return Traits.open_to("walk", len(self)) if self.own_traits is None else self.own_traits

    @property
    def way_of_vertex(self) -> NDArray[np.int64]:
        """int64, (vertices,): which way each vertex belongs to."""
        return np.repeat(np.arange(len(self), dtype=np.int64), np.diff(self.start))

    def take(self, which: NDArray[np.bool_]) -> Ways:
        """The ways where ``which``, bool (ways,), is true, in their order."""
        counts = np.diff(self.start)
        vertices = np.repeat(which, counts)
        return Ways(
            self.way_id[which],
            self.kind[which],
            starts(counts[which]),
            self.vertex_id[vertices],
            self.vertex_xy[vertices],
            None if self.own_traits is None else self.own_traits.take(which),
        )


@dataclass(frozen=True, eq=False)
class WaysFound:
    """What a reader found in a file.

    Attributes
    ----------
    ways
        The ways that a mode asked for may use, those far from the bounds perhaps left out already.
    read
        Number of ways in the file.
    left_out
        By mode, how many of them were left out, by reason; ``outside`` counts those outside the bounds.
    box
        The box around every way that may be used, degrees: west, south, east, north.
    notes
        What else the reader has to say.
    area_ids
        Ids of the ways that are rims of areas.
    span_ids
        Ids of the ways that are bridges or tunnels.
    crossing_ids
        Ids of the ways across a road at a marked crossing.
    crossing_places
        Ids of the vertices that are signals or marked crossings, where the reader meets them.
    names
        What ways are called, by id; several names of one way with ";" between them.
    odd
        How many ways have a value of ``oneway`` or ``maxspeed`` that nobody knows, by (key, value).
    """

    ways: Ways
    read: int
    left_out: Mapping[Mode, Mapping[str, int]]
    box: Box
    notes: tuple[Note, ...] = field(default=())
    area_ids: frozenset[int] = field(default=frozenset())
    span_ids: frozenset[int] = field(default=frozenset())
    crossing_ids: frozenset[int] = field(default=frozenset())
    crossing_places: frozenset[int] = field(default=frozenset())
    names: Mapping[int, str] = field(default_factory=dict)
    odd: Mapping[tuple[str, str], int] = field(default_factory=dict)


def starts(counts: NDArray[np.int64]) -> NDArray[np.int64]:
    """Where each of several runs starts when they lie end to end, and where the last ends.

    Examples
    --------
    >>> starts(np.array([2, 3])).tolist()
    [0, 2, 5]
    """
    start = np.zeros(len(counts) + 1, dtype=np.int64)
    np.cumsum(counts, out=start[1:])
    return start


def no_ways() -> Ways:
    """Nothing at all."""
    empty = np.zeros(0, dtype=np.int64)
    return Ways(empty, np.zeros(0, np.int16), np.zeros(1, np.int64), empty, np.zeros((0, 2)))


def join_ways(parts: Sequence[Ways]) -> Ways:
    """Several lots of ways as one, end to end."""
    if not parts:
        return no_ways()
    counts = np.concatenate([np.diff(part.start) for part in parts])
    return Ways(
        np.concatenate([part.way_id for part in parts]),
        np.concatenate([part.kind for part in parts]),
        starts(counts),
        np.concatenate([part.vertex_id for part in parts]),
        np.concatenate([part.vertex_xy for part in parts]),
        join_traits([part.traits for part in parts]) if any(part.own_traits is not None for part in parts) else None,
    )


def touching(start: NDArray[np.int64], xy: NDArray[np.float64], box: Box | None) -> NDArray[np.bool_]:
    """Which ways touch a box with the box around themselves; with no box, those whose coordinates are finite.

    Parameters
    ----------
    start
        (ways + 1,): way ``w`` has the vertices ``start[w]:start[w + 1]``, at least one.
    xy
        (vertices, 2), in the units of ``box``.
    box
        West, south, east, north.

    Returns
    -------
    bool, (ways,).

    Examples
    --------
    >>> xy = np.array([[0.0, 0.0], [4.0, 4.0], [8.0, 8.0], [9.0, 9.0]])
    >>> touching(np.array([0, 2, 4]), xy, (1.0, 1.0, 2.0, 2.0)).tolist()
    [True, False]
    """
    if len(start) == 1:
        return np.zeros(0, dtype=np.bool_)
    low, high = np.minimum.reduceat(xy, start[:-1]), np.maximum.reduceat(xy, start[:-1])
    west, south, east, north = box or (-np.inf, -np.inf, np.inf, np.inf)
    finite = np.isfinite(low).all(axis=1) & np.isfinite(high).all(axis=1)
    across: NDArray[np.bool_] = (high[:, 0] >= west) & (low[:, 0] <= east)
    up: NDArray[np.bool_] = (high[:, 1] >= south) & (low[:, 1] <= north)
    return finite & across & up
