"""Move people from full facilities to others at the least cost, exactly: minimum-cost flow in whole numbers.

Everybody goes to the nearest facility at first. A facility with more than its places then gives up, one shortest
path at a time, those who lose least by going elsewhere: to a facility with places left, or to one that is full and in
turn gives up others. Whoever finds no place at all goes without, at a price above that of any path between facilities.
Prices on the places of full facilities keep all costs not negative (Edmonds & Karp 1972; Tomizawa 1971), so each path
is found by Dijkstra's algorithm over facilities alone; cells are the carriers between them. For each pair of full
facility and neighbour, the carriers wait in a pairing heap (Fredman et al. 1986) by what they lose.

All kernels of the assignment stand in this file: compiled code is renewed when its own file has changed, not when the
file of a kernel that it calls has.
"""

from __future__ import annotations

import heapq
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from circle15.access.compiled import FILL_INT, FILL_ROWS, INT, READ_INT, READ_ROWS, compiled, inlined, named, read_only

if TYPE_CHECKING:
    from numpy.typing import NDArray

NONE = -1
FAR, NEVER = 2**61, 2**62
DONE, MORE_SLOTS, MORE_WAITING = 0, 1, 2
# Where ``Heaps.counts`` holds how many slots and waiting places were ever used, which was freed last, and how many
# are free.
SLOTS, WAITING, FREED, FREE = 0, 1, 2, 3
FIRST_SLOTS, FIRST_WAITING = 1024, 4096


class Ways(NamedTuple):
    """Who reaches what: the pairs of cells and facilities, ordered by cell and facility.

    Attributes
    ----------
    start
        int64, (cells + 1,): the pairs of cell ``k`` are ``start[k]`` to ``start[k + 1]``.
    cell, facility
        int32, (pairs,).
    cost
        int64, (pairs,): not negative.
    facility_start, of_facility
        int64, (facilities + 1,) and (pairs,): the pairs of facility ``j`` are
        ``of_facility[facility_start[j]:facility_start[j + 1]]``.
    """

    start: NDArray[np.int64]
    cell: NDArray[np.int32]
    facility: NDArray[np.int32]
    cost: NDArray[np.int64]
    facility_start: NDArray[np.int64]
    of_facility: NDArray[np.int64]


class Flow(NamedTuple):
    """Who goes where, in whole units of places.

    Attributes
    ----------
    sent
        int64, (pairs,).
    without
        int64, (cells,): those who find no place.
    load, capacity
        int64, (facilities,): who comes, and the places there are.
    price
        int64, (facilities + 1,): what a place is worth; 0 where some are left, and for going without.
    """

    sent: NDArray[np.int64]
    without: NDArray[np.int64]
    load: NDArray[np.int64]
    capacity: NDArray[np.int64]
    price: NDArray[np.int64]


class Heaps(NamedTuple):
    """Those who could leave a full facility, by facility they could go to and by what they would lose.

    Attributes
    ----------
    first_slot, end_slot
        int64, (facilities,): the slots of a facility, one per neighbour in ascending order, the last for going without;
        -1 as long as nobody had to leave.
    neighbour
        int64, (slots,): the facility one could go to; the number of facilities for going without.
    root
        int32, (slots,): the first of the heap; -1 for none. Nobody is first who uses the old way no longer.
    least
        int64, (slots,): the loss of the first; ``NEVER`` for none.
    loss
        int64, (waiting,): cost of the new way less that of the old.
    old, new
        int32, (waiting,): the pair used now and the pair that would be; -1 for none.
    child, sibling
        int32, (waiting,): the heaps' links.
    counts
        int64, (4,): see ``SLOTS``.
    """

    first_slot: NDArray[np.int64]
    end_slot: NDArray[np.int64]
    neighbour: NDArray[np.int64]
    root: NDArray[np.int32]
    least: NDArray[np.int64]
    loss: NDArray[np.int64]
    old: NDArray[np.int32]
    new: NDArray[np.int32]
    child: NDArray[np.int32]
    sibling: NDArray[np.int32]
    counts: NDArray[np.int64]


