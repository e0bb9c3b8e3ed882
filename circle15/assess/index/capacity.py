"""Scores of capacity and quality of each cell: supply per head against fixed standards.

Supply per head is the two-step floating catchment area (Luo and Wang 2003) with the binary catchment of the cell's own
rule. It is the one of its family that a further facility, a place or a flag never lowers, in any cell: each facility's
ratio depends on its own places and the people around it alone. Beyond the border facilities serve as those inside do;
the people who live there are not known, and do not compete.

Whether a service has such scores is decided once for the whole district, never per cell. It has one of capacity where
the three states can be told (``assess.places``): there is a numeric standard for the people counted, and of at most a
fifth of the facilities in reach the capacity is unknown; these count as holding nothing, so the score is a lower bound.
It has one of quality where moreover a flag has a target share and the lists of all but a fifth of these facilities have
a column of that flag.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd

from circle15.access.measures.floating_catchment_area import two_step
from circle15.access.measures.pair_table import PairTable
from circle15.assess.flags import flag_known
from circle15.assess.places import MOST_UNKNOWN
from circle15.model.facilities import FLAG

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from circle15.assess.places import Sites

    Floats = NDArray[np.float64]
    QualityLack = Literal["", "capacity", "target", "flag"]


@dataclass(frozen=True, eq=False)
class SupplyScores:
    """What the cells of a district have of the places of one service, ordered by cell_id.

    Attributes
    ----------
    per_head
        Places per head of the group, 2SFCA.
    capacity
        ``m = min(1, 2SFCA / standard per head)``.
    quality
        ``q = min(1, 2SFCA of flagged places / (standard per head x target share))``; None where not known.
    score
        ``u``: the mean of those that there are.
    """

    per_head: Floats
    capacity: Floats
    quality: Floats | None
    score: Floats


def supplies_of_services(sites: Sequence[Sites]) -> dict[str, SupplyScores]:
    """The supply scores of every service that has the data for them, by its id."""
    return {each.circle.service.id: supply_scores(each) for each in sites if not each.lack}


def supply_scores(sites: Sites) -> SupplyScores:
    """The supply scores of one service that has the data for them (``sites.lack`` is "").

    Parameters
    ----------
    sites
        Cells, facilities and pairs of the service.
    """
    table = supply_table(sites)
    everywhere = np.ones(len(table.cost))
    quality = None
    target = sites.circle.service.quality
    if target is not None and not quality_lack(sites):
        flagged = flagged_supply(sites, target.flag)
        quality = quality_score(table, everywhere, flagged, sites.per_head, target.share)
    per_head = two_step(table, everywhere)
    capacity = adequacy(per_head, sites.per_head)
    return SupplyScores(per_head, capacity, quality, supply_score(capacity, quality))


def supply_table(sites: Sites) -> PairTable:
    """The pairs of a service within the limit of each cell's own rule, people and places between which they lie.

    Facilities of unknown capacity hold nothing. For another draw put other arrays in with ``dataclasses.replace``.
    """
    known = sites.facilities["capacity"].fillna(0.0).to_numpy(dtype=np.float64)
    return PairTable(
        origins=pd.RangeIndex(len(sites.cells)),
        facilities=pd.RangeIndex(len(sites.facilities)),
        origin=sites.near["origin"].to_numpy(dtype=np.intp),
        facility=sites.near["facility"].to_numpy(dtype=np.intp),
        cost=sites.near["cost"].to_numpy(dtype=np.float64),
        demand=sites.circle.persons(sites.cells),
        supply=known,
    )


def flagged_supply(sites: Sites, flag: str) -> Floats:
    """The known places of facilities that bear a flag, 0 at the others, (facilities,)."""
    known = sites.facilities["capacity"].fillna(0.0).to_numpy(dtype=np.float64)
    return np.where(sites.facilities[f"{FLAG}{flag}"].to_numpy(dtype=np.bool_), known, 0.0)


def quality_lack(sites: Sites) -> QualityLack:
    """Why a service has no score of quality; "" where it has.

    No known ``capacity``, no ``target`` for a flag, or too few facilities in reach of whose lists there is a column of
    the ``flag``.
    """
    target = sites.circle.service.quality
    if sites.lack:
        return "capacity"
    if target is None:
        return "target"
    reached = sites.facilities.iloc[sites.near["facility"].unique()]
    untold = (~flag_known(reached, target.flag)).sum()
    has_column = f"{FLAG}{target.flag}" in sites.facilities
    return "" if has_column and untold <= MOST_UNKNOWN * len(reached) else "flag"


def capacity_score(table: PairTable, weight: Floats, standard: float) -> Floats:
    """``m`` of each cell, (origins,).

    Parameters
    ----------
    table
        Pairs, people and places.
    weight
        (pairs,): 1 where the pair is within the limit, else 0.
    standard
        Places per head of the people counted.
    """
    return adequacy(two_step(table, weight), standard)


def quality_score(table: PairTable, weight: Floats, flagged: Floats, standard: float, share: float) -> Floats:
    """``q`` of each cell, (origins,).

    Parameters
    ----------
    table, weight, standard
        As for ``capacity_score``.
    flagged
        (facilities,): places that bear the flag.
    share
        The share of the standard's places that ought to.
    """
    return adequacy(two_step(replace(table, supply=flagged), weight), standard * share)


def supply_score(capacity: Floats, quality: Floats | None) -> Floats:
    """``u``: the mean of m and q, or m where nothing is known of quality."""
    return capacity if quality is None else (capacity + quality) / 2.0


def adequacy(per_head: Floats, standard: float) -> Floats:
    """What share of a standard is met, not above 1; a standard of nothing is met.

    Examples
    --------
    >>> adequacy(np.array([0.0, 0.1, 0.3]), 0.2).tolist()
    [0.0, 0.5, 1.0]
    """
    share = np.divide(per_head, standard, out=np.ones(len(per_head)), where=standard > 0)
    return np.minimum(share, 1.0)
