"""Periods as they are spoken of."""

from __future__ import annotations

from circle15.model.period import is_period, span_of
from circle15.words import say


def period_told(tag: str, lang: str) -> str:
    """A period in words.

    Examples
    --------
    >>> [period_told(tag, "zh") for tag in ("2026", "2026Q3", "2026-09")]
    ['2026年', '2026年第3季度', '2026年9月']
    """
    if not is_period(tag):
        return tag
    span = span_of(tag)
    facts = {"year": span.last.year, "month": span.last.month, "quarter": span.last.month // 3}
    return say(f"report.period_{span.kind}", lang, **facts)
