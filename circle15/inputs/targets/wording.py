"""The words of target tables, as data: headers, years, domains, values in words."""

from __future__ import annotations

import itertools
import re
from functools import cache
from importlib.resources import files
from typing import Any

from circle15.catalogue.loader import load_catalogue
from circle15.catalogue.toml_file import read_toml
from circle15.inputs.files.columns import plain
from circle15.inputs.targets.raw import YearColumn

FIRST_YEAR, LAST_YEAR = 1990, 2100
_BRACKETS = re.compile(r"[()\[\]【】〔〕{}]")
_YEAR = re.compile(r"(19[9]\d|20\d\d)")
_NAME_END = re.compile(
    r"(?:率|数|数量|占比|比例|比重|面积|标准|水平|时间|个数|人数|人次|规模|床位|寿命|指数|总量|增速|营收)(?:\([^()]*\)?)?$"
    r"|\((?:[%‰]|[^()0-9]{0,4}(?:个|家|人|名|所|张|处|台|套|元|次|岁|米|里|分钟|万|间|户|件|条|座|对|辆))\)?$"
)


_UNIT_POWER = "(?:[十百千]?万|亿|千|百)?"


@cache
def wording() -> dict[str, Any]:
    """The tables of ``catalogue/targets/wording.toml``."""
    return read_toml(files("circle15.catalogue.targets").joinpath("wording.toml"))


def role_of(header: str) -> str | None:
    """What a column is, by its header; None where it is not known.

    Examples
    --------
    >>> role_of("指  标"), role_of("序号"), role_of("责任单位"), role_of("2025年")
    ('indicator', 'number', 'department', None)
    """
    said = plain(header)
    bare = re.sub(r"\(.*?\)", "", said).strip("*★▲:")
    roles: dict[str, list[str]] = wording()["headers"]
    return next((role for role, names in roles.items() if said in names or bare in names), None)


def year_of(header: str) -> YearColumn | None:
    """The year of a column, by its header; None where it is no year's.

    Examples
    --------
    >>> year_of("2025年目标值"), year_of("２０２０（现状）"), year_of("2025年累计"), year_of("2021-2025年")
    (YearColumn(year=2025, baseline=False), YearColumn(year=2020, baseline=True), None, None)
    """
    said = plain(header)
    found = _YEAR.findall(said)
    if len(found) != 1:
        return None
    rest = _BRACKETS.sub("", said).replace(found[0], "", 1)
    rest = rest.replace("年", "", 1)
    words = wording()["words"]
    baseline = any(word in rest for word in words["baseline"])
    for mark in sorted(words["year_marks"], key=len, reverse=True):
        rest = rest.replace(mark, "")
    year = int(found[0])
    return YearColumn(year, baseline) if not rest.strip("()[]:、/*★") and FIRST_YEAR <= year <= LAST_YEAR else None


def names_year(header: str) -> bool:
    """Whether a header names one year, whatever else it says.

    Examples
    --------
    >>> names_year("2025年（调整后）"), names_year("2021-2025年"), names_year("备注")
    (True, False, False)
    """
    return len(_YEAR.findall(plain(header))) == 1


def ascending(years: list[YearColumn | None]) -> bool:
    """Whether these are the years of one table, in order."""
    found = [each.year for each in years if each is not None]
    return len(found) == len(years) and all(one < two for one, two in itertools.pairwise(found))


@cache
def known_domains() -> dict[str, str]:
    """Ids of domains by the words that tables call them; "" for one that the catalogue does not have."""
    shipped = {domain.label.zh: domain.id for domain in load_catalogue().domains.values()}
    return {plain(word): id_ for word, id_ in {**wording()["domains"], **shipped}.items()}


def is_domain(text: str) -> bool:
    """Whether a text is a domain that is known."""
    return bare_domain(text) in known_domains()


def bare_domain(text: str) -> str:
    """A domain without numbering, quotes and width.

    Examples
    --------
    >>> bare_domain("（一）“幼有善育”"), bare_domain("二、教育")
    ('幼有善育', '教育')
    """
    return re.sub(r"^\(?[一二三四五六七八九十0-9]{1,3}[)、.]+|[“”\"'「」《》]", "", plain(text))


def looks_like_name(text: str) -> bool:
    """Whether a text ends as names of indicators do."""
    return bool(_NAME_END.search(plain(text)))


@cache
def _unit_form() -> re.Pattern[str]:
    words = "|".join(re.escape(word) for word in sorted(wording()["words"]["units"], key=len, reverse=True))
    one = rf"(?:{words})(?:\((?:{words})\))?"
    return re.compile(rf"{_UNIT_POWER}(?:{one}(?:/{_UNIT_POWER}(?:{words}))?|)")


def is_unit(text: str) -> bool:
    """Whether a text is a unit that tables count in.

    Examples
    --------
    >>> is_unit("万人次"), is_unit("％"), is_unit("套（间）"), is_unit("台/万人"), is_unit("万"), is_unit("占比")
    (True, True, True, True, True, False)
    """
    said = plain(text)
    return bool(said) and _unit_form().fullmatch(said) is not None


def is_value_word(text: str) -> bool:
    """Whether a cell in words says how far something is to be, as 开展试点 does."""
    return any(word in text for word in wording()["words"]["values"])


def is_prose(text: str) -> bool:
    """Whether a line is a sentence or a heading of the text around a table, and no cell of it.

    Examples
    --------
    >>> is_prose("二、重点任务"), is_prose("注：带*的为核心指标。"), is_prose("县域就诊率(%)")
    (True, True, False)
    """
    said = plain(text)
    notes = "|".join(wording()["words"]["notes"])
    if re.match(rf"(?:{notes})\d*[:.、]|(?:{notes})\d*$|第[一二三四五六七八九十]+[章节条]|\((?:{notes})", said):
        return True
    if re.match(r"[一二三四五六七八九十]{1,3}、|\([一二三四五六七八九十]{1,3}\)", said) and not is_domain(text):
        return True
    return len(said) > 25 and ("。" in said or said.count(",") + said.count(";") > 1)


def is_furniture(text: str) -> bool:
    """Whether a line belongs to the page and not to the table: a page number, 续表.

    Examples
    --------
    >>> is_furniture("— 12 —"), is_furniture("第3页 共9页"), is_furniture("续表"), is_furniture("—")
    (True, True, True, False)
    """
    said = plain(text)
    if re.fullmatch(
        r"[-—–·]+\d{1,3}[-—–·]+|第\d{1,3}页(?:,?[/共]?共?\d{1,3}页)?|\d{1,3}/\d{1,3}页|\((?:续|续表)\)|单位:.{1,6}",
        said,
    ):
        return True
    return any(word in said for word in wording()["words"]["furniture"]) and len(said) <= 20
