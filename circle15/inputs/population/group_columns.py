"""The columns of an official table that count people by age or status, as persons per group."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from circle15.inputs.files.columns import plain
from circle15.inputs.population.age_bands import AgeBand, band_shares, covers_all_ages, finest_cover, parse_band
from circle15.inputs.population.figures import Figures, read_figures, require_shares
from circle15.model.population import EVERYONE

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from circle15.catalogue.entries import Group
    from circle15.inputs.files.tables import Table

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
    read
        The column as read.
    """

    band: AgeBand | None
    group: str | None
    read: Figures

    @property
    def figures(self) -> NDArray[np.float64]:
        """Its cells as numbers, NaN where blank, (rows,)."""
        return self.read.values

    @property
    def share_of(self) -> float | None:
        """What makes a share of the total 1; None where neither header nor cells say that it is a share."""
        return self.read.share_of


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
    read
        The columns they are from.
    """

    persons: pd.DataFrame
    off: NDArray[np.float64]
    read: tuple[Figures, ...] = ()


def group_figures(
    table: Table,
    totals: NDArray[np.float64],
    groups: Mapping[str, Group],
    total_header: str,
    wanted: NDArray[np.int64] | None = None,
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
    wanted
        The rows whose figures are used; all where not given.

    Raises
    ------
    DataError
        Shares mixed with counts, or above 100 %, in a row that is used.
    """
    columns = _figure_columns(table, groups, total_header)
    for column in columns:
        require_shares(column.read, np.arange(len(totals)) if wanted is None else wanted)
    bands, off = _band_persons([column for column in columns if column.band is not None], totals)
    persons = {column.group: _by_own_rule(column, totals) for column in columns if column.group is not None}
    for group in groups.values():
        shares = band_shares(_ages(group), bands) if _has_ages(group) and group.id not in persons else {}
        if shares:
            persons[group.id] = np.sum([bands[band] * share for band, share in shares.items()], axis=0)
    ordered = {group: persons[group] for group in groups if group in persons}
    read = tuple(column.read for column in columns)
    return GroupFigures(pd.DataFrame(ordered, index=range(len(totals))), off, read)


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
        column = FigureColumn(None if group else band, group, read_figures(table, header))
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


def speaks_of_status(header: str) -> bool:
    """Whether a header mentions people of a status, be it only a part of them.

    Examples
    --------
    >>> speaks_of_status("城市低保对象"), speaks_of_status("联系电话")
    (True, False)
    """
    return any(word in plain(header) for words in _status_words().values() for word in words)


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
