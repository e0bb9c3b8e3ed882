"""Numbers as officials write them, each with where it comes from.

Text and tables show the same value in two ways: ``people`` says 12.35万人, a cell 123,456. What is not nobody
is never shown as 0, and what is not everybody never as 100%.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from circle15.publish.report.document import Figure, Origin
from circle15.words import say

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import pandas as pd

# A number that is shown as it is, not as ">99.9%" or a word.
_PLAIN = re.compile(r"(\d+(?:\.\d)?)%?")
# From here on Chinese text counts in units of 10,000.
WAN = 10_000


def people(value: float, origin: Origin, lang: str) -> Figure:
    """People in a sentence.

    Examples
    --------
    >>> at = Origin("index", "people")
    >>> [people(n, at, "zh").shown for n in (0, 0.3, 1, 9999.4, 123456, float("nan"))]
    ['0人', '不足1人', '1人', '9999人', '12.35万人', '无数据']
    >>> [people(n, at, "en").shown for n in (1, 123456)]
    ['1 person', '123,456 people']
    """
    return Figure(_of_unit(value, "people", lang), value, origin)


def turns(value: float, origin: Origin, lang: str) -> Figure:
    """People counted once for each service (人次).

    Examples
    --------
    >>> turns(23456, Origin("coverage", "=uncovered"), "zh").shown
    '2.35万人次'
    """
    return Figure(_of_unit(value, "turns", lang), value, origin)


def _of_unit(value: float, unit: str, lang: str) -> str:
    if math.isnan(value):
        return say("terms.no_data", lang)
    if 0 < value < 0.5:
        return say(f"report.{unit}_less", lang)
    if lang == "zh" and round(value) >= WAN:
        return say(f"report.{unit}_wan", lang, number=f"{value / WAN:.2f}")
    whole = round(value)
    key = f"report.{unit}_one" if whole == 1 else f"report.{unit}"
    return say(key, lang, number=f"{whole:,}" if lang == "en" else f"{whole}")


def count(value: float, origin: Origin, lang: str) -> Figure:
    """A whole number in a sentence, or in a table, whose cells part thousands (``telling.figure_cell``).

    Examples
    --------
    >>> [count(n, Origin("loads", "capacity"), "zh").shown for n in (1234.4, 0.2, 0)]
    ['1234', '<1', '0']
    >>> count(1234.4, Origin("loads", "capacity"), "en").shown
    '1,234'
    """
    if math.isnan(value):
        return Figure(say("terms.no_data", lang), value, origin)
    whole = f"{round(value):,}" if lang == "en" else f"{round(value)}"
    return Figure("<1" if 0 < value < 0.5 else whole, value, origin)


def share(value: float, origin: Origin, lang: str) -> Figure:
    """A share of one, in percent with one decimal.

    Examples
    --------
    >>> at = Origin("coverage", "coverage")
    >>> [share(s, at, "zh").shown for s in (0.7345, 1.0, 0.9999, 0.0, 0.0001)]
    ['73.5%', '100%', '>99.9%', '0%', '<0.1%']
    """
    return Figure(_percent(value, lang), value, origin)


def _percent(value: float, lang: str) -> str:
    if math.isnan(value):
        return say("terms.no_data", lang)
    if value in (0.0, 1.0):
        return f"{value * 100:.0f}%"
    if 0 < value < 0.0005:
        return "<0.1%"
    return ">99.9%" if 0.9995 <= value < 1 else f"{value * 100:.1f}%"


def score(value: float, origin: Origin, lang: str) -> Figure:
    """A fraction of the standard as points of 100, with one decimal, without a unit.

    Examples
    --------
    >>> score(0.6149, Origin("index", "access"), "zh").shown
    '61.5'
    """
    shown = say("terms.no_data", lang) if math.isnan(value) else f"{value * 100 + 0.0:.1f}"
    return Figure(shown, value, origin)


def size(value: float, origin: Origin, lang: str) -> Figure:
    """How large a change of a fraction is, in points of 100, whichever its direction.

    Examples
    --------
    >>> size(-0.0123, Origin("split", "change"), "zh").shown
    '1.2'
    """
    return score(abs(value), origin, lang)


def signed(value: float, origin: Origin, lang: str) -> Figure:
    """A change of a fraction in points of 100 with its sign; what shows as nought has none.

    Examples
    --------
    >>> [signed(s, Origin("split", "change"), "zh").shown for s in (0.0123, -0.0004, -0.0123)]
    ['+1.23', '-0.04', '-1.23']
    """
    if math.isnan(value):
        return Figure(say("terms.no_data", lang), value, origin)
    shown = f"{value * 100:+.2f}"
    return Figure("0.00" if float(shown) == 0 else shown, value, origin)


def apart(first: Figure, second: Figure, origin: Origin) -> Figure:
    """How far one score or share lies above another, in points of 100: the difference of what is shown of them.

    Rounded for itself it could be another by one in the last digit than who subtracts finds on paper.

    Examples
    --------
    >>> one, other = (score(value, Origin("index", "access"), "zh") for value in (0.93149, 0.21551))
    >>> one.shown, other.shown, apart(one, other, Origin("index", "=gap")).shown
    ('93.1', '21.6', '71.5')
    """
    seen = [_PLAIN.fullmatch(each.shown) for each in (first, second)]
    exact = (first.value - second.value) * 100
    points = exact if None in seen else float(seen[0][1]) - float(seen[1][1])  # type: ignore[index]
    return Figure(f"{round(points, 1) + 0.0:.1f}", first.value - second.value, origin)


def above(first: Figure, second: Figure, origin: Origin) -> Figure:
    """The same with its sign; what shows as nought has none."""
    found = apart(first, second, origin)
    return replace(found, shown=f"+{found.shown}") if float(found.shown) > 0 else found


def minutes(value: float, origin: Origin, lang: str) -> Figure:
    """Minutes with one decimal, without a unit; what cannot be reached says so.

    Examples
    --------
    >>> [minutes(m, Origin("coverage", "median_min"), "zh").shown for m in (7.25, float("inf"))]
    ['7.2', '不可达']
    """
    return _or_word(value, 1, origin, lang)


def metres(value: float, origin: Origin, lang: str) -> Figure:
    """Metres, whole, without a unit."""
    return _or_word(value, 0, origin, lang)


def decimal(value: float, places: int, origin: Origin, lang: str) -> Figure:
    """A plain number with so many decimals.

    Examples
    --------
    >>> decimal(4.5333, 2, Origin("ratios", "per_1000"), "zh").shown
    '4.53'
    """
    return _or_word(value, places, origin, lang)


def shortest(value: float, origin: Origin, lang: str) -> Figure:
    """A number with two decimals at most, and no noughts behind.

    Examples
    --------
    >>> [shortest(n, Origin("ratios", "per_1000"), "zh").shown for n in (4.5, 1000.0, 1758.066)]
    ['4.5', '1000', '1758.07']
    """
    if not math.isfinite(value):
        return _or_word(value, 2, origin, lang)
    shown = f"{round(value, 2) + 0.0:.2f}".rstrip("0").rstrip(".")
    return Figure(shown, value, origin)


def _or_word(value: float, places: int, origin: Origin, lang: str) -> Figure:
    if math.isnan(value):
        return Figure(say("terms.no_data", lang), value, origin)
    if math.isinf(value):
        return Figure(say("tables.unreachable", lang), value, origin)
    return Figure(f"{round(value, places) + 0.0:,.{places}f}", value, origin)


@dataclass(frozen=True)
class Row:
    """A row of a table, whose columns are told as figures.

    Attributes
    ----------
    table
        The name of the table.
    values
        The row.
    keys
        The columns that pick it out.
    """

    table: str
    values: Mapping[Any, Any]
    keys: tuple[str, ...]
    lang: str

    def origin(self, column: str) -> Origin:
        """Where a value of this row comes from."""
        return Origin(self.table, column, tuple((key, str(self.values[key])) for key in self.keys))

    def __getitem__(self, column: str) -> Any:  # noqa: ANN401  whatever the table holds
        return self.values[column]

    def _of(self, column: str) -> tuple[float, Origin, str]:
        return float(self.values[column]), self.origin(column), self.lang

    def people(self, column: str = "people") -> Figure:
        """People in a sentence."""
        return people(*self._of(column))

    def count(self, column: str) -> Figure:
        """A whole number."""
        return count(*self._of(column))

    def share(self, column: str) -> Figure:
        """A share."""
        return share(*self._of(column))

    def score(self, column: str) -> Figure:
        """Points of 100."""
        return score(*self._of(column))

    def size(self, column: str) -> Figure:
        """A change without its direction."""
        return size(*self._of(column))

    def signed(self, column: str) -> Figure:
        """A change with its sign."""
        return signed(*self._of(column))

    def minutes(self, column: str) -> Figure:
        """Minutes."""
        return minutes(*self._of(column))

    def metres(self, column: str) -> Figure:
        """Metres."""
        return metres(*self._of(column))

    def shortest(self, column: str) -> Figure:
        """A plain number with two decimals at most."""
        return shortest(*self._of(column))

    def decimal(self, column: str, places: int) -> Figure:
        """A plain number."""
        value, origin, lang = self._of(column)
        return decimal(value, places, origin, lang)


def rows_of(frame: pd.DataFrame, table: str, keys: Iterable[str], lang: str) -> tuple[Row, ...]:
    """The rows of a table, in its order."""
    picked = tuple(keys)
    return tuple(Row(table, values, picked, lang) for values in frame.to_dict("records"))


def derived(table: str, what: str, **row: str) -> Origin:
    """Where a number comes from that is counted or added up over rows of a table."""
    return Origin(table, f"={what}", tuple(row.items()))
