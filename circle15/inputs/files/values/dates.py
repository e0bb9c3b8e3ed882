"""Dates as lists write them: 2023.5.1, 2023年5月, 二〇二三年, 45047."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from circle15.inputs.files.values.width import half_width

if TYPE_CHECKING:
    from collections.abc import Callable

    Reader = Callable[[re.Match[str]], "Day | None"]

YEARS = range(1800, 2200)
# Excel counts days from here; the serials that are taken for dates run from 1954 to 2119.
EXCEL_DAY_0 = date(1899, 12, 30)
SERIALS = range(20_000, 80_001)
QUARTERS = {"一": 1, "二": 2, "三": 3, "四": 4, "1": 1, "2": 2, "3": 3, "4": 4}

_CHINESE_DIGITS = dict(zip("〇零○一二三四五六七八九", "000123456789", strict=True))
_CHINESE_YEAR = re.compile(r"^([〇零○一二三四五六七八九]{4})(?=年)")
_CHINESE_COUNT = re.compile(r"([一二三四五六七八九]?十[一二三四五六七八九]?|[一二三四五六七八九])(?=[月日号])")
_TIME = re.compile(r"(?:[T ]\s*|(?<=日))(?:[上下]午\s*)?[0-9]{1,2}(?:[:时点][0-9]{0,2}){1,2}[分秒]?(?:\.[0-9]+)?Z?$")
_EVENT = re.compile(r"(?:\s*正式)?(?:起|开业|开园|开办|启用|投用|成立|建成|运营|投入使用|关闭|停业)$")
# 2023。5。1 and 2023、5、1
_POINT = re.compile(r"(?<=[0-9])\s*[。、·]\s*(?=[0-9])")
_GAP = re.compile(r"\s*([.\-/年月日])\s*")


@dataclass(frozen=True)
class Day:
    """The first and the last day that a date may mean: one and the same where it names a day."""

    first: date
    last: date


def read_date(text: str) -> Day | None:
    """A date from a cell, or None where it holds none that exists.

    Parameters
    ----------
    text
        The cell. Years alone and years with months are as wide as they are; days before months (5/1/2023) cannot be
        told apart and are not read. 2023.1 may be January, or a 2023.10 that a spreadsheet took for a number: both
        are held.

    Examples
    --------
    >>> day = date(2023, 5, 1)
    >>> forms = ["2023.5.1", "2023年5月1日", "20230501", "45047", "2023/05/01 08:30", "二〇二三年五月一日"]
    >>> all(read_date(form) == Day(day, day) for form in forms)
    True
    >>> read_date("2023年5月")
    Day(first=datetime.date(2023, 5, 1), last=datetime.date(2023, 5, 31))
    >>> read_date("2023.2.30"), read_date("5/1/2023")
    (None, None)
    """
    plain = _GAP.sub(r"\1", _EVENT.sub("", _TIME.sub("", _with_digits(_POINT.sub(".", half_width(text))))))
    for form, reader in _FORMS:
        found = form.fullmatch(plain)
        if found is not None:
            return reader(found)
    return None


def _with_digits(text: str) -> str:
    """二〇二三年十二月 as 2023年12月."""
    year = _CHINESE_YEAR.sub(lambda found: "".join(_CHINESE_DIGITS[sign] for sign in found[0]), text)
    return _CHINESE_COUNT.sub(lambda found: str(_count(found[0])), year)


def _count(text: str) -> int:
    tens, ten, ones = text.rpartition("十")
    return (int(_CHINESE_DIGITS.get(tens, "1")) * 10 if ten else 0) + int(_CHINESE_DIGITS.get(ones, "0"))


def _span(year: int, first_month: int, last_month: int) -> Day | None:
    if year not in YEARS or not 1 <= first_month <= last_month <= 12:
        return None
    return Day(date(year, first_month, 1), date(year, last_month, calendar.monthrange(year, last_month)[1]))


def _day(found: re.Match[str]) -> Day | None:
    year, month, number = (int(part) for part in found.groups())
    span = _span(year, month, month)
    if span is None or not 1 <= number <= span.last.day:
        return None
    day = span.first.replace(day=number)
    return Day(day, day)


def _month(found: re.Match[str]) -> Day | None:
    return _span(int(found[1]), int(found[2]), int(found[2]))


def _decimal_month(found: re.Match[str]) -> Day | None:
    return _span(int(found[1]), 1, 10)


def _quarter(found: re.Match[str]) -> Day | None:
    last = 3 * QUARTERS[found[2]]
    return _span(int(found[1]), last - 2, last)


def _half(found: re.Match[str]) -> Day | None:
    return _span(int(found[1]), *((1, 6) if found[2] == "上" else (7, 12)))


def _year(found: re.Match[str]) -> Day | None:
    return _span(int(found[1]), 1, 12)


def _serial(found: re.Match[str]) -> Day | None:
    if int(found[1]) not in SERIALS:
        return None
    day = EXCEL_DAY_0 + timedelta(days=int(found[1]))
    return Day(day, day)


_FORMS: tuple[tuple[re.Pattern[str], Reader], ...] = (
    (re.compile(r"([0-9]{4})[.\-/年]([0-9]{1,2})[.\-/月]([0-9]{1,2})[日号.]?"), _day),
    (re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})"), _day),
    (re.compile(r"([0-9]{4})\.1"), _decimal_month),
    (re.compile(r"([0-9]{4})[.\-/年]([0-9]{1,2})(?:月份?[初中底末]?)?"), _month),
    (re.compile(r"([0-9]{4})([0-9]{2})"), _month),
    (re.compile(r"([0-9]{4})年?(?:第|[Qq](?=[1-4]))?([一二三四1-4])(?:季度|(?<=[Qq][1-4]))"), _quarter),
    (re.compile(r"([0-9]{4})年?([上下])半年"), _half),
    (re.compile(r"([0-9]{4})(?:年度?[初中底末]?)?"), _year),
    (re.compile(r"([0-9]{5})(?:\.[0-9]+)?"), _serial),
)
