"""Periods that results are of: a year, a quarter, a month; their order, and the one before of the same kind."""

from __future__ import annotations

import calendar
import datetime
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from circle15.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Iterable

Kind = Literal["year", "quarter", "month"]
MONTHS: dict[Kind, int] = {"year": 12, "quarter": 3, "month": 1}
_FORM = re.compile(r"(\d{4})(?:Q([1-4])|-(0[1-9]|1[0-2]))?")


@dataclass(frozen=True)
class Span:
    """The days of a period: ``tag`` is what it is called (2026, 2026Q3, 2026-09)."""

    tag: str
    kind: Kind
    first: datetime.date
    last: datetime.date

    @property
    def before(self) -> str:
        """The tag of the period of this kind that ends where it begins.

        Examples
        --------
        >>> [span_of(tag).before for tag in ("2026", "2026Q1", "2026-01", "2026-10")]
        ['2025', '2025Q4', '2025-12', '2026-09']
        """
        end = self.first - datetime.timedelta(days=1)
        if self.kind == "year":
            return f"{end.year:04d}"
        return f"{end.year:04d}Q{end.month // 3}" if self.kind == "quarter" else f"{end.year:04d}-{end.month:02d}"


def span_of(tag: str) -> Span:
    """The days of a period.

    Raises
    ------
    ConfigurationError
        Neither a year nor a quarter nor a month.

    Examples
    --------
    >>> span = span_of("2026Q3")
    >>> span.kind, span.first.isoformat(), span.last.isoformat()
    ('quarter', '2026-07-01', '2026-09-30')
    """
    found = _FORM.fullmatch(tag)
    if found is None or found[1] == "0000":
        raise ConfigurationError("issues.no_period", found=tag)
    year, quarter, month = int(found[1]), found[2], found[3]
    kind: Kind = "quarter" if quarter else "month" if month else "year"
    first_month = 3 * int(quarter) - 2 if quarter else int(month or 1)
    last_month = first_month + MONTHS[kind] - 1
    last = datetime.date(year, last_month, calendar.monthrange(year, last_month)[1])
    return Span(tag, kind, datetime.date(year, first_month, 1), last)


def is_period(tag: str) -> bool:
    """Whether a text names a period.

    Examples
    --------
    >>> [is_period(tag) for tag in ("2026", "2026Q5", "check")]
    [True, False, False]
    """
    found = _FORM.fullmatch(tag)
    return found is not None and found[1] != "0000"


def in_order(tags: Iterable[str]) -> list[str]:
    """Periods by the day they end; of those that end together the shorter first.

    Examples
    --------
    >>> in_order(["2026", "2026Q4", "2025", "2026-12", "2026-09"])
    ['2025', '2026-09', '2026-12', '2026Q4', '2026']
    """
    return sorted(tags, key=lambda tag: (span_of(tag).last, MONTHS[span_of(tag).kind]))


def last_of_kind(tag: str, tags: Iterable[str]) -> str:
    """Of ``tags`` the last period of the same kind before ``tag``; "" where there is none.

    Examples
    --------
    >>> last_of_kind("2026Q3", ["2026", "2025Q3", "2026Q1", "2026Q4", "2026-06"])
    '2026Q1'
    """
    own = span_of(tag)
    earlier = [each for each in tags if span_of(each).kind == own.kind and span_of(each).last < own.last]
    return in_order(earlier)[-1] if earlier else ""


def months_after(day: datetime.date, months: int) -> datetime.date:
    """The same day so many months on, or the last of that month; from a month's last day its last day.

    Examples
    --------
    >>> ends = datetime.date(2026, 12, 31), datetime.date(2026, 6, 30)
    >>> [months_after(day, 2).isoformat() for day in ends]
    ['2027-02-28', '2026-08-31']
    """
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    days = calendar.monthrange(year, month)[1]
    at_end = day.day == calendar.monthrange(day.year, day.month)[1]
    return datetime.date(year, month, days if at_end else min(day.day, days))
