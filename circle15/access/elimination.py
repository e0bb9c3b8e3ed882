"""Streets prepared for many searches: most nodes are taken out once, and filled in by one sweep after each search.

A node with few neighbours is taken out by linking its neighbours to each other at the price of the way through it.
What is left after some rounds, the core, is a small part of the nodes. A search then carries its seeds up to the core,
searches there, and sweeps down through the nodes taken out, the last one first, each of which follows from the few
neighbours it had. The sweep reads memory in order, and is many times as fast as a queue.

Metres are multiples of 2**-34 m, so that links are exact sums, and results are those of the search without preparation
to the last bit.

It is a contraction hierarchy (Geisberger, Sanders, Schultes and Delling, 2008, doi:10.1007/978-3-540-68552-4_24) that
ends at a core, and needs no search for witnesses, as it takes out only nodes with few neighbours; the sweep is that of
PHAST (Delling, Goldberg, Nowatzyk and Werneck, 2011, doi:10.1109/IPDPS.2011.89).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from circle15.access.compiled import (
    FILL_INT,
    FILL_METRES,
    FILL_ROWS,
    INT,
    METRES,
    READ_INT,
    READ_METRES,
    READ_ROWS,
    compiled,
    inlined,
    named,
    read_only,
)
from circle15.access.layout import SEEDS, STREETS, Seeds, Streets
from circle15.access.search import NONE, NodeReach, reach_nodes

if TYPE_CHECKING:
    from numpy.typing import NDArray

# The most neighbours of a node that is taken out. With fewer, the core is larger; with more, links abound.
MOST_NEIGHBOURS = 8
UNUSED, SPARE = -2, -1
SCATTER = 2654435761  # odd: multiplying by it modulo 2**32 shuffles the numbers of nodes


class Prepared(NamedTuple):
    """Streets whose nodes are taken out down to a core.

    Places are the nodes in another order: those of the core, then those taken out, the first one last.

    Attributes
    ----------
    place
        int32, (nodes,): the place of each node.
    first
        int64, (taken + 1,): the neighbours of the node taken out as number ``i`` stand at ``first[i]:first[i + 1]``.
    to
        int32, (links,): their places.
    away_m, back_m
        float64, (links,): metres that a search adds from the node to the neighbour, and back.
    core
        The streets of the core.
    """

    place: NDArray[np.int32]
    first: NDArray[np.int64]
    to: NDArray[np.int32]
    away_m: NDArray[np.float64]
    back_m: NDArray[np.float64]
    core: Streets


class Links(NamedTuple):
    """Neighbours of nodes, as lists linked by ``after`` in common arrays.

    ``first`` is by node, and has two more: the list of entries not in use, and how many these are.
    """

    first: NDArray[np.int32]
    after: NDArray[np.int32]
    to: NDArray[np.int32]
    away_m: NDArray[np.float64]
    back_m: NDArray[np.float64]


class Taken(NamedTuple):
    """How many nodes were taken out, and the neighbours that each had when it was; then those of the core's nodes."""

    nodes: int
    to: NDArray[np.int32]
    away_m: NDArray[np.float64]
    back_m: NDArray[np.float64]


LINKS = named(Links, FILL_INT, FILL_INT, FILL_INT, FILL_METRES, FILL_METRES)
TAKEN = named(Taken, INT, FILL_INT, FILL_METRES, FILL_METRES)


def prepare(streets: Streets) -> Prepared:
    """Take out the nodes of ``streets`` down to the core."""
    nodes = len(streets.start) - 1
    order, first = np.empty(nodes, dtype=np.int32), np.zeros(nodes + 1, dtype=np.int64)
    taken = eliminate(streets.start, streets.neighbour, streets.metres, MOST_NEIGHBOURS, order, first)
    core = nodes - taken.nodes
    place = np.empty(nodes, dtype=np.int32)
    place[order[taken.nodes :]] = np.arange(core, dtype=np.int32)
    place[order[: taken.nodes]] = np.arange(nodes - 1, core - 1, -1, dtype=np.int32)
    to, of_core = place[taken.to], slice(first[taken.nodes], None)
    start = (first[taken.nodes :] - first[taken.nodes]).astype(np.int32)
    return Prepared(
        place=read_only(place),
        first=read_only(first[: taken.nodes + 1]),
        to=read_only(to),
        away_m=read_only(taken.away_m),
        back_m=read_only(taken.back_m),
        core=_bare(start, to[of_core], taken.away_m[of_core]),
    )


def _bare(start: NDArray[np.int32], neighbour: NDArray[np.int32], metres: NDArray[np.float64]) -> Streets:
    """Streets that nobody lives on: nodes and ways between them."""
    nothing, no_metres = read_only(np.zeros(0, dtype=np.int32)), read_only(np.zeros(0))
    rows = (read_only(start), read_only(neighbour), nothing, read_only(metres))
    return Streets(*rows, nothing, nothing, no_metres, no_metres)


