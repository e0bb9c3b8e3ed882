"""A problem without what is settled already: sites that must or must not stand, and rows that they cover."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from circle15.siting.rows import CoverRows, cover_rows

if TYPE_CHECKING:
    from circle15.siting.arrays import Flags, Numbers
    from circle15.siting.rules import Rules


@dataclass(frozen=True, eq=False)
class Open:
    """What is left to choose.

    Attributes
    ----------
    rows, rules
        Of the candidates that are left, by their numbers here.
    free
        The numbers that they had, ascending.
    standing
        The sites that stand whatever is chosen, by the numbers that they had, ascending.
    covered
        The weight that those cover.
    """

    rows: CoverRows
    rules: Rules
    free: Numbers
    standing: Numbers
    covered: float

    def whole(self, chosen: Numbers) -> Numbers:
        """A choice among those left as one among all, ascending."""
        return np.sort(np.concatenate([self.standing, self.free[chosen]]))


def settled(rows: CoverRows, rules: Rules) -> Open:
    """Leave out sites that must or must not stand, those too near to the former or too dear, and rows covered already.

    Parameters
    ----------
    rows, rules
        The whole problem, whose rules can be kept (``require_possible``).
    """
    left, free, standing = left_rules(rules)
    covered = rows.covered(standing)
    return Open(
        rows=_among(rows, ~covered, free),
        rules=left,
        free=free,
        standing=standing,
        covered=float(np.sum(rows.weight[covered])),
    )


def left_rules(rules: Rules) -> tuple[Rules, Numbers, Numbers]:
    """The rules for those that may still be chosen, their numbers, and the numbers of those that stand."""
    standing = np.flatnonzero(rules.must)
    spent = float(np.sum(rules.cost[standing]))
    barred = rules.forbidden | rules.must
    one, other = rules.apart.T
    barred[one[rules.must[other]]] = True
    barred[other[rules.must[one]]] = True
    barred |= rules.cost > rules.budget - spent
    one, other = rules.needs.T
    barred[one[barred[other] & ~rules.must[other]]] = True
    free = np.flatnonzero(~barred)
    return _among_free(rules, free, standing, spent), free, standing


def _among(rows: CoverRows, wanted: Flags, free: Numbers) -> CoverRows:
    """Wanted rows, and who of the free candidates covers them."""
    number = np.full(rows.candidates, -1, dtype=np.int64)
    number[free] = np.arange(len(free))
    row = np.repeat(np.arange(len(rows.weight)), np.diff(rows.row_start))
    kept = wanted[row] & (number[rows.candidate] >= 0)
    return cover_rows(rows.weight, row[kept], number[rows.candidate[kept]], len(free))


def _among_free(rules: Rules, free: Numbers, standing: Numbers, spent: float) -> Rules:
    number = np.full(rules.candidates, -1, dtype=np.int64)
    number[free] = np.arange(len(free))
    per_town = np.bincount(rules.town[standing], minlength=len(rules.floor))
    apart, needs = number[rules.apart], number[rules.needs]
    new, closing = number[rules.new], number[rules.closing]
    stands = np.zeros(rules.candidates, dtype=np.bool_)
    stands[standing] = True
    none = np.zeros(len(free), dtype=np.bool_)
    return replace(
        rules,
        sites=rules.sites - len(standing),
        cost=rules.cost[free],
        town=rules.town[free],
        floor=np.maximum(rules.floor - per_town, 0),
        cap=rules.cap - per_town,
        must=none,
        forbidden=none,
        budget=rules.budget - spent,
        apart=apart[(apart >= 0).all(axis=1)],
        new=new[new >= 0],
        most_new=rules.most_new - int(stands[rules.new].sum()),
        closing=closing[closing >= 0],
        least_staying=max(rules.least_staying - int(stands[rules.closing].sum()), 0),
        needs=needs[(needs >= 0).all(axis=1)],
    )
