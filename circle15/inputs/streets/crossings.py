"""The wait at signals and marked crossings, as metres of level walking."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from circle15.inputs.streets.tagged_nodes import tagged_nodes
from circle15.inputs.streets.walking import is_crossing_place, walking_rules
from circle15.model.ledger import Note

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from circle15.model.network import StreetNetwork

ROADS_MEET = 3  # so many ends of roads at a place make it a junction


def read_crossings(path: Path) -> frozenset[int]:
    """Read the ids of all signals and marked crossings of an OpenStreetMap extract.

    Raises
    ------
    DataError
        No such file, or a damaged one.
    """
    return tagged_nodes(path, "highway", is_crossing_place)


@dataclass(frozen=True, eq=False)
class Crossings:
    """Ids of the places that are signals or marked crossings, and of the ways that lead across a road."""

    places: frozenset[int]
    ways: frozenset[int]


def with_delay(network: StreetNetwork, crossings: Crossings, delay_m: float) -> tuple[StreetNetwork, Note]:
    """Let whoever passes a signal or a marked crossing wait.

    The wait enters the streets that meet at the place, half of it each: so passing costs the whole of it, in either
    direction, and a walk that begins or ends there half. Where three or more ends of roads meet, all streets have it;
    where fewer do, only the ways on foot, which cross the road, and not the road itself: so neither a walk along a
    road past a zebra crossing nor one past the drivers' stop line waits. A way drawn across a road has the whole wait
    once, shared out by length, if none of its ends or places is such a place already.

    Parameters
    ----------
    network
        A walking network, cut at the places.
    crossings
        The places and the ways.
    delay_m
        The wait, as metres of level walking.
    """
    ends = np.stack([network.from_node, network.to_node])
    halves = _charged_ends(network, ends, crossings)
    delays = 0.5 * halves.sum(axis=0)
    placed = np.unique(network.way_id[delays > 0])
    own = np.isin(network.way_id, np.setdiff1d(_ids(crossings.ways), placed))
    way, row = np.unique(network.way_id[own], return_inverse=True)
    metres = np.bincount(row, weights=network.length_m[own], minlength=len(way))
    delays[own] += network.length_m[own] / metres[row]
    facts: dict[str, object] = {"places": len(np.unique(ends[halves])), "ways": len(way), "metres": delay_m}
    back_m = network.backward_m
    delayed = replace(
        network,
        forward_m=network.forward_m + delays * delay_m,
        backward_m=None if back_m is None else back_m + delays * delay_m,
    )
    return delayed, Note("modes.crossings" if facts["places"] or facts["ways"] else "modes.no_crossings", facts)


def _charged_ends(network: StreetNetwork, ends: NDArray[np.int32], crossings: Crossings) -> NDArray[np.bool_]:
    """Which ends of edges, (2, edges), have half a wait."""
    on_foot = np.isin(network.kinds, sorted(walking_rules().crossings.on_foot))[network.kind]
    roads = np.bincount(ends[:, ~on_foot].ravel(), minlength=network.node_count)
    tagged = np.isin(network.node_osm_id, _ids(crossings.places))
    charged: NDArray[np.bool_] = tagged[ends] & (on_foot | (roads >= ROADS_MEET)[ends])
    return charged


def _ids(ids: frozenset[int]) -> NDArray[np.int64]:
    return np.array(sorted(ids), dtype=np.int64)