def reach_prepared(prepared: Prepared, seeds: Seeds) -> NodeReach:
    """What ``reach_nodes`` finds on the streets that were prepared, without a limit."""
    nodes, core = len(prepared.place), len(prepared.core.start) - 1
    metres, facility = np.full(nodes, np.inf), np.full(nodes, NONE, dtype=np.int32)
    climb(prepared, seeds, metres, facility)
    at = np.flatnonzero(np.isfinite(metres[:core])).astype(np.int32)
    of_core = reach_nodes(prepared.core, Seeds(*(read_only(a) for a in (at, metres[at], facility[at], at))))
    metres[:core], facility[:core] = of_core
    sweep(prepared, metres, facility)
    return NodeReach(metres[prepared.place], facility[prepared.place])


PREPARED = named(Prepared, READ_INT, READ_ROWS, READ_INT, READ_METRES, READ_METRES, STREETS)


@compiled(INT, PREPARED, SEEDS, FILL_METRES, FILL_INT)
def climb(prepared: Prepared, seeds: Seeds, metres: NDArray[np.float64], facility: NDArray[np.int32]) -> int:
    """Put the seeds at their places, and carry them from the nodes that were taken out first up to the core."""
    place, first, to, away_m, _, _ = prepared
    for seed in range(len(seeds.node)):
        at, way_m, whose = place[seeds.node[seed]], seeds.metres[seed], seeds.facility[seed]
        if way_m < metres[at] or (way_m == metres[at] and whose < facility[at]):
            metres[at], facility[at] = way_m, whose
    for taken in range(len(first) - 1):
        here = len(place) - 1 - taken
        if metres[here] == np.inf:
            continue
        for link in range(first[taken], first[taken + 1]):
            at, way_m = to[link], metres[here] + away_m[link]
            if way_m < metres[at] or (way_m == metres[at] and facility[here] < facility[at]):
                metres[at], facility[at] = way_m, facility[here]
    return len(place)


@compiled(INT, PREPARED, FILL_METRES, FILL_INT)
def sweep(prepared: Prepared, metres: NDArray[np.float64], facility: NDArray[np.int32]) -> int:
    """Fill in the nodes taken out, the last one first, from the neighbours they had."""
    place, first, to, _, back_m, _ = prepared
    for taken in range(len(first) - 2, -1, -1):
        here = len(place) - 1 - taken
        best_m, best = metres[here], facility[here]
        for link in range(first[taken], first[taken + 1]):
            way_m, whose = metres[to[link]] + back_m[link], facility[to[link]]
            if way_m < best_m or (way_m == best_m and whose < best):
                best_m, best = way_m, whose
        metres[here], facility[here] = best_m, best if best_m < np.inf else NONE
    return len(place)


@compiled(INT, LINKS, INT, INT, METRES, METRES)
def _link(links: Links, node: int, to: int, away_m: float, back_m: float) -> int:
    """Make a node a neighbour of another, or the way to a neighbour shorter. There must be room for one more."""
    first, after, others, away, back = links
    at = int(first[node])
    while at != NONE and others[at] != to:
        at = int(after[at])
    if at != NONE:
        away[at], back[at] = min(away[at], away_m), min(back[at], back_m)
        return at
    at = int(first[UNUSED])
    first[UNUSED], after[at], first[node] = after[at], first[node], at
    first[SPARE] -= 1
    others[at], away[at], back[at] = to, away_m, back_m
    return at


@compiled(INT, LINKS, INT, INT)
def _unlink(links: Links, node: int, to: int) -> int:
    """Part a node from a neighbour."""
    first, after, others = links.first, links.after, links.to
    last, at = NONE, int(first[node])
    while others[at] != to:
        last, at = at, int(after[at])
    if last == NONE:
        first[node] = after[at]
    else:
        after[last] = after[at]
    after[at], first[UNUSED] = first[UNUSED], at
    first[SPARE] += 1
    return at


@compiled(LINKS, LINKS, INT)
def _more(links: Links, more: int) -> Links:
    """The same with room for more entries."""
    first, after, to, away_m, back_m = links
    entries = len(to)
    unused = np.arange(entries + 1, entries + more + 1).astype(np.int32)
    unused[-1], first[UNUSED] = first[UNUSED], entries
    first[SPARE] += more
    none_m = np.empty(more, dtype=np.float64)
    return Links(
        first,
        np.concatenate((after, unused)),
        np.concatenate((to, np.empty(more, dtype=np.int32))),
        np.concatenate((away_m, none_m)),
        np.concatenate((back_m, none_m)),
    )


