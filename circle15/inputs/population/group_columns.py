"""The columns of an official table that count people by age or status, as persons per group."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from circle15.inputs.files.columns import plain
from circle15.inputs.population.age_bands import AgeBand, band_shares, covers_all_ages, finest_cover, parse_band
from circle15.model.population import EVERYONE

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from circle15.catalogue.entries import Group
    from circle15.inputs.files.tables import Table

SHARE_HEADER = re.compile(r"占比|比重|比例|share|%|\brate\b")
BESIDE_STATUS = re.compile(r"\(.*?\)|城乡|持证|在册|人口数?|人员|人数|人|对象|数|登记|占比|比重|比例|%")
SUM_OF_SHARES = 0.02  # shares are published rounded: their sum may miss 1 by this much
SAME_COUNT = 0.01  # bands that add up to the total within this share of it are counts


@dataclass(frozen=True, eq=False)
class FigureColumn:
    """A column that counts the people of an age band or of one group.

    Attributes
    ----------
    band, group
        What it counts: one of the two, the other None.
    figures
        Its cells as numbers, NaN where blank, (rows,).
    share_of
        What makes a share of the total 1: 1 for fractions, 100 for percent; None where header and cells do not say
        that it is a share.
    """

    band: AgeBand | None
    group: str | None
    figures: NDArray[np.float64]
    share_of: float | None


@dataclass(frozen=True, eq=False)
class GroupFigures:
    """Persons per group and row.

    Attributes
    ----------
    persons
        A column per group that the table tells of; NaN in rows where a cell is blank.
    off
        Per row: the sum of the age bands over the total, where both are counts and differ by more than
        ``SAME_COUNT``; NaN elsewhere.
    """

    persons: pd.DataFrame
    off: NDArray[np.float64]


def number(text: str) -> float:
    """A cell as a number, NaN where it is none.

    Examples
    --------
    >>> number("1,845,444"), number(" １２ 人"), number("12.5%"), number("—")
    (1845444.0, 12.0, 12.5, nan)
    """
    digits = unicodedata.normalize("NFKC", text).replace(",", "").replace(" ", "").rstrip("人%")
    try:
        value = float(digits)
    except ValueError:
        return float("nan")
    return value if np.isfinite(value) else float("nan")


def column_figures(table: Table, header: str) -> NDArray[np.float64]:
    """A column as numbers; of a header that says 万人 as persons.

    Parameters
    ----------
    table
        The table.
    header
        One of its headers.
    """
    unit = 10_000.0 if "万人" in header else 1.0
    return np.array([number(cell) for cell in table.column(header)]) * unit


def group_figures(
    table: Table, totals: NDArray[np.float64], groups: Mapping[str, Group], total_header: str
) -> GroupFigures:
    """Persons per group, from whichever age bands and group columns a table has.

    Parameters
    ----------
    table
        One row per unit.
    totals
        Persons of each row, (rows,).
    groups
        The catalogue's groups by id.
    total_header
        The column that ``totals`` are from.
    """
    columns = _figure_columns(table, groups, total_header)
    bands, off = _band_persons([column for column in columns if column.band is not None], totals)
    persons = {column.group: _by_own_rule(column, totals) for column in columns if column.group is not None}
    for group in groups.values():
        shares = band_shares(_ages(group), bands) if _has_ages(group) and group.id not in persons else {}
        if shares:
            persons[group.id] = np.sum([bands[band] * share for band, share in shares.items()], axis=0)
    ordered = {group: persons[group] for group in groups if group in persons}
    return GroupFigures(pd.DataFrame(ordered, index=range(len(totals))), off)


def _has_ages(group: Group) -> bool:
    return group.id != EVERYONE and group.from_age is not None


def _ages(group: Group) -> AgeBand:
    return AgeBand(group.from_age or 0, group.to_age)


# --- which columns there are --------------------------------------------------------------------------------------


def _figure_columns(table: Table, groups: Mapping[str, Group], total_header: str) -> list[FigureColumn]:
    """The columns that count people of a band or group, left to right; of equal ones the first."""
    columns: dict[tuple[AgeBand | str, bool], FigureColumn] = {}
    for header in table.headers:
        band, group = parse_band(header), named_group(header, groups)
        if header == total_header or (band is None and group is None):
            continue
        figures = column_figures(table, header)
        column = FigureColumn(None if group else band, group, figures, _share_of(table, header, figures))
        columns.setdefault((group or band or "", column.share_of is None), column)
    return list(columns.values())


def named_group(header: str, groups: Mapping[str, Group]) -> str | None:
    """The group whose id or name a header is, or whose status it speaks of."""
    for group in groups.values():
        if group.id == EVERYONE:
            continue
        named = plain(header) in (plain(group.id), plain(group.label.zh), plain(group.label.en))
        if named or any(_counts_people_with(word, header) for word in _status_words().get(group.id, ())):
            return group.id
    return None


def _counts_people_with(status: str, header: str) -> bool:
    """Whether a header says people of a status and nothing else: no households, no ages, no part of them.

    Examples
    --------
    >>> _counts_people_with("残疾", "持证残疾人数（人）"), _counts_people_with("低保", "低保户数")
    (True, False)
    """
    said = plain(header)
    return status in said and not BESIDE_STATUS.sub("", said.replace(status, "", 1))


@cache
def _status_words() -> Mapping[str, tuple[str, ...]]:
    text = files("circle15.catalogue").joinpath("totals.toml").read_text(encoding="utf-8")
    return {group: tuple(words) for group, words in tomllib.loads(text)["status"].items()}


def _share_of(table: Table, header: str, figures: NDArray[np.float64]) -> float | None:
    percent_cells = any(cell.endswith(("%", "％")) for cell in table.column(header))
    if percent_cells or "%" in unicodedata.normalize("NFKC", header):
        return 100.0
    if not SHARE_HEADER.search(header.lower()):
        return None
    return 100.0 if np.nanmax(figures, initial=0.0) > 1 else 1.0


# --- counts or shares ---------------------------------------------------------------------------------------------


def _band_persons(
    columns: Sequence[FigureColumn], totals: NDArray[np.float64]
) -> tuple[dict[AgeBand, NDArray[np.float64]], NDArray[np.float64]]:
    """Persons by band, and how far the bands are off the totals.

    Where bands that do not say what they are cover all ages, their sum says it: 1 or 100 for shares, else counts.
    """
    persons = {column.band: _by_own_rule(column, totals) for column in columns if column.share_of is not None}
    unsaid = {column.band: column for column in columns if column.share_of is None}
    cover = finest_cover(band for band in unsaid if band is not None)
    off = np.full(len(totals), np.nan)
    if covers_all_ages(cover):
        factor, off = _persons_per_figure(np.sum([unsaid[band].figures for band in cover], axis=0), totals)
        persons |= {band: column.figures * factor for band, column in unsaid.items()}
    else:
        persons |= {band: _by_own_rule(column, totals) for band, column in unsaid.items()}
    return {band: values for band, values in persons.items() if band is not None}, off


def _persons_per_figure(
    sums: NDArray[np.float64], totals: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Persons that a figure of 1 stands for, per row, given the sum over all ages; and sum over total where off.

    Counts that add up to another total (registered people beside residents, say) are taken as the share of each
    band in their own sum.
    """
    counts = np.abs(sums - totals) <= SAME_COUNT * totals
    fractions = ~counts & (np.abs(sums - 1) <= SUM_OF_SHARES)
    percents = ~counts & (np.abs(sums - 100) <= 100 * SUM_OF_SHARES)
    with np.errstate(divide="ignore", invalid="ignore"):
        as_counts = np.where(totals == 0, 0.0, np.where(sums > 0, totals / sums, np.nan))
        off = np.where(counts | fractions | percents | np.isnan(as_counts), np.nan, sums / totals)
    return np.select([fractions, percents], [totals, totals / 100], as_counts), off


def _by_own_rule(column: FigureColumn, totals: NDArray[np.float64]) -> NDArray[np.float64]:
    """Persons of one column by itself: a share where it says so or holds fractions up to 1 only, else counts."""
    if column.share_of is not None:
        return column.figures / column.share_of * totals
    known = column.figures[~np.isnan(column.figures)]
    fractions = (known <= 1).all() and (known % 1 != 0).any()
    return column.figures * totals if fractions else column.figures
