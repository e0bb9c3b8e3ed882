"""Streets without what nobody walks on, or what connects with nothing."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from circle15.catalogue.suggestions import not_known
from circle15.model.ledger import Note

if TYPE_CHECKING:
    from collections.abc import Collection

    from circle15.model.network import StreetNetwork


def without_small_islands(network: StreetNetwork, below_m: float) -> tuple[StreetNetwork, Note]:
    """Leave out connected parts with fewer street metres than ``below_m``; the largest part always stays.

    In drawn street data a path that was never joined to the road beside it is an island, and whoever lives nearest
    to it seems cut off. Without such fragments they join the next street. Off by default: an island may be true.

    Parameters
    ----------
    network
        The streets.
    below_m
        Street metres of a connected part.

    Returns
    -------
    StreetNetwork
        With the nodes that its edges still use, in the same order.
    Note
        How many parts and metres were left out.
    """
    small = network.island_street_m < below_m
    small[0] = False
    keep = ~small[network.edge_island]
    dropped_m = float(network.length_m[~keep].sum())
    facts: dict[str, object] = {"islands": int(small.sum()), "km": dropped_m / 1000, "below_m": below_m}
    note = Note("network.islands_ignored" if network.mode == "walk" else f"modes.{network.mode}_islands_ignored", facts)
    return _only_edges(network, np.flatnonzero(keep)), note


def without_classes(network: StreetNetwork, classes: Collection[str]) -> tuple[StreetNetwork, Note]:
    """Leave out whole classes of street, as a study says: elevated express roads drawn as ``trunk``, say.

    Raises
    ------
    ConfigurationError
        A class that no street can have.
    """
    for name in classes:
        if name not in network.kinds:
            raise not_known("network.unknown_class", name, network.kinds)
    numbers = [network.kinds.index(name) for name in classes]
    keep = ~np.isin(network.kind, numbers)
    facts = {"classes": "、".join(classes), "km": float(network.length_m[~keep].sum()) / 1000}
    return _only_edges(network, np.flatnonzero(keep)), Note("network.classes_left_out", facts)


def without_restricted(network: StreetNetwork) -> StreetNetwork:
    """Leave out the streets inside gated compounds."""
    if network.restricted is None:
        return network
    kept = _only_edges(network, np.flatnonzero(~network.restricted))
    return replace(kept, restricted=None)


def without_loose_areas(network: StreetNetwork, area_ids: Collection[int]) -> tuple[StreetNetwork, tuple[Note, ...]]:
    """Leave out squares that no street touches.

    A square is walked along its edge and across, between the streets that enter it. One that shares no point with
    any street was drawn beside the streets instead of on them: nobody enters it, and whoever lives nearest to its
    edge would seem cut off. They join the next street instead.

    Parameters
    ----------
    network
        The streets.
    area_ids
        Ids of the ways that are rims of squares, or lines across them.
    """
    area = np.isin(network.way_id, np.array(sorted(area_ids), dtype=np.int64))
    streets = np.bincount(network.edge_island, weights=np.where(area, 0.0, 1.0))
    loose = streets == 0
    loose[0] = False
    keep = ~loose[network.edge_island]
    if keep.all():
        return network, ()
    return _only_edges(network, np.flatnonzero(keep)), (Note("network.loose_areas", {"areas": int(loose.sum())}),)


def _only_edges(network: StreetNetwork, edges: np.ndarray) -> StreetNetwork:
    nodes = np.unique(np.concatenate([network.from_node[edges], network.to_node[edges]]))
    number = np.full(network.node_count, -1, dtype=np.int32)
    number[nodes] = np.arange(len(nodes), dtype=np.int32)
    vertices = np.diff(network.line_start)
    keep_vertex = np.repeat(np.isin(np.arange(network.edge_count), edges), vertices)
    return replace(
        network,
        node_xy=network.node_xy[nodes],
        node_osm_id=network.node_osm_id[nodes],
        from_node=number[network.from_node[edges]],
        to_node=number[network.to_node[edges]],
        length_m=network.length_m[edges],
        forward_m=network.forward_m[edges],
        kind=network.kind[edges],
        way_id=network.way_id[edges],
        line_start=np.concatenate([[0], np.cumsum(vertices[edges])]),
        line_xy=network.line_xy[keep_vertex],
        restricted=None if network.restricted is None else network.restricted[edges],
        backward_m=None if network.backward_m is None else network.backward_m[edges],
    )