class Paths(NamedTuple):
    """Room for one search over facilities, with one place more for going without.

    Attributes
    ----------
    distance
        int64: cheapest change up to here, ``FAR`` where none is found.
    by
        int32: the slot that leads here.
    touched
        int32: the facilities whose distance was set.
    mark
        int32: for which facility's row a facility was last counted as a neighbour.
    """

    distance: NDArray[np.int64]
    by: NDArray[np.int32]
    touched: NDArray[np.int32]
    mark: NDArray[np.int32]


WAYS = named(Ways, READ_ROWS, READ_INT, READ_INT, READ_ROWS, READ_ROWS, READ_ROWS)
FLOW = named(Flow, FILL_ROWS, FILL_ROWS, FILL_ROWS, FILL_ROWS, FILL_ROWS)
HEAPS = named(
    Heaps, FILL_ROWS, FILL_ROWS, FILL_ROWS, FILL_INT, FILL_ROWS, FILL_ROWS, FILL_INT, FILL_INT, FILL_INT, FILL_INT,
    FILL_ROWS,
)  # fmt: skip
PATHS = named(Paths, FILL_ROWS, FILL_INT, FILL_INT, FILL_INT)


def ways_of(
    cell: NDArray[np.int32], facility: NDArray[np.int32], cost: NDArray[np.int64], cells: int, facilities: int
) -> Ways:
    """The pairs as the kernels take them; they come ordered by cell and facility."""
    of_facility = np.argsort(facility, kind="stable")
    return Ways(
        start=read_only(np.searchsorted(cell, np.arange(cells + 1)).astype(np.int64)),
        cell=read_only(cell),
        facility=read_only(facility),
        cost=read_only(cost),
        facility_start=read_only(np.searchsorted(facility[of_facility], np.arange(facilities + 1)).astype(np.int64)),
        of_facility=read_only(of_facility.astype(np.int64)),
    )


def relieve_all(ways: Ways, flow: Flow, price_of_going_without: int) -> None:
    """Move people away from facilities that hold more than their places, at the least total cost.

    Parameters
    ----------
    ways
        Who reaches what.
    flow
        Everybody at a facility that costs least; prices 0. Holds the outcome after.
    price_of_going_without
        More than any path between facilities costs, so that nobody goes without where a place can be found.
    """
    facilities = len(flow.load)
    heaps, paths = _no_heaps(facilities), _no_paths(facilities)
    for facility in np.flatnonzero(flow.load > flow.capacity).tolist():
        while (lacking := relieve(ways, flow, heaps, paths, facility, price_of_going_without)) != DONE:
            heaps = _with_more_room(heaps, lacking)


def _no_heaps(facilities: int) -> Heaps:
    slots, waiting = FIRST_SLOTS + facilities, FIRST_WAITING
    return Heaps(
        first_slot=np.full(facilities, NONE, dtype=np.int64),
        end_slot=np.full(facilities, NONE, dtype=np.int64),
        neighbour=np.empty(slots, dtype=np.int64),
        root=np.empty(slots, dtype=np.int32),
        least=np.empty(slots, dtype=np.int64),
        loss=np.empty(waiting, dtype=np.int64),
        old=np.empty(waiting, dtype=np.int32),
        new=np.empty(waiting, dtype=np.int32),
        child=np.empty(waiting, dtype=np.int32),
        sibling=np.empty(waiting, dtype=np.int32),
        counts=np.array([0, 0, NONE, 0], dtype=np.int64),
    )


def _with_more_room(heaps: Heaps, lacking: int) -> Heaps:
    """The same heaps with twice the room for what is lacking."""
    names = ("neighbour", "root", "least") if lacking == MORE_SLOTS else ("loss", "old", "new", "child", "sibling")
    return heaps._replace(**{name: np.concatenate([getattr(heaps, name)] * 2) for name in names})


