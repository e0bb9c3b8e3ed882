"""The sites whose farthest person walks least: the p-centre (Hakimi 1964), by covering within each distance in turn.

Minieka (1970): the answer is one of the distances between cells and candidates, and it is the shortest within which so
many sites can cover all; so it is found by halving.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from circle15.siting.fewest_sites import fewest_sites
from circle15.siting.most_covered import Choice, Effort
from circle15.siting.rows import cover_rows

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from circle15.siting.rules import Rules

    Floats = NDArray[np.float64]
    Numbers = NDArray[np.int64]


def p_centre(
    metres: Floats,
    cell: Numbers,
    candidate: Numbers,
    cells: int,
    rules: Rules,
    effort: Effort = Effort(),  # noqa: B008  it is frozen
) -> Choice | None:
    """The sites with the least longest way.

    Parameters
    ----------
    metres, cell, candidate
        (pairs,): how far a candidate is from a cell; each pair once. Cells in no pair are left out of account.
    cells
        How many cells there are.
    rules
        What a choice has to keep to.
    effort
        How hard to try.

    Returns
    -------
    Choice or None
        ``value`` in metres. None where no choice reaches everyone by any of the pairs.
    """
    lengths = np.unique(metres)
    wanted = len(np.unique(cell))
    low, high, best = 0, len(lengths) - 1, None
    while low <= high:
        middle = (low + high) // 2
        found = _within(lengths[middle], metres, cell, candidate, cells, rules, wanted, effort)
        if found is None:
            low = middle + 1
        else:
            best, high = Choice(found.sites, float(lengths[middle]), float(lengths[middle]), found.nodes), middle - 1
    return best


def _within(
    limit_m: float,
    metres: Floats,
    cell: Numbers,
    candidate: Numbers,
    cells: int,
    rules: Rules,
    wanted: int,
    effort: Effort,
) -> Choice | None:
    near = metres <= limit_m
    if len(np.unique(cell[near])) < wanted:
        return None
    return fewest_sites(cover_rows(np.ones(cells), cell[near], candidate[near], rules.candidates), rules, effort)
