"""Issues of several services at one place: linked, not merged, since each has an office that answers for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from circle15.assess.issues.columns import OUT_OF_REACH

if TYPE_CHECKING:
    from circle15.assess.issues.shortfalls import Shortfalls

# Of the residents of the smaller of two; where they share less they are different places.
LEAST_SHARE = 0.5
BETWEEN = "、"


def together(found: Shortfalls, ids: list[str]) -> list[str]:
    """Per area out of reach the ids of those of other services at the same place; "" for all others.

    Two are at one place where at least half of the residents of the smaller are in both.

    Parameters
    ----------
    found
        The shortfalls of one run.
    ids
        Their ids.
    """
    services = found.frame["service"]
    areas = np.flatnonzero((found.frame["kind"] == OUT_OF_REACH).to_numpy())
    members = found.members.loc[found.members["shortfall"].isin(areas), ["shortfall", "cell_id", "residents"]]
    pairs = members.merge(members[["shortfall", "cell_id"]], on="cell_id", suffixes=("", "_other"))
    pairs = pairs[pairs["shortfall"] != pairs["shortfall_other"]]
    shared = pairs.groupby(["shortfall", "shortfall_other"])["residents"].sum().reset_index()
    whole = members.groupby("shortfall")["residents"].sum()
    least = pd.concat([shared[side].map(whole) for side in ("shortfall", "shortfall_other")], axis=1).min(axis=1)
    near = shared[(shared["residents"] >= LEAST_SHARE * least) & (least > 0)]
    linked: dict[int, set[str]] = {}
    for one, other in zip(near["shortfall"].tolist(), near["shortfall_other"].tolist(), strict=True):
        if services[one] != services[other]:
            linked.setdefault(one, set()).add(ids[other])
    return [BETWEEN.join(sorted(linked.get(number, ()))) for number in range(len(found.frame))]
