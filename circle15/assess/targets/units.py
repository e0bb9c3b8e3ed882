"""Units of documents: 万人 are ten thousand people, a share of 0.85 is 85 %."""

from __future__ import annotations

import re

POWERS = (("亿", 8), ("千万", 7), ("百万", 6), ("十万", 5), ("万", 4))
# 千 and 百 are powers before a word that is counted, and not before one that measures.
_THOUSANDS = re.compile(r"(?P<power>千|百)(?=[个家人名张套间户件所处台次])")
# What is counted one by one: a gap of 1.2 of them takes two.
COUNTED_WORDS = (
    "个",
    "家",
    "所",
    "处",
    "张",
    "座",
    "台",
    "名",
    "人",
    "套",
    "间",
    "户",
    "条",
    "辆",
    "项",
    "件",
    "班",
    "床",
)


def power_of(unit: str) -> int:
    """The power of ten in a unit.

    Examples
    --------
    >>> power_of("万人次"), power_of("千套"), power_of("千克"), power_of("个")
    (4, 3, 0, 0)
    """
    for word, power in POWERS:
        if unit.startswith(word):
            return power
    found = _THOUSANDS.match(unit)
    return 0 if found is None else {"千": 3, "百": 2}[found["power"]]


def is_percent(unit: str) -> bool:
    """Whether a unit is a share out of a hundred."""
    return unit.startswith(("%", "百分"))


def is_counted(unit: str) -> bool:
    """Whether a unit counts things one by one.

    Examples
    --------
    >>> is_counted("家"), is_counted("万套（间）"), is_counted("%"), is_counted("平方米"), is_counted("人次")
    (True, True, False, False, False)
    """
    bare = re.sub(r"[（(].*", "", unit)
    for word, _ in POWERS:
        bare = bare.removeprefix(word)
    return (bare[1:] if _THOUSANDS.match(bare) else bare) in COUNTED_WORDS


def to_unit(value: float, unit: str, *, share: bool) -> float:
    """A figure in a document's unit."""
    if share:
        return value * 100.0 if is_percent(unit) else value
    return value / 10.0 ** power_of(unit)


def from_unit(value: float, unit: str, *, share: bool) -> float:
    """A document's number in the measure of a figure.

    Examples
    --------
    >>> from_unit(85.0, "%", share=True), from_unit(1.2, "万人", share=False)
    (0.85, 12000.0)
    """
    if share:
        return float(f"{value / 100.0:.12g}") if is_percent(unit) else value
    return float(f"{value * 10.0 ** power_of(unit):.15g}")
