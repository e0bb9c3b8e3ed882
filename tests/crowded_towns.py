"""Random towns whose facilities may be full, and oracles for who finds a place in them."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import networkx as nx
import numpy as np
import pandas as pd
from scipy.optimize import linprog
from scipy.sparse import coo_matrix, vstack

from circle15.access.assignment import assign_places, shortages

# Needs and capacities are multiples of 1/8, costs of 1/4, so that the oracles can count in whole numbers.
PLACE_PARTS, COST_PARTS = 8, 4


@dataclass(frozen=True)
class CrowdedTown:
    pairs: pd.DataFrame
    need: pd.Series
    capacity: pd.Series


def crowded_town(number):
    """A town of up to 30 cells and 7 facilities, the same one for the same number."""
    dice = np.random.default_rng(number)
    cells, facilities = int(dice.integers(1, 31)), int(dice.integers(1, 8))
    at_cells, at_sites = dice.random((cells, 2)) * 100, dice.random((facilities, 2)) * 100
    far = np.hypot(*(at_cells[:, None] - at_sites).transpose(2, 0, 1))
    steps = dice.choice([0.25, 1.0, 20.0])  # coarse steps make many ties
    cost = np.round(far / steps) * steps
    cell, facility = np.nonzero(far <= dice.choice([15.0, 40.0, 200.0]))
    order = dice.permutation(len(cell))
    ids = [f"c{n:02d}" for n in range(cells)]
    sites = [f"f{n}" for n in range(facilities)]
    pairs = pd.DataFrame(
        {
            "origin": np.array(ids, dtype=object)[cell],
            "facility": np.array(sites, dtype=object)[facility],
            "cost": cost[cell, facility],
        }
    ).iloc[order]
    need = dice.integers(0, dice.choice([2, 30, 400]), cells) / PLACE_PARTS
    room = need.sum() / facilities * dice.choice([0.2, 0.8, 1.0, 1.5])
    capacity = np.floor(dice.random(facilities) * 2 * room * PLACE_PARTS) / PLACE_PARTS
    capacity[dice.random(facilities) < 0.15] = 0.0
    if dice.random() < 0.3:
        need, capacity = np.round(need), np.round(capacity)
    return CrowdedTown(pairs, pd.Series(need, index=ids), pd.Series(capacity, index=sites))


def crowded_city(number, cells=1500, facilities=50):
    """A city with too few places, in which everyone reaches several facilities."""
    dice = np.random.default_rng(number)
    at_cells, at_sites = dice.normal(0, 30, (cells, 2)), dice.normal(0, 25, (facilities, 2))
    cost = np.round(np.hypot(*(at_cells[:, None] - at_sites).transpose(2, 0, 1)), 1)
    cell, facility = np.nonzero(cost <= 20)
    pairs = pd.DataFrame({"origin": cell, "facility": facility, "cost": cost[cell, facility]})
    need = pd.Series(dice.integers(0, 40, cells) / PLACE_PARTS)
    capacity = pd.Series(np.floor(dice.random(facilities) * 1.6 * need.sum() / facilities))
    return CrowdedTown(pairs, need, capacity)


def graph_of(town):
    graph = nx.DiGraph()
    graph.add_nodes_from(["source", "sink"])
    for cell, places in town.need.items():
        graph.add_edge("source", cell, capacity=round(places * PLACE_PARTS), weight=0)
    for facility, places in town.capacity.items():
        graph.add_edge(facility, "sink", capacity=round(places * PLACE_PARTS), weight=0)
    for cell, facility, cost in town.pairs.itertuples(index=False):
        graph.add_edge(cell, facility, weight=round(cost * COST_PARTS))
    return graph


def of_networkx(town):
    """Places found and total travel, by networkx: its maximum flow, and its maximum flow of least cost."""
    graph = graph_of(town)
    most = nx.maximum_flow_value(graph, "source", "sink")
    flow = nx.max_flow_min_cost(graph, "source", "sink")
    assert sum(flow["source"].values()) == most
    return most / PLACE_PARTS, nx.cost_of_flow(graph, flow) / PLACE_PARTS / COST_PARTS


def of_linear_programme(town):
    """The same by a linear programme: first the most places, then the least travel among them."""
    if town.pairs.empty:
        return 0.0, 0.0
    cell = town.need.index.get_indexer(town.pairs["origin"])
    facility = town.capacity.index.get_indexer(town.pairs["facility"])
    pair, ones = np.arange(len(cell)), np.ones(len(cell))
    by_cell = coo_matrix((ones, (cell, pair)), shape=(len(town.need), len(pair)))
    by_facility = coo_matrix((ones, (facility, pair)), shape=(len(town.capacity), len(pair)))
    rows = vstack([by_cell, by_facility]).tocsr()
    room = np.concatenate([town.need.to_numpy(), town.capacity.to_numpy()])
    most = -linprog(-ones, A_ub=rows, b_ub=room, method="highs").fun
    found = linprog(
        town.pairs["cost"].to_numpy(), A_ub=rows, b_ub=room, A_eq=ones[None, :], b_eq=[most], method="highs"
    )
    return most, found.fun


def check_assignment(town):
    """Hold one town against networkx; gives what was found."""
    found = assign_places(town.pairs, town.need, town.capacity)
    places, travel = of_networkx(town)
    sent = found.sent.to_numpy()
    assert found.served.sum() == found.assigned.sum() == sent.sum() == places
    assert (sent * town.pairs["cost"].to_numpy()).sum() == travel
    check_bounds(town, found)
    return found


def check_bounds(town, found):
    """Nobody is counted twice and no facility holds more than its places."""
    sent = town.pairs.assign(sent=found.sent)
    by_cell = sent.groupby("origin")["sent"].sum().reindex(found.served.index, fill_value=0.0)
    by_facility = sent.groupby("facility")["sent"].sum().reindex(found.assigned.index, fill_value=0.0)
    assert (found.sent >= 0).all()
    assert by_cell.equals(found.served.rename("sent").rename_axis("origin"))
    assert by_facility.equals(found.assigned.rename("sent").rename_axis("facility"))
    assert (found.served <= town.need).all()
    assert (found.assigned <= town.capacity).all()
    reached = town.need[town.need.index.isin(town.pairs["origin"])]
    assert found.served.sum() <= reached.sum() == found.nearest.sum()


def check_shortages(town, found):
    """What the sets of full facilities lack is all that anyone lacks who reaches one; no set of sites lacks more."""
    short = shortages(town.pairs, found)
    lacking = (found.need - found.served)[found.need.index.isin(town.pairs["origin"])].sum()
    one_each = short[short["set"].notna()].drop_duplicates("set")
    assert one_each["set_missing"].sum() == lacking == most_lacking(town)
    assert (short["set"].notna().groupby(short["set"]).sum() == one_each.set_index("set")["set_facilities"]).all()
    full = found.assigned == found.capacity
    assert full[short["set"].notna()].all()
    return short


def most_lacking(town):
    """The most that any set of facilities lacks for those who reach no other, by trying all sets (Hall's condition)."""
    reach = town.pairs.groupby("origin")["facility"].agg(frozenset)
    sites = list(town.capacity.index)
    return max(
        sum(town.need[cell] for cell, own in reach.items() if own <= set(chosen)) - town.capacity[list(chosen)].sum()
        for size in range(len(sites) + 1)
        for chosen in combinations(sites, size)
    )
