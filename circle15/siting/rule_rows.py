"""Rules about sites as the rows of a program."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import coo_matrix, csr_matrix, vstack

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from circle15.siting.rules import Rules

    Floats = NDArray[np.float64]


def rule_rows(rules: Rules) -> tuple[csr_matrix, Floats, Floats]:
    """Rows over the candidates, and between what they must lie: how many sites, cost, sites per town, distances.

    Parameters
    ----------
    rules
        Which sites must or must not stand is for the bounds of the candidates, and not among the rows.
    """
    count, towns = rules.candidates, len(rules.floor)
    every = np.arange(count)
    bounded = (rules.floor > 0) | (rules.cap < rules.sites)
    parts = [
        (csr_matrix(np.ones((1, count))), [-np.inf], [float(rules.sites)]),
        (csr_matrix(rules.cost[None, :]), [-np.inf], [rules.budget]),
        (csr_matrix((np.ones(count), (rules.town, every)), shape=(towns, count))[bounded], rules.floor[bounded], rules.cap[bounded]),
        (_pairs(rules), np.full(len(rules.apart), -np.inf), np.ones(len(rules.apart))),
    ]
    kept = [part for part, used in zip(parts, (True, rules.priced, bounded.any(), len(rules.apart) > 0), strict=True) if used]
    rows, low, high = zip(*kept, strict=True)
    return (
        csr_matrix(vstack(rows)),
        np.concatenate([np.asarray(each, dtype=np.float64) for each in low]),
        np.concatenate([np.asarray(each, dtype=np.float64) for each in high]),
    )


def _pairs(rules: Rules) -> csr_matrix:
    number = np.repeat(np.arange(len(rules.apart)), 2)
    return csr_matrix(
        coo_matrix((np.ones(len(number)), (number, rules.apart.ravel())), shape=(len(rules.apart), rules.candidates))
    )
