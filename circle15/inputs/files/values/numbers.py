"""Numbers as lists write them: 40张, 约50, １２０, 1,200, 1.2万."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from decimal import Decimal

from circle15.inputs.files.values.width import half_width

POWERS_OF_TEN = {"": 0, "百": 2, "千": 3, "万": 4, "十万": 5, "百万": 6, "千万": 7, "亿": 8}
# Letters that are units; others behind a number are slips of the pen: 1OO is no 1.
LATIN_UNITS = frozenset({"m", "m2", "m²", "m3", "m³", "km", "km2", "km²", "cm", "mm", "ha", "kg", "t", "h", "min", "s"})

_UNSIGNED = r"(?:[0-9]{1,3}(?:[, ][0-9]{3})+(?:\.[0-9]+)?|[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?"
_QUANTITY = re.compile(
    rf"""
    (?:一?共计?|总共|总计|合计|共有)?:?\s*
    (?P<about>约为?|大约|大概|将近|近|~|≈)?\s*
    (?P<number>[+-]?{_UNSIGNED})\s*
    (?P<odd>[余多来]?)
    (?P<power>(?:[十百千]?万|亿|百(?!分)|千(?![克米瓦卡]))?)
    (?P<more>[余多来]?)\s*
    (?P<unit>[^0-9]*?|k?m[23])
    (?P<around>左右|上下)?
    """,
    re.VERBOSE,
)
# A remark in brackets that takes nothing from the number before it: 40张（已备案）, 40张（其中普惠30张）.
# Or one that counts something else: 40个（2个班）.
_REMARK = re.compile(
    r"\s*[(\[【](?:[^0-9()]*|(?:其中|含|包括|包含)[^()]*|[共设开]*[0-9]+个?(?:班级?|教室|楼层|层))[)\]】]$"
)
_CHINESE_UNIT = re.compile(r"[\u4e00-\u9fff㎡㎥/·%‰℃]*")
# What follows is a name, a bound or a doubt: 3号楼, 2023年, 50以上, 20待定, 30到四十.
_NO_UNIT = re.compile(r"^[号年月日时路弄巷期版岁]|[以不超未无待暂拟停至到或和加减〇零一二三四五六七八九十几两]|计划")


@dataclass(frozen=True)
class Quantity:
    """A number with what it counts.

    ``unit`` is the text behind the number, "" for none; ``approximate`` says that the cell itself does not claim to be
    exact (约50, 50余人).
    """

    value: float
    unit: str = ""
    approximate: bool = False


def read_quantity(text: str) -> Quantity | None:
    """One number from a cell, whatever its unit; None where it holds none, several, or only a bound.

    Parameters
    ----------
    text
        The cell. Whether the unit and the sign make sense is for the caller to judge.

    Examples
    --------
    >>> read_quantity("40张"), read_quantity("约１,２００人")
    (Quantity(value=40.0, unit='张', approximate=False), Quantity(value=1200.0, unit='人', approximate=True))
    >>> read_quantity("1.2万").value, read_quantity("12个班").unit, read_quantity("50余人").approximate
    (12000.0, '个班', True)
    >>> read_quantity("30-40"), read_quantity("不足50"), read_quantity("五十"), read_quantity("3号楼")
    (None, None, None, None)
    """
    found = _QUANTITY.fullmatch(_REMARK.sub("", half_width(text).replace("−", "-").replace("\n", " ")).strip())
    if found is None or not _is_unit(found["unit"].strip()):
        return None
    digits = found["number"].replace(",", "").replace(" ", "")
    value = float(Decimal(digits).scaleb(POWERS_OF_TEN[found["power"]]))
    approximate = any(found[sign] for sign in ("about", "odd", "more", "around"))
    return Quantity(value, found["unit"].strip(), approximate) if math.isfinite(value) else None


def _is_unit(text: str) -> bool:
    return text.lower() in LATIN_UNITS or bool(_CHINESE_UNIT.fullmatch(text) and not _NO_UNIT.search(text))
