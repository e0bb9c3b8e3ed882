"""Random footprints and areas, and the assignment that shares most people found by trying everything."""

import pandas as pd
from hypothesis import strategies as st

from circle15.assess.issues.matching import LEAST_SHARE, matched, overlaps

IDS = "abcd"
footprint_rows = st.lists(
    st.tuples(st.sampled_from(IDS), st.integers(0, 7), st.integers(0, 40)), max_size=20, unique_by=lambda row: row[:2]
)
area_rows = st.lists(
    st.tuples(st.integers(0, 7), st.integers(0, 3), st.integers(0, 40)), max_size=8, unique_by=lambda row: row[0]
)


def table(rows, name):
    frame = pd.DataFrame(rows, columns=[name, "cell_id", "persons"])
    return frame.assign(topic="x").astype({"cell_id": "str", "persons": float})


def check_matching(old_rows, new_rows, random):
    """Each id and area once, enough shared, the most altogether, in any order of rows; give how many were matched."""
    old = table([(id_, str(cell), people) for id_, cell, people in old_rows], "id")
    new = table([(area, str(cell), people) for cell, area, people in new_rows], "area")
    found = overlaps(old, new)
    pairs = matched(found)
    assert len(set(pairs.values())) == len(pairs)
    shares = found.set_index(["id", "area"])
    assert all(shares.at[(id_, area), "share"] >= LEAST_SHARE for area, id_ in pairs.items())
    orders = [list(range(len(side))) for side in (old, new)]
    for order in orders:
        random.shuffle(order)
    assert matched(overlaps(old.iloc[orders[0]], new.iloc[orders[1]])) == pairs
    shared = sum(shares.at[(id_, area), "shared"] for area, id_ in pairs.items())
    assert abs(shared - most_shared(found)) < 1e-6
    return len(pairs)


def most_shared(found):
    """By trying everything."""
    enough = found[found["share"] >= LEAST_SHARE]
    return _most(list(enough[["id", "area", "shared"]].itertuples(index=False, name=None)), frozenset(), frozenset())


def _most(rest, ids, areas):
    if not rest:
        return 0.0
    (id_, area, shared), *more = rest
    without = _most(more, ids, areas)
    if id_ in ids or area in areas:
        return without
    return max(without, shared + _most(more, ids | {id_}, areas | {area}))
