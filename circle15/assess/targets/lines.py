"""The straight line from one target to the next: where an indicator ought to stand on a day."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import datetime

    from circle15.catalogue.targets.entries import Indicator

MONTHS = 12
# What an added-up number begins to be counted with the span.
NEWLY = "新增"


def position_of(day: datetime.date) -> float:
    """A day as years: the end of 2025 is 2025.0, the end of June 2026 is 2026 - 0.5.

    Whole months count, so that the same month of every year stands alike.

    Examples
    --------
    >>> import datetime
    >>> [position_of(datetime.date(2026, month, day)) for month, day in ((12, 31), (6, 30), (1, 31))]
    [2026.0, 2025.5, 2025.0833333333333]
    """
    return day.year - 1 + day.month / MONTHS


def line_at(indicator: Indicator, year: int, position: float, first_year: int, *, second: bool = False) -> float | None:
    """Where an indicator ought to stand, on the straight lines between the targets of its years.

    Parameters
    ----------
    indicator
        Its baseline and targets are the points, each at the end of its year.
    year
        The year whose target is asked for; points after it do not count.
    position
        The day, as ``position_of`` gives it.
    first_year
        The first year of the document's span: what is newly added by a later year starts from nothing before it.
    second
        Of the other number of a pair.

    Returns
    -------
    float or None
        Of a level, stock or cumulative number: on the line between the points on both sides; before the first point,
        and where that is the target itself, None. Of a flow: the part of the year's target that is due by then. From
        the year's end on the target itself.
    """
    target = indicator.value_of(year)
    number = None if target is None else target.second if second else target.value
    if number is None:
        return None
    if position >= year:
        return number
    if indicator.kind == "flow":
        return number * max(0.0, position - (year - 1))
    points = _points(indicator, year, first_year, second)
    before = [point for point in points if point[0] <= position]
    if not before:
        return None
    (start, low), (end, high) = before[-1], next(point for point in points if point[0] > position)
    return low + (high - low) * (position - start) / (end - start)


def _points(indicator: Indicator, year: int, first_year: int, second: bool) -> list[tuple[int, float]]:
    """Years and numbers up to a year, ascending."""
    numbers = ((value.year, value.second if second else value.value) for value in indicator.values)
    points = [(at, number) for at, number in numbers if number is not None and at <= year]
    newly = indicator.kind == "cumulative" and (indicator.sum_of or NEWLY in indicator.name)
    return [(first_year - 1, 0.0), *points] if newly and points[0][0] >= first_year else points


def next_target(indicator: Indicator, year: int) -> tuple[int, float] | None:
    """The first target after a year that has a number; None where there is none."""
    later = ((value.year, value.value) for value in indicator.values if value.year > year)
    return next(((at, number) for at, number in later if number is not None), None)
