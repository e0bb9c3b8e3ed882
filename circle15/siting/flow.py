"""How many people find a place when these sites stand: the maximum flow from rows to sites."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from circle15.access.assignment import assign_places

if TYPE_CHECKING:
    from circle15.siting.arrays import Floats, Numbers
    from circle15.siting.rows import CoverRows


@dataclass(frozen=True, eq=False)
class Placed:
    """Who finds a place.

    Attributes
    ----------
    persons
        All who do.
    of_row, at_site, of_pair
        (rows,), (candidates,) and (pairs,) in the order of the rows' candidates: one of the ways there are.
    """

    persons: float
    of_row: Floats
    at_site: Floats
    of_pair: Floats


def placed(rows: CoverRows, capacity: Floats, sites: Numbers) -> Placed:
    """The most people who find a place at these sites.

    Parameters
    ----------
    rows
        People, and the sites in reach of them.
    capacity
        (candidates,): places; ``inf`` holds all.
    sites
        Those that stand.

    Examples
    --------
    >>> from circle15.siting.rows import cover_rows
    >>> rows = cover_rows(np.array([3.0, 4.0]), np.array([0, 0, 1]), np.array([0, 1, 1]), 2)
    >>> placed(rows, np.array([2.0, 4.0]), np.array([0, 1])).persons
    6.0
    """
    stands = np.zeros(rows.candidates, dtype=np.bool_)
    stands[sites] = True
    row = np.repeat(np.arange(len(rows.weight)), np.diff(rows.row_start))
    kept = stands[rows.candidate]
    pairs = pd.DataFrame({"origin": row[kept], "facility": rows.candidate[kept], "cost": 0.0})
    need = pd.Series(rows.weight[np.unique(row[kept])], index=np.unique(row[kept]))
    places = pd.Series(np.minimum(capacity[sites], float(np.sum(rows.weight))), index=sites)
    found = assign_places(pairs, need, places)
    of_pair = np.zeros(len(row))
    of_pair[kept] = found.sent.to_numpy()
    return Placed(
        persons=float(found.served.sum()),
        of_row=np.bincount(row, weights=of_pair, minlength=len(rows.weight)).astype(np.float64),
        at_site=np.bincount(rows.candidate, weights=of_pair, minlength=rows.candidates).astype(np.float64),
        of_pair=of_pair,
    )
