"""What a comparison of two periods holds, and whether it still tells of the runs that lie there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from circle15.catalogue.entries import ALL_SERVICES

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pandas as pd

    from circle15.model.ledger import Note
    from circle15.results.results import Results

COMPARED = "compare"
UNIT = ["level", "code"]
# Figures that were written and read back are the same to the last bit; this is for those summed in another order.
SAME = 1e-9


@dataclass(frozen=True, eq=False)
class Comparison:
    """Two periods of one place, and what every change is due to.

    Attributes
    ----------
    old, new
        The two runs as they were published.
    split
        ``level, code, name, service`` (``all_services`` for the unit's own scores), ``measure, old, old_under_new,
        new, change, facilities, capacity, population, network, definitions, undivided, published_old,
        published_new``. ``old`` and ``new`` are the two years like for like: on today's units, with the services that
        both have. ``old_under_new`` is the old year's data under the new year's definitions. The factors and
        ``undivided`` (what cannot be told apart without the raw files) add up to ``change``. ``published_...`` are
        the figures as they were published.
    sites
        ``level, code, name, service, change, old_id, new_id, site, coverage, access, root_access, balanced_access,
        people_in_reach``: what every opened, closed or moved facility did to every unit.
    series
        ``period, level, code, name, service, measure, as_published, under_definitions, services, all_services``: every
        period of the place that has been run, as published and under the new period's definitions.
    notes
        What the reader of these numbers should know.
    """

    old: Results
    new: Results
    split: pd.DataFrame
    sites: pd.DataFrame
    series: pd.DataFrame
    notes: tuple[Note, ...]

    @property
    def periods(self) -> tuple[str, str]:
        """The two periods."""
        return self.old.study.study.period, self.new.study.study.period


def still_published(split: pd.DataFrame, end: str, figures: pd.DataFrame, measures: Iterable[str]) -> bool:
    """Whether the scores that a comparison calls published are those of a run, unit by unit.

    A run that has been made anew since has others, and the comparison tells of it no more.

    Parameters
    ----------
    split
        ``Comparison.split``.
    end
        ``old`` or ``new``.
    figures
        ``level, code`` and the measures, as of the index of that run; fractions.
    measures
        Which scores to look at.
    """
    for measure in measures:
        rows = split[(split["service"] == ALL_SERVICES) & (split["measure"] == measure)]
        both = rows[[*UNIT, f"published_{end}"]].merge(figures[[*UNIT, measure]], on=UNIT)
        apart = (both[f"published_{end}"], both[measure])
        if both.empty or not np.allclose(*apart, rtol=0.0, atol=SAME, equal_nan=True):
            return False
    return True
