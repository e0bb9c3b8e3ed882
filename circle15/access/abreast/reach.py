"""The places in reach of a batch of searches, and all batches one after the other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from circle15.access.abreast.found import FOUND
from circle15.access.abreast.lanes import LANES, meet
from circle15.access.abreast.places import PLACES
from circle15.access.abreast.room import ROOM
from circle15.access.abreast.searches import SEARCHES
from circle15.access.abreast.spread import FULL, NONE_BESIDE, enter_doors, leave, spread
from circle15.access.compiled import FILL_ROWS, INT, METRES, TWO_INTS, compiled
from circle15.access.layout import STREETS
from circle15.access.search import along

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from circle15.access.abreast.found import Found
    from circle15.access.abreast.places import Places
    from circle15.access.abreast.room import Room
    from circle15.access.abreast.searches import Searches
    from circle15.access.layout import Streets


@compiled(INT, PLACES, METRES, ROOM, INT)
def _meet_places(places: Places, limit_m: float, room: Room, taken: int) -> int:
    """List the places in reach of any lane by an end of their edge, and all beside which a door may be; how many."""
    slot, nodes, metres, _, beside, _, _, place, ways = room
    first, heads, row, tail_m, head_m, leg_m, _, _ = places
    count = 0
    for tail in range(1, taken):
        begin, end = first[nodes[tail]], first[nodes[tail] + 1]
        if count + end - begin >= len(place):
            return FULL
        all_kept = beside[tail] != NONE_BESIDE
        beside[tail] = count
        for at in range(begin, end):
            place[count] = row[at]
            within = meet(metres, tail, slot[heads[at]], (tail_m[at], head_m[at], leg_m[at]), limit_m, ways, count)
            count += all_kept | (within != 0)
    return count


@compiled(INT, STREETS, SEARCHES, INT, INT, PLACES, ROOM)
def _meet_doors(streets: Streets, searches: Searches, begin: int, end: int, places: Places, room: Room) -> int:
    """Shorten the ways to places on the same edge as a door where the edge itself is shorter."""
    first, ways = places.first, room.ways
    for search in range(begin, end):
        for door in range(searches.first_door[search], searches.first_door[search + 1]):
            edge, there = searches.edge[door], (searches.share[door], searches.tail_m[door], searches.head_m[door])
            forward_m, backward_m = streets.forward_m[edge], streets.backward_m[edge]
            tail = streets.from_node[edge]
            listed = room.beside[room.slot[tail]] - first[tail]
            for at in range(first[tail], first[tail + 1]):
                if places.edge[places.row[at]] != edge:
                    continue
                place = (places.share[places.row[at]], places.tail_m[at], places.head_m[at])
                along_m = along(forward_m, backward_m, place, there)
                way_m = searches.leg_m[door] + along_m + places.leg_m[at]
                ways[listed + at, search - begin] = min(ways[listed + at, search - begin], way_m)
    return end


@compiled(INT, ROOM, INT, INT, METRES, FOUND, INT)
def _write(room: Room, listed: int, lane: int, limit_m: float, found: Found, count: int) -> int:
    """Write down the listed places in reach of a lane from ``count`` on; where they end."""
    place, ways, place_found, metres_found = room.place, room.ways, found.place, found.metres
    for at in range(listed):
        place_found[count], metres_found[count] = place[at], ways[at, lane]
        count += ways[at, lane] <= limit_m
    return count


@compiled(TWO_INTS, STREETS, SEARCHES, PLACES, INT, INT, METRES, METRES, ROOM, FOUND, INT, FILL_ROWS)
def search_each(
    streets: Streets,
    searches: Searches,
    places: Places,
    begin: int,
    end: int,
    limit_m: float,
    width_m: float,
    room: Room,
    found: Found,
    count: int,
    end_found: NDArray[np.int64],
) -> tuple[int, int]:
    """Do the searches from ``begin`` to ``end`` and write down the places in reach of each from ``count`` on.

    Those of each search end at ``end_found``. Gives the search before which it stopped, and why: ``FULL`` where
    ``room`` is, which is spent then, or for how many pairs ``found`` must have room; at the end 0.
    """
    search = begin
    while search < end:
        after = min(search + LANES, end)
        taken = enter_doors(streets, searches, search, after, limit_m, room)
        if taken == FULL:
            return search, FULL
        taken = spread(streets, limit_m, width_m, room, taken)
        if taken == FULL:
            return search, FULL
        listed = _meet_places(places, limit_m, room, taken)
        if listed == FULL:
            return search, FULL
        _meet_doors(streets, searches, search, after, places, room)
        leave(room, taken)
        most = count + listed * (after - search) + 1
        if most > len(found.place):
            return search, most
        for lane in range(after - search):
            count = _write(room, listed, lane, limit_m, found, count)
            end_found[search + lane] = count
        search = after
    return search, 0