def _no_paths(facilities: int) -> Paths:
    return Paths(
        distance=np.full(facilities + 1, FAR, dtype=np.int64),
        by=np.full(facilities + 1, NONE, dtype=np.int32),
        touched=np.empty(facilities + 1, dtype=np.int32),
        mark=np.full(facilities + 1, NONE, dtype=np.int32),
    )


@compiled(INT, HEAPS, INT, INT)
def _linked(heaps: Heaps, one: int, other: int) -> int:
    """Two heaps as one, by the smaller loss, of equal ones the smaller pair; gives its first."""
    loss, old = heaps.loss, heaps.old
    if loss[other] < loss[one] or (loss[other] == loss[one] and old[other] < old[one]):
        one, other = other, one
    heaps.sibling[other] = heaps.child[one]
    heaps.child[one] = other
    return one


@compiled(INT, HEAPS, INT, INT, INT, INT)
def _push(heaps: Heaps, slot: int, loss: int, old: int, new: int) -> int:
    """Let one way wait in a slot; there is room."""
    counts = heaps.counts
    if counts[FREED] != NONE:
        at = counts[FREED]
        counts[FREED] = heaps.sibling[at]
        counts[FREE] -= 1
    else:
        at = counts[WAITING]
        counts[WAITING] += 1
    heaps.loss[at], heaps.old[at], heaps.new[at] = loss, old, new
    heaps.child[at], heaps.sibling[at] = NONE, NONE
    first = heaps.root[slot]
    first = at if first == NONE else _linked(heaps, first, at)
    heaps.root[slot] = first
    heaps.least[slot] = heaps.loss[first]
    return int(at)


@compiled(INT, HEAPS, INT)
def _pop(heaps: Heaps, slot: int) -> int:
    """Take the first of a slot away; gives the next."""
    gone, counts, sibling = heaps.root[slot], heaps.counts, heaps.sibling
    paired = NONE
    one = heaps.child[gone]
    while one != NONE:
        other = sibling[one]
        after = sibling[other] if other != NONE else NONE
        both = _linked(heaps, one, other) if other != NONE else one
        sibling[both] = paired
        paired = both
        one = after
    first = NONE
    while paired != NONE:
        after = sibling[paired]
        sibling[paired] = NONE
        first = paired if first == NONE else _linked(heaps, first, paired)
        paired = after
    heaps.root[slot] = first
    sibling[gone] = counts[FREED]
    counts[FREED] = gone
    counts[FREE] += 1
    return first


@compiled(INT, HEAPS, INT, INT, INT)
def _slot(heaps: Heaps, low: int, high: int, to: int) -> int:
    """The slot from ``low`` on for a neighbour; ``high`` is for a later one."""
    while low < high:
        middle = (low + high) // 2
        if heaps.neighbour[middle] < to:
            low = middle + 1
        else:
            high = middle
    return low


@compiled(INT, FLOW, HEAPS, INT)
def _refresh(flow: Flow, heaps: Heaps, slot: int) -> int:
    """Take from the head of a slot those who no longer use their old way; gives the first who does."""
    first = heaps.root[slot]
    while first != NONE and flow.sent[heaps.old[first]] == 0:
        first = _pop(heaps, slot)
    heaps.least[slot] = NEVER if first == NONE else heaps.loss[first]
    return int(first)


@compiled(INT, WAYS, FLOW, HEAPS, INT, INT)
def _leave(ways: Ways, flow: Flow, heaps: Heaps, pair: int, facility: int) -> int:
    """Nobody uses a pair any longer: none of them is to be first in a slot of its facility."""
    cell, slot, last = ways.cell[pair], heaps.first_slot[facility], heaps.end_slot[facility] - 1
    for other in range(ways.start[cell], ways.start[cell + 1]):
        if other != pair:
            slot = _slot(heaps, slot, last, ways.facility[other])
            if heaps.old[heaps.root[slot]] == pair:
                _refresh(flow, heaps, slot)
    return _refresh(flow, heaps, last)


