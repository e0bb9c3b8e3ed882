"""Rows of a sheet that are no data: totals, repeated headers, examples, notes and signatures."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from circle15.inputs.files.columns import aliases, bare, find_columns, plain
from circle15.inputs.files.values.numbers import read_quantity
from circle15.inputs.files.values.width import half_width

if TYPE_CHECKING:
    from collections.abc import Sequence

    from circle15.inputs.files.grids import Grid
    from circle15.inputs.files.headers import Heading

SetAsideKind = Literal["title", "total", "remark", "repeated_header", "example", "elsewhere"]

_SUM = "(?:合计|小计|总计|共计|总数|累计)"
_TOTAL = re.compile(rf"[(]?(?:其中|本页|全[区县市省镇乡]|[一-十]、)?{_SUM}[)]?(?:\([^()]*\))?:?")
# 城东街道小计, 合计：35家, 合计35家
_TOTAL_OF = re.compile(rf"[^0-9:,，。]{{1,12}}(?:小计|合计)|{_SUM}(?:[:,，]|共?[0-9]).*")
_NONE = re.compile(r"[-—–_/\\\s.…*]+|无")
_FORM = (
    "填表人|填报人|制表人|制表|经办人|审核人|审核|复核人|审批人|负责人|单位负责人|分管领导|联系人|联系电话|联系方式|电话|填报单位|填表单位|"
    "报送单位|制表单位|单位|单位盖章|盖章|公章|填报日期|填表日期|制表日期|制表时间|填报时间|日期|时间|报送日期|数据来源|资料来源|来源|统计口径|"
    "统计时间|指标解释"
)
_REMARK = re.compile(
    rf"[*※#(]*(?:(?:附?注|备注|说明|填[表报写]说明|注意事项|注意|注释)(?:[0-9]*[:.、(\s]|[0-9]+$|$)"
    rf"|(?:{_FORM})\s*(?:\([^()]*\))?\s*:|※|(?:数据|统计|本表)?截[至止][0-9])"
)
_EXPLAINS = re.compile(r"[*※#(]*(?:附?注|备注|说明|填[表报写]说明|注意|※)")
_SECTION = re.compile(r"(?:[一二三四五六七八九十]{1,3}、|\([一二三四五六七八九十]{1,3}\)).*")
# 示例：阳光园, （示例）某某园, 例如：..., and a cell that says 示例 alone; 示例路小学 is a school.
_EXAMPLE = re.compile(r"(?:填[写报表])?(?:示例|样例|范例|举例|例如|例)(?:[0-9]*$|[0-9]*[:)\]】].*)", re.DOTALL)
_OPENING = "([【*※ "
# Cells of a line of signatures: more of them are a row of data.
MOST_REMARK_CELLS = 6
ROW_NUMBERS = frozenset({"序号", "序", "no", "no.", "#", "行号"})


@dataclass(frozen=True)
class SetAside:
    """A row that is no data: its number as the file shows it, what it is, and its text.

    ``sheet`` is named where it is not the table's own: of a row ``elsewhere``, on a sheet that holds no list.
    """

    row: int
    kind: SetAsideKind
    text: str
    sheet: str = ""


@dataclass(frozen=True)
class Layout:
    """What tells data from the rest: the headers' own rows, the titles, and the columns by what they hold."""

    headings: tuple[tuple[str, ...], ...]
    titles: frozenset[str]
    places: tuple[int, ...]
    names: tuple[int, ...]
    numbering: tuple[int, ...]
    wide: frozenset[int]


def layout_of(grid: Grid, heading: Heading) -> Layout:
    """The layout of a sheet with these headers."""
    known = aliases("facility")
    headers = {name for role in ("lon", "lat", "lonlat") for name in find_columns(heading.labels, known.get(role, ()))}
    names = find_columns(heading.labels, known["name"])
    own = (heading.labels, *grid.rows[heading.first : heading.last + 1])
    half = max(len(heading.labels) / 2, 3)
    return Layout(
        headings=tuple(tuple(map(plain, row)) for row in own),
        titles=frozenset(_only_text(row) for row in grid.rows[: heading.first]) - {""},
        places=tuple(at for at, label in enumerate(heading.labels) if label in headers),
        names=tuple(at for at, label in enumerate(heading.labels) if label in names),
        numbering=tuple(at for at, label in enumerate(heading.labels) if bare(label) in ROW_NUMBERS),
        wide=frozenset(top for top, left, _, right in grid.merges if right - left + 1 >= half),
    )


