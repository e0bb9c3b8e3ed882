"""How many targets of a place are met, by domain and department."""

from __future__ import annotations

from typing import TYPE_CHECKING

from circle15.catalogue.department_words import department_named
from circle15.catalogue.targets.entries import Compute

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from circle15.catalogue.entries import Department, Service

    Square = tuple[str, str]

MET, SHORT, UNJUDGED = "targets_met", "targets_short", "targets_unjudged"
TARGET_COUNTS = (MET, SHORT, UNJUDGED)
ALL = ""


def target_counts(
    targets: pd.DataFrame, year: int, services: Mapping[str, Service], departments: Mapping[str, Department]
) -> dict[Square, dict[str, int]]:
    """The targets of one year by domain and department, "" standing for all; nothing where there are none.

    Parameters
    ----------
    targets
        ``assess.targets.table.TARGET_COLUMNS``.
    year
        Whose targets.
    services, departments
        By id.

    Returns
    -------
    dict
        ``TARGET_COUNTS`` by domain and department. A target belongs to the department that its document names, else to
        that of the service it is computed of. What has neither counts in all alone.
    """
    own = targets[(targets["year"] == year) & (targets["role"] == "target")]
    counts: dict[Square, dict[str, int]] = {}
    columns = (own[name] for name in ("domain", "department", "compute", "state"))
    for domain, text, compute, state in zip(*columns, strict=True):
        department = department_named(text, departments) or _computed_of(compute, services)
        for square in {(one, other) for one in (ALL, domain) for other in (ALL, department)}:
            told = counts.setdefault(square, dict.fromkeys(TARGET_COUNTS, 0))
            told[{"met": MET, "short": SHORT}.get(state, UNJUDGED)] += 1
    return counts


def _computed_of(compute: str, services: Mapping[str, Service]) -> str:
    """The department of the service that a figure is of; "" where it is of none."""
    parsed = Compute.parse(compute, "", "")
    service = None if parsed is None else services.get(parsed.service)
    return "" if service is None else service.department


def with_targets(table: pd.DataFrame, counts: Mapping[Square, Mapping[str, int]]) -> pd.DataFrame:
    """The scoreboard of one period with the targets of its first unit, the whole area, which is what they are set for.

    Parameters
    ----------
    table
        ``assess.scoreboard.SCOREBOARD_TYPES`` of one period.
    counts
        From ``target_counts``.

    Returns
    -------
    pandas.DataFrame
        NaN for every other unit, and everywhere where no target is set.
    """
    if table.empty or not counts:
        return table
    whole = (table["level"] == table["level"].iloc[0]) & (table["code"] == table["code"].iloc[0])
    squares = list(zip(table["domain"], table["department"], strict=True))
    none = dict.fromkeys(TARGET_COUNTS, 0)
    told = {
        name: [
            float(counts.get(square, none)[name]) if own else float("nan")
            for square, own in zip(squares, whole, strict=True)
        ]
        for name in TARGET_COUNTS
    }
    return table.assign(**told)