@compiled(LINKS, READ_INT, READ_INT, READ_METRES)
def _links_of(start: NDArray[np.int32], neighbour: NDArray[np.int32], metres: NDArray[np.float64]) -> Links:
    """The streets as links: the shortest of parallel ones, no loops."""
    nodes = len(start) - 1
    nothing, no_metres = np.empty(0, dtype=np.int32), np.empty(0, dtype=np.float64)
    links = Links(np.full(nodes + 2, np.int32(NONE)), nothing, nothing, no_metres, no_metres)
    links.first[SPARE] = 0
    links = _more(links, len(neighbour) + 1)
    for node in range(nodes):
        for arc in range(start[node], start[node + 1]):
            if neighbour[arc] != node and metres[arc] < np.inf:
                _link(links, node, neighbour[arc], metres[arc], np.inf)
                _link(links, neighbour[arc], node, np.inf, metres[arc])
    return links


@compiled(INT, LINKS, READ_INT, INT, FILL_ROWS, FILL_INT)
def _choose(
    links: Links, live: NDArray[np.int32], most: int, rank: NDArray[np.int64], chosen: NDArray[np.int32]
) -> int:
    """List nodes with few neighbours, no two of which are neighbours: those of a smaller rank than all of theirs.

    The rank is the number of neighbours; of as many, it looks random, so that rounds are few.
    """
    first, after, to = links.first, links.after, links.to
    for node in live:
        neighbours, at = 0, first[node]
        while at != NONE:
            neighbours, at = neighbours + 1, after[at]
        rank[node] = (neighbours << 32) | ((node * SCATTER) & 0xFFFFFFFF)
    count = 0
    for node in live:
        smallest, at = rank[node] >> 32 <= most, first[node]
        while smallest and at != NONE:
            smallest, at = rank[node] < rank[to[at]], after[at]
        if smallest:
            chosen[count] = node
            count += 1
    return count


@compiled(INT, LINKS, INT, INT, TAKEN)
def _list(links: Links, node: int, end: int, taken: Taken) -> int:
    """Write down the neighbours of a node from ``end`` on; give the new end."""
    at = links.first[node]
    while at != NONE:
        taken.to[end], taken.away_m[end], taken.back_m[end] = links.to[at], links.away_m[at], links.back_m[at]
        end, at = end + 1, links.after[at]
    return end


@compiled(INT, LINKS, INT, INT, TAKEN)
def _take_out(links: Links, node: int, begin: int, taken: Taken) -> int:
    """Write down the neighbours of a node from ``begin`` on, and link them to each other instead; give the end."""
    _, to, away_m, back_m = taken
    end = _list(links, node, begin, taken)
    for one in range(begin, end):
        _unlink(links, to[one], node)
        _unlink(links, node, to[one])
    for one in range(begin, end):
        for other in range(one + 1, end):
            there_m, return_m = back_m[one] + away_m[other], back_m[other] + away_m[one]
            if there_m < np.inf or return_m < np.inf:
                _link(links, to[one], to[other], there_m, return_m)
                _link(links, to[other], to[one], return_m, there_m)
    return end


@inlined
def _room(entries: int) -> Taken:
    """Nothing taken out, and room for neighbours."""
    return Taken(0, np.empty(entries, dtype=np.int32), np.empty(entries), np.empty(entries))


@inlined
def _twice(taken: Taken) -> Taken:
    """The same with as much room again."""
    to, away_m, back_m = taken.to, taken.away_m, taken.back_m
    return Taken(
        taken.nodes,
        np.concatenate((to, np.empty_like(to))),
        np.concatenate((away_m, np.empty_like(away_m))),
        np.concatenate((back_m, np.empty_like(back_m))),
    )


@compiled(TAKEN, READ_INT, READ_INT, READ_METRES, INT, FILL_INT, FILL_ROWS)
def eliminate(
    start: NDArray[np.int32],
    neighbour: NDArray[np.int32],
    metres: NDArray[np.float64],
    most: int,
    order: NDArray[np.int32],
    first: NDArray[np.int64],
) -> Taken:
    """Take out nodes in rounds until all that are left have more than ``most`` neighbours.

    ``order`` is filled with the nodes as they are taken out, then those of the core; ``first`` with where the
    neighbours of each begin.
    """
    links = _links_of(start, neighbour, metres)
    live, rank = np.arange(len(order)).astype(np.int32), np.empty(len(order), dtype=np.int64)
    taken = _room(len(neighbour) + most)
    count, end, chosen = 0, 0, 1
    while chosen > 0:
        chosen = _choose(links, live, most, rank, order[count:])
        for node in order[count : count + chosen]:
            if links.first[SPARE] < most * most:
                links = _more(links, len(links.to) // 2 + most * most)
            taken = taken if end + most <= len(taken.to) else _twice(taken)
            first[count], rank[node] = end, NONE
            end = _take_out(links, node, end, taken)
            count += 1
        live = live[rank[live] != NONE]
    while end + len(links.to) - links.first[SPARE] > len(taken.to):
        taken = _twice(taken)
    order[count:] = live
    for core in range(count, len(order)):
        first[core] = end
        end = _list(links, order[core], end, taken)
    first[len(order)] = end
    return Taken(count, taken.to[:end].copy(), taken.away_m[:end].copy(), taken.back_m[:end].copy())
