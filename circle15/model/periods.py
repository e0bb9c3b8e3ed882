"""The day that a study is of."""

from __future__ import annotations

import calendar
import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from circle15.model.study import About

MONTHS_OF_QUARTER = 3
DECEMBER = 12


def study_day(about: About) -> datetime.date:
    """The study's date, else the last day of its period.

    Examples
    --------
    >>> from circle15.model.study import About
    >>> [study_day(About(place="x", id="x", period=period)).isoformat() for period in ("2026", "2026Q2", "2024-02")]
    ['2026-12-31', '2026-06-30', '2024-02-29']
    """
    if about.date is not None:
        return about.date
    year, rest = int(about.period[:4]), about.period[4:]
    month = DECEMBER
    if rest:
        month = MONTHS_OF_QUARTER * int(rest[1:]) if rest.startswith("Q") else int(rest[1:])
    return datetime.date(year, month, calendar.monthrange(year, month)[1])