@compiled(INT, WAYS, HEAPS, INT, INT, INT)
def _wait(ways: Ways, heaps: Heaps, pair: int, facility: int, price_of_going_without: int) -> int:
    """Let those who use a pair wait in all slots of its facility; gives how many slots."""
    cell, cost = ways.cell[pair], ways.cost[pair]
    slot, last = heaps.first_slot[facility], heaps.end_slot[facility] - 1
    for other in range(ways.start[cell], ways.start[cell + 1]):
        if other != pair:
            slot = _slot(heaps, slot, last, ways.facility[other])
            _push(heaps, slot, ways.cost[other] - cost, pair, other)
    _push(heaps, last, price_of_going_without - cost, pair, NONE)
    return int(ways.start[cell + 1] - ways.start[cell])


@compiled(INT, HEAPS)
def _room(heaps: Heaps) -> int:
    """How many may still wait."""
    return int(len(heaps.loss) - heaps.counts[WAITING] + heaps.counts[FREE])


@compiled(INT, WAYS, FLOW, HEAPS, PATHS, INT, INT)
def _open_row(ways: Ways, flow: Flow, heaps: Heaps, paths: Paths, facility: int, price_of_going_without: int) -> int:
    """Make the slots of a facility and let all who use it wait in them; or tell what there is no room for."""
    facilities = len(flow.load)
    pairs = ways.of_facility[ways.facility_start[facility] : ways.facility_start[facility + 1]]
    first = heaps.counts[SLOTS]
    slot, waiting = first, 0
    for pair in pairs:
        cell = ways.cell[pair]
        if flow.sent[pair] > 0:
            waiting += ways.start[cell + 1] - ways.start[cell]
        for other in range(ways.start[cell], ways.start[cell + 1]):
            to = ways.facility[other]
            if to == facility or paths.mark[to] == facility:
                continue
            if slot + 1 >= len(heaps.root):
                paths.mark[:] = NONE
                return MORE_SLOTS
            paths.mark[to] = facility
            heaps.neighbour[slot] = to
            slot += 1
    if waiting > _room(heaps) or slot >= len(heaps.root):
        paths.mark[:] = NONE
        return MORE_WAITING if waiting > _room(heaps) else MORE_SLOTS
    heaps.neighbour[first:slot].sort()
    heaps.neighbour[slot] = facilities
    heaps.root[first : slot + 1] = NONE
    heaps.least[first : slot + 1] = NEVER
    heaps.first_slot[facility], heaps.end_slot[facility], heaps.counts[SLOTS] = first, slot + 1, slot + 1
    for pair in pairs:
        if flow.sent[pair] > 0:
            _wait(ways, heaps, pair, facility, price_of_going_without)
    return DONE


@compiled(INT, PATHS, INT)
def _forget(paths: Paths, count: int) -> int:
    """Ready for the next search: no distance is known."""
    for at in paths.touched[:count]:
        paths.distance[at] = FAR
    return count


@inlined
def _takes_more(load: NDArray[np.int64], capacity: NDArray[np.int64], at: int) -> bool:
    """Whether a path can end here: at going without, or at a facility with places left."""
    return at == len(load) or load[at] < capacity[at]


