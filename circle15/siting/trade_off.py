"""Most people or most index: the choices between the two, as the weight moves from the one to the other."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from circle15.errors import ConfigurationError
from circle15.siting.choice import USUAL, untold
from circle15.siting.gains.most_gained import most_gained
from circle15.siting.memory import require_memory
from circle15.siting.numbered import numbered
from circle15.siting.soundness import require_sound
from circle15.siting.worth import by_reach, reached_persons, root_reach_persons

if TYPE_CHECKING:
    from collections.abc import Callable

    from circle15.siting.choice import Effort
    from circle15.siting.problem import SitingProblem

SHARES = (0.0, 0.25, 0.5, 0.75, 1.0)


def trade_off(
    problem: SitingProblem, effort: Effort = USUAL, told: Callable[[int, int], None] = untold
) -> pd.DataFrame:
    """Sites for weights between most people (share 0) and most index (share 1).

    Parameters
    ----------
    problem
        Its objective does not matter.
    effort
        How hard to try, for each weight; the time is for all of them.
    told
        Called with how many weights are done, and of how many.

    Returns
    -------
    DataFrame
        ``share`` of the index, ``people`` within reach, ``index``: people by the root of their reach, ``proven``,
        ``candidates``: ids of the new sites. Choices that lie on the straight lines between these are not all met.

    Raises
    ------
    DataError, ConfigurationError, Faults
        As for ``solve``.
    """
    require_sound(problem)
    whole = numbered(problem)
    require_memory(whole)
    records = []
    for number, share in enumerate(SHARES):
        pairs = by_reach(whole, share), whole.cell, whole.candidate
        found = most_gained(*pairs, len(whole.persons), whole.rules, effort.share(len(SHARES) - number))
        told(number + 1, len(SHARES))
        if found is None:
            raise ConfigurationError("siting.no_choice")
        records.append(
            {
                "share": share,
                "people": reached_persons(whole, found.sites),
                "index": root_reach_persons(whole, found.sites),
                "proven": found.proven,
                "candidates": tuple(whole.candidates.index[found.sites[~whole.existing[found.sites]]]),
            }
        )
    return pd.DataFrame(records)