def text_of(row: Sequence[str]) -> str:
    """What a row says, in one line."""
    return " ".join(" ".join(cell.split()) for cell in row if cell)


def what_is_no_data(row: Sequence[str], layout: Layout, at: int, after_remark: bool) -> SetAsideKind | None:
    """What a row below the headers is, None for data. In doubt it is data, for its reader to judge.

    Parameters
    ----------
    row
        Its cells.
    layout
        Of its sheet.
    at
        Its number, counted from 0.
    after_remark
        Whether an explanation stands above it, so that a line of a single cell continues it.
    """
    if _repeats(row, layout):
        return "repeated_header"
    if _only_text(row) in layout.titles:
        return "title"
    if _is_example(row, layout):
        return "example"
    if any(re.search("[0-9]", half_width(row[place])) for place in layout.places):
        return None
    if is_total(row):
        return "total"
    return "remark" if _is_remark(row, layout, at, after_remark) else None


def explains(row: Sequence[str]) -> bool:
    """Whether a row begins notes that may go on below."""
    return bool(_EXPLAINS.match(half_width(_first(row))))


def is_total(row: Sequence[str]) -> bool:
    """Whether a row without a place is a sum: its only text is 合计, or ends so; numbers may stand beside.

    Examples
    --------
    >>> is_total(["", "合 计", "35家", "1200"]), is_total(["城东街道小计", "", "3", "—"])
    (True, True)
    >>> is_total(["合计路社区", "", ""]), is_total(["1", "总工会幼儿园", ""]), is_total(["合计", "东街3号", ""])
    (False, False, False)
    """
    texts = [cell for cell in (re.sub(r"\s", "", half_width(cell)) for cell in row) if cell and not _says_number(cell)]
    if len(texts) != 1:
        return len(texts) > 1 and all(_TOTAL.fullmatch(text) for text in texts)
    return bool(_TOTAL.fullmatch(texts[0]) or _TOTAL_OF.fullmatch(texts[0]))


def _says_number(text: str) -> bool:
    return read_quantity(text) is not None or _NONE.fullmatch(text) is not None


def _repeats(row: Sequence[str], layout: Layout) -> bool:
    filled = [(at, plain(cell)) for at, cell in enumerate(row) if cell]
    fits = (all(text == heading[at] for at, text in filled) for heading in layout.headings)
    return len(filled) > 1 and any(fits)


def _is_example(row: Sequence[str], layout: Layout) -> bool:
    """Whether a row shows how to fill in the form: its name, its number or its first cell says so."""
    filled = [at for at, cell in enumerate(row) if cell]
    saying = {*filled[:1], *layout.names, *layout.numbering}
    return len(filled) > 1 and any(_EXAMPLE.fullmatch(half_width(row[at]).lstrip(_OPENING)) for at in saying)


def _first(row: Sequence[str]) -> str:
    return next((cell for cell in row if cell), "")


def _only_text(row: Sequence[str]) -> str:
    texts = [cell for cell in row if cell]
    return plain(texts[0]) if len(texts) == 1 else ""


def _is_remark(row: Sequence[str], layout: Layout, at: int, after_remark: bool) -> bool:
    filled = [column for column, cell in enumerate(row) if cell]
    text = half_width(_first(row))
    if len(filled) == 1:
        is_line = at in layout.wide or _SECTION.fullmatch(text) is not None or filled[0] in layout.numbering
        return is_line or after_remark or _REMARK.match(text) is not None
    return len(filled) <= MOST_REMARK_CELLS and _REMARK.match(text) is not None