@compiled(INT, WAYS, FLOW, HEAPS, PATHS, INT, INT)
def _settle(ways: Ways, flow: Flow, heaps: Heaps, paths: Paths, source: int, price_of_going_without: int) -> int:
    """Search from a facility to the cheapest end: one with places left, or going without.

    Gives how many facilities were touched, the end being the last that was settled: ``paths.mark`` of the place for
    going without holds it. Negative: what there is no room for.
    """
    facilities = len(flow.load)
    # Names of their own: reading an array out of a tuple for each slot would count references.
    distance, by, price, neighbour, least = paths.distance, paths.by, flow.price, heaps.neighbour, heaps.least
    distance[source] = 0
    paths.touched[0] = source
    count = 1
    cheapest = FAR
    queue = [(0, source)]
    while True:
        here, facility = heapq.heappop(queue)
        if here > distance[facility]:
            continue
        if _takes_more(flow.load, flow.capacity, facility):
            paths.mark[facilities] = facility
            return count
        if heaps.first_slot[facility] == NONE:
            lacking = _open_row(ways, flow, heaps, paths, facility, price_of_going_without)
            if lacking != DONE:
                _forget(paths, count)
                return -lacking
        base = here - price[facility]
        for slot in range(heaps.first_slot[facility], heaps.end_slot[facility]):
            to = int(neighbour[slot])
            there = base + least[slot] + price[to]
            if there >= distance[to] or there > cheapest:
                continue
            if distance[to] == FAR:
                paths.touched[count] = to
                count += 1
            distance[to], by[to] = there, slot
            if _takes_more(flow.load, flow.capacity, to):
                cheapest = there
            heapq.heappush(queue, (there, to))


@compiled(INT, WAYS, FLOW, HEAPS, PATHS, INT, INT)
def _step(ways: Ways, flow: Flow, heaps: Heaps, paths: Paths, source: int, end: int) -> int:
    """How much can be moved along the path that was found; 0 where there is no room for those who then wait."""
    facilities = len(flow.load)
    amount = flow.load[source] - flow.capacity[source]
    if end < facilities:
        amount = min(amount, flow.capacity[end] - flow.load[end])
    waiting, at = 0, end
    while at != source:
        pair = heaps.old[heaps.root[paths.by[at]]]
        amount = min(amount, flow.sent[pair])
        cell = ways.cell[pair]
        waiting += ways.start[cell + 1] - ways.start[cell]
        at = ways.facility[pair]
    return amount if waiting <= _room(heaps) else 0


@compiled(INT, WAYS, FLOW, HEAPS, PATHS, INT, INT, INT, INT)
def _move(
    ways: Ways, flow: Flow, heaps: Heaps, paths: Paths, source: int, end: int, amount: int, price_of_going_without: int
) -> int:
    """Move this much along the path; gives how many facilities it passes."""
    facilities = len(flow.load)
    flow.load[source] -= amount
    if end < facilities:
        flow.load[end] += amount
    at, hops = end, 0
    while at != source:
        first = heaps.root[paths.by[at]]
        old, new = heaps.old[first], heaps.new[first]
        flow.sent[old] -= amount
        if flow.sent[old] == 0:
            _leave(ways, flow, heaps, old, ways.facility[old])
        if new == NONE:
            flow.without[ways.cell[old]] += amount
        else:
            before = flow.sent[new]
            flow.sent[new] += amount
            if before == 0 and heaps.first_slot[at] != NONE:
                _wait(ways, heaps, new, at, price_of_going_without)
        at = ways.facility[old]
        hops += 1
    return hops


@compiled(INT, WAYS, FLOW, HEAPS, PATHS, INT, INT)
def relieve(ways: Ways, flow: Flow, heaps: Heaps, paths: Paths, source: int, price_of_going_without: int) -> int:
    """Move people away from one facility until it holds no more than its places; or tell what there is no room for."""
    facilities = len(flow.load)
    while flow.load[source] > flow.capacity[source]:
        count = _settle(ways, flow, heaps, paths, source, price_of_going_without)
        if count < 0:
            return -count
        end = paths.mark[facilities]
        paths.mark[facilities] = NONE
        reached = paths.distance[end]
        amount = _step(ways, flow, heaps, paths, source, end)
        if amount > 0:
            for at in paths.touched[:count]:
                flow.price[at] += max(0, reached - paths.distance[at])
        _forget(paths, count)
        if amount == 0:
            return MORE_WAITING
        _move(ways, flow, heaps, paths, source, end, amount, price_of_going_without)
    return DONE
