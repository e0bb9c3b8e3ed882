"""One cell of a target table: ≥40, 职工85%城乡居民68%, 1/5, 全覆盖, 90%以上, 不低于1.2万, —."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from circle15.inputs.files.values.numbers import POWERS_OF_TEN
from circle15.inputs.files.values.width import half_width

if TYPE_CHECKING:
    from circle15.catalogue.targets.entries import Operator

SIGNS: dict[str, Operator] = {
    "≥": ">=", "≧": ">=", "⩾": ">=", ">=": ">=", "=>": ">=", "≤": "<=", "≦": "<=", "⩽": "<=", "<=": "<=", "=<": "<=",
    ">": ">", "﹥": ">", "〉": ">", "<": "<", "﹤": "<", "〈": "<", "≈": "about", "~": "about", "=": "=",
}  # fmt: skip
# By law (Civil Code, art. 1259) 以上, 以下 and 以内 include the number, 超过 and 不满 do not.
BEFORE: dict[str, Operator] = {
    "不低于": ">=", "不少于": ">=", "不小于": ">=", "不得低于": ">=", "不得少于": ">=", "至少": ">=", "最少": ">=",
    "大于等于": ">=", "大于或等于": ">=", "不高于": "<=", "不超过": "<=", "不大于": "<=", "不多于": "<=",
    "小于等于": "<=", "小于或等于": "<=", "控制在": "<=", "控制到": "<=", "超过": ">", "高于": ">", "大于": ">",
    "多于": ">", "突破": ">", "超": ">", "低于": "<", "少于": "<", "小于": "<", "不到": "<", "不足": "<", "不满": "<",
    "大约": "about", "约为": "about", "约": "about", **SIGNS,
}  # fmt: skip
AFTER: dict[str, Operator] = {
    "及以上": ">=", "或以上": ">=", "以上": ">=", "及以下": "<=", "或以下": "<=", "以下": "<=", "以内": "<=",
    "之内": "<=", "左右": "about", "上下": "about", "+": ">=",
}  # fmt: skip
_FILLER = (
    "力争|争取|争创|确保|继续|持续|稳定|巩固|保持|维持|累计|完成|实现|建成|建设|新增|新建|提高|提升|下降|降低|达到|达"
    "|每年|年均|各|在|为|至|到|:"
)
_NUMBER = r"[-−]?(?:[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?|[0-9]+(?:\.[0-9]+)?|\.[0-9]+)"
_POWER = r"(?:[十百千]?万|亿|百(?!分)|千(?![克米瓦卡]))?"
_UNIT = r"[%‰℃㎡²/\u4e00-\u9fffA-Za-z·()]{0,10}?"
_ANY_BEFORE = "|".join(re.escape(word) for word in sorted(BEFORE, key=len, reverse=True))
_ANY_AFTER = "|".join(re.escape(word) for word in sorted(AFTER, key=len, reverse=True))
_QUANTITY = rf"(?P<number>{_NUMBER})(?P<power>{_POWER})(?P<unit>{_UNIT})"
_SINGLE = re.compile(
    rf"(?:{_FILLER})*(?P<before>{_ANY_BEFORE})?(?:{_FILLER})*{_QUANTITY}(?P<after>{_ANY_AFTER})?[。.;,、]?"
)
_RANGE = re.compile(
    rf"(?:{_FILLER})*(?P<low>[0-9]+(?:\.[0-9]+)?)(?P<low_unit>%|‰)?(?:[-–—~−]+|至|到)"
    rf"(?P<high>[0-9]+(?:\.[0-9]+)?)(?P<power>{_POWER})(?P<unit>{_UNIT})(?:之间)?"
)
_LABEL = r"(?P<{0}>[\u4e00-\u9fff]{{1,8}})"
_LABELLED = re.compile(
    rf"(?:{_LABEL.format('first')})?(?P<one>[^\u4e00-\u9fff,;、]*?[0-9][^\u4e00-\u9fff,;、0-9]*(?:[个家所处张名人套台])?(?:以上)?)"
    rf"[,;、\s]*(?:其中)?{_LABEL.format('then')}(?P<two>[^\u4e00-\u9fff,;、]*[0-9][^,;、0-9]*)[。]?"
)
_COVERED = re.compile(r"[^0-9]{0,10}(?:全覆盖|全部覆盖|实现覆盖)[^0-9]{0,6}")
_PARTLY = re.compile("基本|逐步|争取|试点|部分|推进")
_NOTHING = re.compile(
    r"[/\\—–\-―_…·.*]*|无|暂无|空|n/?a|nan|none|不适用|未定|待定|无统计|无数据|未统计|暂无数据|/+", re.IGNORECASE
)
_GLUED_BLANKS = re.compile(r"(?<![0-9])\s+|\s+(?![0-9])")
LONGEST_UNIT = 8
PERCENT = ("%", "百分比", "百分点", "百分之")


@dataclass(frozen=True)
class Figure:
    """What one cell says.

    ``value`` and ``second`` are as the cell writes them, brought to units by ``power`` (万 is 4); ``unit`` is the
    cell's own, "" for none. Without ``value`` the cell holds words, or nothing where ``nothing`` is set.
    """

    text: str
    operator: Operator = ""
    value: Decimal | None = None
    second: Decimal | None = None
    power: int = 0
    unit: str = ""
    parts: tuple[str, ...] = ()
    nothing: bool = False
    covered: bool = False

    @property
    def is_number(self) -> bool:
        """Whether the cell holds a number, or the 全覆盖 that stands for 100 %."""
        return self.value is not None or self.covered


def read_figure(text: str) -> Figure:
    """What a cell of a target table says, operator and all.

    Examples
    --------
    >>> [(f.operator, str(f.value), f.unit) for f in map(read_figure, ("≧12500", "90％以上", "不少于１50家", "约2.5"))]
    [('>=', '12500', ''), ('>=', '90', '%'), ('>=', '150', '家'), ('about', '2.5', '')]
    >>> pair = read_figure("职工85%，城乡居民70%")
    >>> str(pair.value), str(pair.second), pair.parts
    ('85', '70', ('职工', '城乡居民'))
    >>> read_figure("4/18").second, read_figure("—").nothing, read_figure("全覆盖").covered
    (Decimal('18'), True, True)
    >>> read_figure("1.2万").power, read_figure("80-85%").operator
    (4, 'between')
    """
    plain = _GLUED_BLANKS.sub("", half_width(text).replace("\n", " ")).replace("％", "%").replace("﹪", "%")
    if _NOTHING.fullmatch(plain):
        return Figure(text, nothing=True)
    for read in (_single, _range, _pair, _labelled):
        found = read(plain, text)
        if found is not None:
            return found
    covered = _COVERED.fullmatch(plain) is not None and not _PARTLY.search(plain)
    return Figure(text, "=" if covered else "", covered=covered)


def _single(plain: str, text: str) -> Figure | None:
    found = _SINGLE.fullmatch(plain)
    if found is None:
        return None
    before, after = BEFORE.get(found["before"] or ""), AFTER.get(found["after"] or "")
    if before is not None and after is not None and before != after:
        return None
    unit = found["unit"].strip("。.;,、").strip()
    if unit.endswith("全覆盖"):
        unit = unit.removesuffix("全覆盖")
    if _no_unit(unit):
        return None
    return Figure(text, before or after or "=", _decimal(found["number"]), None, POWERS_OF_TEN[found["power"]], unit)


def _no_unit(unit: str) -> bool:
    """Whether what follows a number is more than what it counts: a name, a date, another clause."""
    if len(unit) > LONGEST_UNIT or unit.count("(") != unit.count(")"):
        return True
    return bool(re.search(r"[年月日号]|其中|和|及|目标|任务|试点|完成|率|占比|比例|儿童|以下|以上", unit))


def _range(plain: str, text: str) -> Figure | None:
    found = _RANGE.fullmatch(plain)
    if found is None or Decimal(found["low"]) >= Decimal(found["high"]) or _no_unit(found["unit"]):
        return None
    unit = found["unit"] or found["low_unit"] or ""
    low, high = Decimal(found["low"]), Decimal(found["high"])
    return Figure(text, "between", low, high, POWERS_OF_TEN[found["power"]], unit)


def _pair(plain: str, text: str) -> Figure | None:
    """``1/5``, ``≥1/≥5``, ``85%/70%``: two numbers of one kind."""
    halves = re.split(r"[/|]", plain)
    if len(halves) != 2:
        return None
    one, two = (_single(half, text) for half in halves)
    return _both(one, two, (), text)


def _labelled(plain: str, text: str) -> Figure | None:
    """``职工85%城乡居民68%``, ``17个，其中样板6个``."""
    found = _LABELLED.fullmatch(plain)
    if found is None:
        return None
    one, two = _single(found["one"].strip(), text), _single(found["two"].strip(), text)
    return _both(one, two, (found["first"] or "", found["then"].removeprefix("其中")), text)


def _both(one: Figure | None, two: Figure | None, parts: tuple[str, ...], text: str) -> Figure | None:
    if one is None or two is None or one.operator != two.operator or one.power != two.power:
        return None
    if one.unit and two.unit and one.unit != two.unit:
        return None
    return Figure(text, one.operator, one.value, two.value, one.power, one.unit or two.unit, parts)


def _decimal(number: str) -> Decimal:
    return Decimal(number.replace(",", "").replace("−", "-"))


@dataclass(frozen=True)
class Unit:
    """A unit parted into its power of ten and what is counted: 万人次 is 4 and 人次."""

    power: int
    base: str

    @property
    def percent(self) -> bool:
        """Whether it is a share out of 100."""
        return self.base in PERCENT


def read_unit(text: str) -> Unit:
    """Part a unit.

    Examples
    --------
    >>> read_unit("万人次"), read_unit("％").percent, read_unit("千套"), read_unit("千克")
    (Unit(power=4, base='人次'), True, Unit(power=3, base='套'), Unit(power=0, base='千克'))
    """
    plain = re.sub(r"\s+", "", half_width(text))
    found = re.fullmatch(rf"(?P<power>{_POWER})(?P<base>.*)", plain)
    if found is None:
        return Unit(0, plain)
    return Unit(POWERS_OF_TEN[found["power"]], found["base"])


def disagrees(figure: Figure, unit: str) -> bool:
    """Whether a cell's own unit says that the number is something else than its column's or row's unit says.

    Counting words (个, 家, 所) differ without harm; a share and a count do not.

    Examples
    --------
    >>> disagrees(read_figure("40张"), "%"), disagrees(read_figure("90%"), "个"), disagrees(read_figure("3家"), "个")
    (True, True, False)
    """
    own, asked = read_unit(figure.unit), read_unit(unit)
    if not own.base or not asked.base:
        return False
    return own.percent != asked.percent or ("‰" in (own.base, asked.base) and own.base != asked.base)


def in_unit(figure: Figure, unit: str) -> tuple[float | None, float | None]:
    """The numbers of a cell in the indicator's unit; 全覆盖 is 100 where the unit is %.

    Examples
    --------
    >>> in_unit(read_figure("1.2万"), "人"), in_unit(read_figure("0.92万"), "千套")
    ((12000.0, None), (9.2, None))
    >>> in_unit(read_figure("全覆盖"), "%"), in_unit(read_figure("全覆盖"), "万人")
    ((100.0, None), (None, None))
    """
    asked = read_unit(unit)
    if figure.covered:
        return (100.0, None) if asked.percent else (None, None)
    shift = _shift(figure, asked)
    return tuple(None if each is None else float(each.scaleb(shift)) for each in (figure.value, figure.second))  # type: ignore[return-value]


def _shift(figure: Figure, asked: Unit) -> int:
    """How many powers of ten a cell's numbers are above its unit: a cell that names the unit says its own power."""
    own = figure.power
    named = bool(figure.unit) or own
    return own - asked.power if named and (own or _same_count(figure.unit, asked.base)) else 0


def _same_count(own: str, asked: str) -> bool:
    """Whether a cell without a power names the bare unit, so that its number is not in the column's 万."""
    return bool(own) and own == asked
