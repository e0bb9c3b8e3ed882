"""Which column of a file holds what: its headers against the aliases that are kept as data."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from functools import cache, lru_cache
from importlib.resources import files
from types import MappingProxyType
from typing import TYPE_CHECKING

from circle15.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Mapping, Sequence

# Every alias is held against every header of every file, and each is made plain but once.
HEADERS_KEPT = 20_000
_BRACKETS = re.compile(r"[(\[【〔{].*?[)\]】〕}]")
_GAPS = re.compile(r"\s+")
_FIRST_BRACKET = re.compile(r"([^(\[【〔{]*)[(\[【〔{](.*?)[)\]】〕}].*")
# What parts a group's header from the lower one, outside brackets.
_BELOW = re.compile(r"/(?![^(\[【〔{]*[)\]】〕}])")
# 托位数/个, 面积/㎡
_UNIT = re.compile(r"/(?:个|张|人|名|座|间|家|处|元|平方米|m2)$")
# What forms put around a header: *名称, 1.名称, （1）名称, ①名称, 名称★, 名称:
_MARKS = "*#★☆●○◆◇■□▲△※"
_CIRCLED = re.compile(r"(^|/)\s*[①-⑳⑴-⒇⒈-⒛㈠-㈩❶-❿㊀-㊉]\s*")
_NUMBERING = re.compile(rf"^(?:[{_MARKS}]|\(?[0-9]{{1,2}}(?:\)|[.、](?![0-9])))+|[{_MARKS}:]+$")


@cache
def aliases(kind: str) -> Mapping[str, tuple[str, ...]]:
    """The aliases of one kind of list, best first, by role.

    Parameters
    ----------
    kind
        ``facility``, ``flag``, ``zone``, ``crosswalk``, ``building``, ``words`` or ``choice``: a table of
        ``catalogue/columns.toml``.

    Examples
    --------
    >>> aliases("facility")["lon"][:2]
    ('经度', '东经')
    """
    text = files("circle15.catalogue").joinpath("columns.toml").read_text(encoding="utf-8")
    return MappingProxyType({role: tuple(names) for role, names in tomllib.loads(text)[kind].items()})


@lru_cache(maxsize=HEADERS_KEPT)
def plain(text: str) -> str:
    """Text without width, case and spaces.

    Examples
    --------
    >>> plain(" ＬＮＧ （高德）")
    'lng(高德)'
    """
    return _GAPS.sub("", unicodedata.normalize("NFKC", text)).casefold()


def without_brackets(text: str) -> str:
    """Plain text without what stands in brackets.

    Examples
    --------
    >>> without_brackets("经度（高德）")
    '经度'
    """
    return _BRACKETS.sub("", plain(text))


@lru_cache(maxsize=HEADERS_KEPT)
def bare(text: str) -> str:
    """Plain text without brackets, numbering, asterisks and a colon.

    Examples
    --------
    >>> bare("*1.床位数（张）"), bare("（2）名称："), bare("①名称★"), bare("托位数/个"), bare("0-2岁")
    ('床位数', '名称', '名称', '托位数', '0-2岁')
    """
    return _UNIT.sub("", _NUMBERING.sub("", _BRACKETS.sub("", _unnumbered(text))))


@lru_cache(maxsize=HEADERS_KEPT)
def opened_up(text: str) -> str:
    """The lower of two headers with what stands in its first brackets as part of it; "" where it has none.

    Examples
    --------
    >>> opened_up("★X（经度）【必填】"), opened_up("位置（坐标）/2.X（经度）"), opened_up("经度")
    ('x经度', 'x经度', '')
    """
    found = _FIRST_BRACKET.fullmatch(_unnumbered(_BELOW.split(_unnumbered(text))[-1]))
    return "" if found is None else found[1] + found[2]


def is_header_of(label: str, names: Container[str]) -> bool:
    """Whether a header goes by one of ``names`` (bare) in any of the ways in which headers are read."""
    return lower_label(label) in names or opened_up(label) in names


@lru_cache(maxsize=HEADERS_KEPT)
def _unnumbered(text: str) -> str:
    return _NUMBERING.sub("", plain(_CIRCLED.sub(r"\1", text)))


@lru_cache(maxsize=HEADERS_KEPT)
def lower_label(text: str) -> str:
    """The lower of two headers that stand one above the other, bare; a header such as 经度/纬度 is one and stays whole.

    Examples
    --------
    >>> lower_label("坐标/经度"), lower_label("经度/纬度")
    ('经度', '经度/纬度')
    """
    group, _, label = bare(text).rpartition("/")
    return bare(text) if group in _coordinate_names() else bare(label)


@cache
def _coordinate_names() -> frozenset[str]:
    return frozenset(plain(name) for role in ("lon", "lat") for name in aliases("facility")[role])


def find_columns(headers: Sequence[str], names: Iterable[str]) -> tuple[str, ...]:
    """Headers that go by the best of ``names``: as they stand if any does, else without brackets, numbering and group.

    Several are given only where they are equally good, as 经度（高德） and 经度（百度） are.

    Examples
    --------
    >>> find_columns(["编号", "经度(高德)", "lng"], ["经度", "lng"])
    ('经度(高德)',)
    >>> find_columns(["编号"], ["经度", "lng"])
    ()
    """
    for name in names:
        for read in (plain, without_brackets, bare, lower_label, opened_up):
            found = tuple(header for header in headers if read(header) == plain(name))
            if found:
                return found
    return ()


def choose_column(
    headers: Sequence[str], role: str, names: Iterable[str], declared: str | None, file: str
) -> str | None:
    """The column of one role: the one ``study.toml`` declares, else the one found by its aliases.

    Parameters
    ----------
    headers
        All headers of the file.
    role
        What the column is for, as its key in ``study.toml``.
    names
        The role's aliases, best first.
    declared
        The header that ``study.toml`` names, if it does.
    file
        Named in the error.

    Returns
    -------
    str or None
        The header as the file writes it; None where there is none.

    Raises
    ------
    DataError
        The declared column is not there, or several columns are equally good.
    """
    if declared is None:
        found = find_columns(headers, names)
        if len(found) > 1:
            raise DataError("columns.several", file=file, role=role, columns="、".join(found))
        return found[0] if found else None
    for header in headers:
        if header == declared or plain(header) == plain(declared):
            return header
    raise DataError("columns.not_there", file=file, role=role, column=declared, columns="、".join(headers))
