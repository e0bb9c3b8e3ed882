"""What lies behind gates that are closed to the public."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from circle15.inputs.streets.editing import Edits, drawn_m, edited
from circle15.inputs.streets.tagged_nodes import tagged_nodes
from circle15.inputs.streets.walking import is_closed_gate, walking_rules
from circle15.model.ledger import Note, Place
from circle15.model.projection import transformer

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

    from numpy.typing import NDArray

    from circle15.model.network import StreetNetwork


def read_closed_gates(path: Path) -> frozenset[int]:
    """Read the ids of all gates in an OpenStreetMap extract that are closed to the public.

    Raises
    ------
    DataError
        No such file, or a damaged one.
    """
    return tagged_nodes(path, "barrier", is_closed_gate)


@dataclass(frozen=True, eq=False)
class Gated:
    """The streets with what lies behind closed gates ``restricted``, and what is to be said of it."""

    network: StreetNetwork
    notes: tuple[Note, ...]


def behind_gates(network: StreetNetwork, gates: Collection[int], file: str) -> Gated:
    """Take the streets that only closed gates or private streets lead to as the inside of compounds.

    Of streets that are connected in any way, those on which one walks without passing a closed gate or a private
    street hang together in parts. The part with the most metres is the town; the others are inside a compound, unless
    they are longer than any compound is. A gate that leads from the town back to the town is shut: there the street
    is parted. One within a compound is open to whoever is inside, one before a compound is its gate. A gate between
    the town and a part too long for a compound stays open.

    A gate where three or more ends of streets meet does not say which of them it closes: it stays open, and is told.

    Parameters
    ----------
    network
        The streets, private ones ``restricted``, cut at the gates.
    gates
        ``node_osm_id`` of the closed gates; those on no street do nothing.
    file
        The streets' file, for the notes.
    """
    places = _Places.of(network, gates)
    part = _public_parts(network, places.closed)
    lead, long = _town(network, part)
    town = lead | long
    inside = ~_restricted(network) & ~town
    result = network if not inside.any() else replace(network, restricted=_restricted(network) | inside)
    shut = _shut(network, places.closed, part, town)
    if len(shut):
        result = _parted(result, shut)
    told = _Told(network, file)
    return Gated(result, (*told.behind(places, inside, len(shut)), *told.forks(places), *told.long(part, long)))


@dataclass(frozen=True, eq=False)
class _Places:
    """Numbers of the nodes that are gates on a street, and of those where streets fork."""

    closed: NDArray[np.int64]
    forks: NDArray[np.int64]

    @classmethod
    def of(cls, network: StreetNetwork, gates: Collection[int]) -> _Places:
        ends = np.bincount(np.concatenate([network.from_node, network.to_node]), minlength=network.node_count)
        gate = np.isin(network.node_osm_id, np.array(sorted(gates), dtype=np.int64))
        return cls(np.flatnonzero(gate & (ends == 2)), np.flatnonzero(gate & (ends > 2)))


def _restricted(network: StreetNetwork) -> NDArray[np.bool_]:
    if network.restricted is None:
        return np.zeros(network.edge_count, dtype=np.bool_)
    return network.restricted


def _public_parts(network: StreetNetwork, closed: NDArray[np.int64]) -> NDArray[np.int64]:
    """Which part each edge belongs to, (edges,): private edges each to one of their own."""
    edges = np.arange(network.edge_count)
    alone = _restricted(network)
    tail, head = network.from_node.astype(np.int64), network.to_node.astype(np.int64)
    # At a closed gate, and all along a private street, an edge's end is a place of its own.
    tail = np.where(alone | np.isin(tail, closed), network.node_count + 2 * edges, tail)
    head = np.where(alone | np.isin(head, closed), network.node_count + 2 * edges + 1, head)
    size = network.node_count + 2 * network.edge_count
    links = coo_matrix((np.ones(len(edges), dtype=np.int8), (tail, head)), shape=(size, size))
    label = connected_components(links, directed=False)[1][tail]
    return np.unique(label, return_inverse=True)[1].astype(np.int64)


def _town(network: StreetNetwork, part: NDArray[np.int64]) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Whether an edge is on the longest public part of all that is connected; or on another too long for a compound."""
    public = ~_restricted(network)
    metres = np.bincount(part, weights=np.where(public, network.length_m, 0.0))
    first = np.full(len(metres), network.edge_count, dtype=np.int64)
    np.minimum.at(first, part, np.arange(network.edge_count))
    island = network.edge_island[first]
    is_public = public[first]
    order = np.lexsort((first, -metres, ~is_public, island))
    leads = np.ones(len(order), dtype=np.bool_)
    leads[1:] = island[order][1:] != island[order][:-1]
    lead = np.zeros(len(metres), dtype=np.bool_)
    lead[order[leads]] = True
    long = (metres > walking_rules().compound_most_m) & ~lead
    return (lead & is_public)[part], (long & is_public)[part]


def _shut(
    network: StreetNetwork, closed: NDArray[np.int64], part: NDArray[np.int64], town: NDArray[np.bool_]
) -> list[tuple[int, float]]:
    """Gates between two streets of one part of the town: the later edge at each, and its end there, metres along."""
    found = []
    ends: dict[int, list[tuple[int, float]]] = {node: [] for node in closed.tolist()}
    for nodes, at_end in ((network.from_node, False), (network.to_node, True)):
        for edge in np.flatnonzero(np.isin(nodes, closed)).tolist():
            ends[int(nodes[edge])].append((edge, drawn_m(network, edge) if at_end else 0.0))
    for node in sorted(ends):
        (one, _), (other, along_m) = sorted(ends[node])
        if town[one] and part[one] == part[other]:
            found.append((other, along_m))
    return found


def _parted(network: StreetNetwork, shut: list[tuple[int, float]]) -> StreetNetwork:
    edits = Edits(network)
    for edge, along_m in shut:
        edits.gaps[edge].append((along_m, along_m))
    return edited(edits)


@dataclass(frozen=True, eq=False)
class _Told:
    """What is said of the gates, each with its place."""

    network: StreetNetwork
    file: str

    def behind(self, places: _Places, inside: NDArray[np.bool_], shut: int) -> list[Note]:
        if not len(places.closed) and not inside.any():
            return []
        facts: dict[str, object] = {
            "gates": len(places.closed),
            "ways": len(np.unique(self.network.way_id[inside])),
            "km": float(self.network.length_m[inside].sum()) / 1000,
            "shut": shut,
        }
        return [Note("compounds.behind", facts)]

    def forks(self, places: _Places) -> list[Note]:
        if not len(places.forks):
            return []
        first = places.forks[np.argmin(self.network.node_osm_id[places.forks])]
        return [Note("compounds.gates_at_forks", {"gates": len(places.forks)}, self._at(first))]

    def long(self, part: NDArray[np.int64], long: NDArray[np.bool_]) -> list[Note]:
        if not long.any():
            return []
        edges = np.flatnonzero(long)
        facts: dict[str, object] = {
            "parts": len(np.unique(part[edges])),
            "km": float(self.network.length_m[edges].sum()) / 1000,
        }
        return [Note("compounds.too_long", facts, self._at(self.network.from_node[edges[0]]))]

    def _at(self, node: np.integer) -> Place:
        to_degrees = transformer(self.network.crs, 4326)
        lon, lat = to_degrees.transform(*self.network.node_xy[node])
        return Place(self.file, lon=round(lon, 6), lat=round(lat, 6))
