"""What is to be said of the streets that are ridden and driven."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from circle15.inputs.streets.uses import mask_of
from circle15.model.ledger import Note

if TYPE_CHECKING:
    from circle15.inputs.streets.ways import WaysFound
    from circle15.model.network import StreetNetwork


MOST_SHOWN = 5


def two_way_share(network: StreetNetwork) -> float:
    """Share of street metres between nodes from each of which one gets to every other and back.

    The largest such part by street metres counts; one-way streets that only lead in or out are no part of it.

    Examples
    --------
    See ``tests/test_modes.py``.
    """
    forward_m, backward_m = network.directions_m
    there, back = np.isfinite(forward_m), np.isfinite(backward_m)
    tail = np.concatenate([network.from_node[there], network.to_node[back]])
    head = np.concatenate([network.to_node[there], network.from_node[back]])
    links = coo_matrix((np.ones(len(tail), dtype=np.int8), (tail, head)), shape=(network.node_count,) * 2)
    count, part = connected_components(links, directed=True, connection="strong")
    inside = part[network.from_node] == part[network.to_node]
    metres = np.bincount(part[network.from_node[inside]], weights=network.length_m[inside], minlength=count)
    return float(metres.max() / network.length_m.sum())


def mode_notes(network: StreetNetwork, found: WaysFound) -> tuple[Note, ...]:
    """How many ways a vehicle may use, how long they are, how many of them are one-way, and how they hang together."""
    mode, used = network.mode, found.ways.traits.permits & mask_of(network.mode) != 0
    forward_m, backward_m = network.directions_m
    one_way = np.isinf(forward_m) | np.isinf(backward_m)
    facts: dict[str, object] = {
        "ways": len(np.unique(found.ways.way_id[used])),
        "km": float(network.length_m.sum()) / 1000,
        "one_way_km": float(network.length_m[one_way].sum()) / 1000,
        "share": two_way_share(network),
    }
    return (Note(f"modes.{mode}_streets", facts),)


def odd_notes(found: WaysFound) -> tuple[Note, ...]:
    """Values of ``oneway`` and ``maxspeed`` that nobody knows, each told once with how many ways have it."""
    notes = []
    for key in sorted({key for key, _ in found.odd}):
        values = {value: ways for (each, value), ways in sorted(found.odd.items()) if each == key}
        shown = "、".join(f"{value}（{ways}）" for value, ways in list(values.items())[:MOST_SHOWN])
        notes.append(Note(f"modes.odd_{key}", {"ways": sum(values.values()), "values": shown}))
    return tuple(notes)
