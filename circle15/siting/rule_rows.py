"""Rules about sites as the rows of a program."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import coo_matrix, csr_matrix, vstack

if TYPE_CHECKING:
    from circle15.siting.arrays import Floats, Numbers
    from circle15.siting.rules import Rules


def rule_rows(rules: Rules) -> tuple[csr_matrix, Floats, Floats]:
    """Rows over the candidates, and between what they must lie.

    How many sites, cost, sites per town, distances; where some may close, how many are new and how many stay, and that
    only those grow.

    Parameters
    ----------
    rules
        Which sites must or must not stand is for the bounds of the candidates, and not among the rows.
    """
    count = rules.candidates
    parts: list[tuple[csr_matrix, Floats, Floats]] = [_limit(np.ones(count), rules.sites)]
    if rules.priced:
        parts.append(_limit(rules.cost, rules.budget))
    bounded = (rules.floor > 0) | (rules.cap < rules.sites)
    per_town = coo_matrix((np.ones(count), (rules.town, np.arange(count))), shape=(len(bounded), count))
    parts.append(
        (csr_matrix(per_town)[bounded], rules.floor[bounded].astype(np.float64), rules.cap[bounded].astype(np.float64))
    )
    parts.append((_pairs(rules.apart, 1.0, count), np.full(len(rules.apart), -np.inf), np.ones(len(rules.apart))))
    parts.append((_pairs(rules.needs, -1.0, count), np.full(len(rules.needs), -np.inf), np.zeros(len(rules.needs))))
    if rules.turning:
        parts.append(_limit(_ones_at(rules.new, count), rules.most_new))
        staying = csr_matrix(_ones_at(rules.closing, count)[None, :])
        parts.append((staying, np.array([float(rules.least_staying)]), np.array([np.inf])))
    rows, low, high = zip(*parts, strict=True)
    return csr_matrix(vstack(rows)), np.concatenate(low), np.concatenate(high)


def _limit(each: Floats, most: float) -> tuple[csr_matrix, Floats, Floats]:
    """One row: what the sites are counted at together, and the most that it may be."""
    return csr_matrix(each[None, :]), np.array([-np.inf]), np.array([float(most)])


def _ones_at(numbers: Numbers, count: int) -> Floats:
    found = np.zeros(count)
    found[numbers] = 1.0
    return found


def _pairs(pairs: Numbers, second: float, count: int) -> csr_matrix:
    """A row per pair: the first of it, and the other ``second`` times."""
    number = np.repeat(np.arange(len(pairs)), 2)
    each = np.tile([1.0, second], len(pairs))
    return csr_matrix(coo_matrix((each, (number, pairs.ravel())), shape=(len(pairs), count)))
