"""The cells of an official table as figures: 1.2万, 约50 and １２０ read and told, 万人 turned into persons.

A column says by its header in what it counts (万人, %); where it does not, the table's title may (单位：万人).
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

import numpy as np

from circle15.errors import DataError, raise_faults
from circle15.inputs.files.listing import few
from circle15.inputs.files.values.numbers import POWERS_OF_TEN, read_quantity
from circle15.model.ledger import Note, Place

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import NDArray

    from circle15.inputs.files.tables import Table

MOST_PERSONS = 1e8  # no town, county or city has more: a unit is wrong
NAN = float("nan")
SHARE_HEADER = re.compile(r"占比|比重|比例|share|%|\brate\b")
PERSON_WORDS = frozenset(("", "人", "口", "名", "位", "%"))
_AS_IT_STANDS = re.compile(r"[+-]?[0-9][0-9,]*(?:\.[0-9]*)?(?:[eE][+-]?[0-9]+)?\s*[人名口位%％]?")
_BLANK = re.compile(r"[-—–－_/\\\s.…*]*|无|空")
_POWERS = "亿|千万|百万|十万|万|千|百"
_OF_HEADER = re.compile(rf"(?<!每)({_POWERS})人(?!拥有)|[(/:]({_POWERS})\)?$")
_PERSONS_HEADER = re.compile(r"\(人\)|/人$")
_OF_TITLE = re.compile(rf"单位\s*:?[^;,。\s)]*?({_POWERS})人|\(({_POWERS})人\)")


@dataclass(frozen=True)
class FigureCell:
    """A cell as a number: NaN where blank or unread; whether it has a per cent sign or a power of ten of its own."""

    text: str
    value: float = NAN
    percent: bool = False
    own_power: bool = False
    told: str = ""

    @property
    def blank(self) -> bool:
        """Whether nothing is written, or only a dash."""
        return _BLANK.fullmatch(self.text) is not None


@dataclass(frozen=True, eq=False)
class Figures:
    """A column as numbers.

    Attributes
    ----------
    table, header
        Where it stands.
    cells
        As they were read, one per row.
    values
        Persons, or shares of ``share_of``; NaN where blank or unread, (rows,).
    share_of
        What makes a share of the total 1: 1 for fractions, 100 for percent; None where header and cells do not say
        that it is a share.
    unit
        The word for a unit of several persons, 万人; "" where it counts persons or shares.
    """

    table: Table
    header: str
    cells: tuple[FigureCell, ...]
    values: NDArray[np.float64]
    share_of: float | None
    unit: str

    def notes(self) -> dict[int, tuple[Note, ...]]:
        """What is said of single cells, by row."""
        return {at: (self._note(at, cell),) for at, cell in enumerate(self.cells) if cell.told}

    def _note(self, at: int, cell: FigureCell) -> Note:
        place = Place(self.table.file, self.table.sheet, self.table.row_numbers[at], self.header)
        facts: dict[str, object] = {"column": self.header, "found": cell.text}
        return Note(cell.told, facts | ({} if np.isnan(cell.value) else {"value": float(self.values[at])}), place)


def read_cell(text: str) -> FigureCell:
    """One cell.

    Examples
    --------
    >>> read_cell("1,845,444").value, read_cell(" １２ 人").value, read_cell("12.5%").percent
    (1845444.0, 12.0, True)
    >>> read_cell("约50").told, read_cell("1.2万").value, read_cell("—").blank, read_cell("12户").told
    ('figures.about', 12000.0, True, 'figures.unread')
    """
    text = text.strip()
    if _BLANK.fullmatch(text):
        return FigureCell(text)
    found = read_quantity(text)
    unit = "" if found is None else unicodedata.normalize("NFKC", found.unit)
    if found is None or unit not in PERSON_WORDS:
        return FigureCell(text, told="figures.unread")
    told = "figures.about" if found.approximate else "" if _AS_IT_STANDS.fullmatch(text) else "figures.read"
    own_power = any(sign in text for sign in "亿万千百")
    return FigureCell(text, found.value, unit == "%", own_power, told)


def read_figures(table: Table, header: str) -> Figures:
    """A column of an official table.

    Parameters
    ----------
    table
        The table.
    header
        One of its headers.
    """
    cells = tuple(map(read_cell, table.column(header)))
    raw = np.array([cell.value for cell in cells], dtype=np.float64)
    share_of = _share_of(header, cells, raw)
    power = "" if share_of is not None else power_of(table, header)
    values = [cell.value if cell.own_power else _times(cell.value, power) for cell in cells]
    return Figures(table, header, cells, np.array(values, dtype=np.float64), share_of, f"{power}人" if power else "")


def power_of(table: Table, header: str) -> str:
    """The power of ten that a column counts persons in, by its header or the table's title; "" for persons.

    Examples
    --------
    >>> from circle15.inputs.files.tables import Table
    >>> towns = Table("a.csv", "", ("乡镇", "人口", "残疾人（人）"), (), (), title="各乡镇人口 单位：万人")
    >>> power_of(towns, "人口"), power_of(towns, "残疾人（人）"), power_of(towns, "人口（千人）")
    ('万', '', '千')
    """
    said = _OF_HEADER.search(_plain(header))
    if said or _PERSONS_HEADER.search(_plain(header)):
        return (said[1] or said[2]) if said else ""
    above = [table.title, *(aside.text for aside in table.set_aside if aside.kind in ("title", "remark"))]
    found = [match for text in above if (match := _OF_TITLE.search(_plain(text)))]
    return (found[0][1] or found[0][2]) if found else ""


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text)


def times_of(figures: Figures) -> float:
    """Persons per unit of a column."""
    return float(10 ** POWERS_OF_TEN[figures.unit.removesuffix("人")])


def _times(value: float, power: str) -> float:
    """A figure in persons, as its digits are written: 45.32 万 is 453,200."""
    if not power or np.isnan(value):
        return value
    return float(Decimal(repr(value)).scaleb(POWERS_OF_TEN[power]))


def _share_of(header: str, cells: Sequence[FigureCell], raw: NDArray[np.float64]) -> float | None:
    if any(cell.percent for cell in cells) or "%" in _plain(header):
        return 100.0
    if not SHARE_HEADER.search(header.lower()):
        return None
    return 100.0 if np.nanmax(raw, initial=0.0) > 1 else 1.0


# --- what is said of whole columns --------------------------------------------------------------------------------


def unit_notes(read: Iterable[Figures]) -> tuple[Note, ...]:
    """Say which columns were turned from 万人 into persons."""
    by_unit: dict[str, list[Figures]] = {}
    for figures in read:
        if figures.unit:
            by_unit.setdefault(figures.unit, []).append(figures)
    notes = []
    for unit, columns in sorted(by_unit.items()):
        table, headers = columns[0].table, [figures.header for figures in columns]
        facts = {"file": table.file, "columns": few(headers), "unit": unit, "times": times_of(columns[0])}
        notes.append(Note("figures.unit", facts, Place(table.file, table.sheet, field=headers[0])))
    return tuple(notes)


def fraction_note(figures: Figures, rows: NDArray[np.int64]) -> tuple[Note, ...]:
    """Say where people are counted with decimals, so that 万人 may be meant but is not said."""
    values = figures.values[rows]
    parts = rows[np.flatnonzero(~np.isnan(values) & (values % 1 != 0))]
    if figures.unit or not len(parts):
        return ()
    at = int(parts.min())
    place = Place(figures.table.file, figures.table.sheet, figures.table.row_numbers[at], figures.header)
    facts = {"file": place.file, "row": place.row, "column": figures.header, "found": figures.cells[at].text}
    return (Note("figures.fractions", facts, place),)


def require_plausible(figures: Figures, rows: NDArray[np.int64]) -> None:
    """Refuse a unit of more people than a country's largest city has several times over.

    Raises
    ------
    DataError, Faults
        The rows that have them.
    """
    table = figures.table
    faults = []
    for at in sorted(rows.tolist()):
        if figures.values[at] > MOST_PERSONS:
            facts = {"column": figures.header, "persons": float(figures.values[at]), "found": figures.cells[at].text}
            faults.append(DataError("figures.too_many", file=table.file, row=table.row_numbers[at], **facts))
    raise_faults(faults)


def require_shares(figures: Figures, rows: NDArray[np.int64]) -> None:
    """Refuse a column of shares that mixes in counts, or has a share above 100 %.

    Raises
    ------
    DataError, Faults
        The rows where that shows.
    """
    if figures.share_of is None:
        return
    table = figures.table
    faults = []
    signed = any(cell.percent for cell in figures.cells) and "%" not in _plain(figures.header)
    for at in sorted(rows.tolist()):
        cell = figures.cells[at]
        place = {"file": table.file, "row": table.row_numbers[at], "column": figures.header, "found": cell.text}
        if signed and not cell.percent and not np.isnan(cell.value):
            faults.append(DataError("figures.shares_mixed", **place))
        elif cell.value > figures.share_of * (1 + 1e-9):
            faults.append(DataError("figures.share_over_all", **place))
    raise_faults(faults)


def notes_by_row(read: Iterable[Figures]) -> Mapping[int, tuple[Note, ...]]:
    """What is said of cells of several columns, by row."""
    notes: dict[int, tuple[Note, ...]] = {}
    for figures in read:
        for at, told in figures.notes().items():
            notes[at] = (*notes.get(at, ()), *told)
    return notes
