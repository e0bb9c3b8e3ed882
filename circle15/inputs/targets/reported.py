"""Values that people enter on indicators that no data here can compute."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from circle15.catalogue.suggestions import closest
from circle15.errors import Circle15Error, DataError, collecting, raise_faults
from circle15.inputs.files.columns import plain
from circle15.inputs.files.sheets import read_sheets
from circle15.inputs.files.workbook_parts import percent_cells
from circle15.inputs.targets.laid_out import with_percents
from circle15.inputs.targets.values import disagrees, in_unit, read_figure
from circle15.model.ledger import Ledger, LedgerRow, Note, Place
from circle15.model.targets import Reported

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from circle15.catalogue.targets.entries import Indicator, TargetSeries
    from circle15.inputs.files.grids import Grid
    from circle15.inputs.targets.values import Figure
    from circle15.model.ledger import Fate

KIND = "reported"
# What each column may be called; the template uses the first.
COLUMNS: dict[str, tuple[str, ...]] = {
    "id": ("编号", "指标编号", "代号", "id"),
    "name": ("指标", "指标名称", "indicator"),
    "year": ("年份", "年度", "年", "year"),
    "value": ("值", "完成值", "实际值", "完成情况", "数值", "value"),
    "source": ("来源", "数据来源", "出处", "source"),
    "by": ("填报人", "填报单位", "填表人", "by", "reportedby"),
}
NEEDED = ("name", "year", "value")
DONE = ("是", "已完成", "完成", "达标", "已达标", "已建成", "建成", "全覆盖", "yes", "done")
NOT_DONE = ("否", "未完成", "未达标", "未建成", "未", "no", "notdone")
_YEAR = re.compile(r"(?:19|20)\d\d")
PERCENT, WHOLE = "%", 100.0
# A value so many times the target is more likely one in another unit (人 for 万人) than a success.
FAR_BEYOND = 100.0


def read_reported(path: Path, series: TargetSeries) -> tuple[tuple[Reported, ...], Ledger, tuple[Note, ...]]:
    """The values of a filled-in template.

    Parameters
    ----------
    path
        A workbook or csv with the columns 指标, 年份, 值 and, if any, 编号, 来源, 填报人.
    series
        The indicators that may stand in it.

    Returns
    -------
    tuple
        The values of all sheets that have the columns, the account of every row (those without a value are excluded,
        as not filled in) and notes: values that are hardly meant as they stand, and formulas that failed.

    Raises
    ------
    DataError, Faults
        A column is missing, an indicator is not known or not the one of its id, a year has no target, a value is no
        number or in another unit, or one indicator and year stands twice.
    """
    grids, _ = read_sheets(path, None)
    percents = percent_cells(path)
    tables = _with_columns(path, [with_percents(grid, percents.get(grid.sheet, frozenset())) for grid in grids])
    found: dict[tuple[str, int], tuple[Reported, Place]] = {}
    rows: list[LedgerRow] = []
    faults: list[Circle15Error] = []
    notes: list[Note] = []
    for grid, header, columns in tables:
        notes += grid.notes
        rows += [_above(grid, at) for at in grid.filled() if at < header]
        for at in (at for at in grid.filled() if at > header):
            cells = {role: grid.rows[at][column] for role, column in columns.items()}
            place = Place(grid.file, grid.sheet, at + 1)
            with collecting(faults):
                entry = _entry(cells, series, place)
                if entry is not None:
                    _require_single(found, entry, place)
                    found[entry.indicator, entry.year] = (entry, place)
                    notes += _doubts(entry, series.by_id[entry.indicator], place)
                rows.append(_account(cells, entry, place))
    raise_faults(faults)
    return tuple(entry for entry, _ in found.values()), Ledger(tuple(rows)), tuple(notes)


def _with_columns(path: Path, grids: Sequence[Grid]) -> list[tuple[Grid, int, dict[str, int]]]:
    """The sheets with the header, its row in each, and where each column stands."""
    best: dict[str, int] = {}
    tables = []
    for grid in grids:
        for at in grid.filled()[:20]:
            found = _roles(grid.rows[at])
            if all(role in found for role in NEEDED):
                tables.append((grid, at, found))
                break
            best = max(best, found, key=len)
    if not tables:
        missing = "、".join(COLUMNS[role][0] for role in NEEDED if role not in best)
        raise DataError("targets.no_column", file=path.name, columns=missing)
    return tables


def _roles(row: Sequence[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for column, cell in enumerate(row):
        said = re.sub(r"\(.*?\)", "", plain(cell)).strip("*")
        role = next((role for role, names in COLUMNS.items() if said in names), None)
        if role is not None:
            found.setdefault(role, column)
    return found


def _entry(cells: Mapping[str, str], series: TargetSeries, place: Place) -> Reported | None:
    """One row; None where no value has been entered."""
    if not cells["value"].strip():
        return None
    year = _YEAR.search(cells["year"])
    if year is None or len(_YEAR.findall(cells["year"])) > 1:
        raise _fault("targets.entry_year", place, found=cells["year"])
    indicator = _indicator(cells, series, place)
    target = indicator.value_of(int(year[0]))
    # A yearly flow that a later total adds up may be entered for every year, whether it has a target or not.
    if target is None:
        years = "、".join(str(value.year) for value in indicator.values)
        raise _fault("targets.entry_no_target", place, name=indicator.name, year=int(year[0]), years=years)
    text, source, by = (cells.get(role, "").strip() for role in ("value", "source", "by"))
    value, second, done = _value(text, indicator, place)
    return Reported(indicator.id, int(year[0]), value, second, done, text, source, by)


def _indicator(cells: Mapping[str, str], series: TargetSeries, place: Place) -> Indicator:
    id_, name = cells.get("id", "").strip(), cells["name"].strip()
    if id_ in series.by_id:
        return _same_as_named(series.by_id[id_], name, place)
    same = [each for each in series.indicators if plain(each.name) == plain(name)]
    if len(same) == 1:
        return same[0]
    if len(same) > 1:
        ids = "、".join(each.id for each in same)
        raise _fault("targets.entry_ambiguous", place, name=name, ids=ids)
    near = closest(name, (each.name for each in series.indicators))
    if near is None:
        raise _fault("targets.entry_unknown", place, name=name)
    raise _fault("targets.entry_unknown_like", place, name=name, closest=near)


def _same_as_named(indicator: Indicator, name: str, place: Place) -> Indicator:
    """The indicator of an id, where the row names no other: a column sorted by itself moves every value."""
    if name and plain(name) != plain(indicator.name):
        raise _fault("targets.entry_contrary", place, id=indicator.id, name=indicator.name, found=name)
    return indicator


def _value(text: str, indicator: Indicator, place: Place) -> tuple[float | None, float | None, bool | None]:
    """The numbers of an entry, or whether a target in words is met."""
    figure = read_figure(text)
    if figure.is_number:
        _require_exact(figure, indicator, place)
        value, second = in_unit(figure, indicator.unit)
        if value is not None:
            _require_pair(second, indicator, text, place)
            return value, second, None
    in_words = all(value.value is None for value in indicator.values if value.role == "target") or figure.covered
    said = plain(text)
    if (in_words or _has_words(indicator)) and said in (*DONE, *NOT_DONE):
        return None, None, said in DONE
    key = "targets.entry_words" if _has_words(indicator) else "targets.entry_text"
    raise _fault(key, place, name=indicator.name, found=text)


def _has_words(indicator: Indicator) -> bool:
    return any(value.value is None and value.role == "target" for value in indicator.values)


def _require_exact(figure: Figure, indicator: Indicator, place: Place) -> None:
    """A value is a number and no bound; its unit is the indicator's."""
    if figure.operator not in ("=", "about"):
        raise _fault("targets.entry_bound", place, name=indicator.name, found=figure.text)
    if disagrees(figure, indicator.unit):
        facts = {"name": indicator.name, "found": figure.text, "unit": indicator.unit}
        raise _fault("targets.entry_unit", place, **facts)


def _require_pair(second: float | None, indicator: Indicator, text: str, place: Place) -> None:
    asked = any(value.second is not None and value.operator != "between" for value in indicator.values)
    if asked != (second is not None):
        key = "targets.entry_pair" if asked else "targets.entry_no_pair"
        raise _fault(key, place, name=indicator.name, found=text)


def _doubts(entry: Reported, indicator: Indicator, place: Place) -> Iterator[Note]:
    """What is hardly meant as it stands: 0.85 % for 85 %, heads where ten thousands are asked for, less than none."""
    targets = [value.value for value in indicator.values if value.value is not None]
    if entry.value is None or not targets:
        return
    facts: dict[str, object] = {"name": indicator.name, "year": entry.year, "found": entry.text}
    share = indicator.unit == PERCENT and max(targets) <= WHOLE
    if share and 0 < entry.value <= 1 < min(targets) and indicator.better == "more":
        yield Note("targets.entry_fraction", facts, place)
    elif share and entry.value > WHOLE:
        yield Note("targets.entry_above_all", facts, place)
    elif 0 < max(targets) * FAR_BEYOND <= entry.value:
        yield Note("targets.entry_far_beyond", {**facts, "unit": indicator.unit}, place)
    elif entry.value < 0 <= min(targets):
        yield Note("targets.entry_negative", facts, place)


def _require_single(found: Mapping[tuple[str, int], tuple[Reported, Place]], entry: Reported, place: Place) -> None:
    before = found.get((entry.indicator, entry.year))
    if before is not None:
        first = before[1]
        row = str(first.row) if first.sheet == place.sheet else f"{first.sheet} {first.row}"
        raise _fault("targets.entry_twice", place, name=entry.indicator, year=entry.year, before=row)


def _fault(key: str, place: Place, **facts: object) -> DataError:
    return DataError(key, file=place.file, sheet=place.sheet or "-", row=place.row, **facts)


def _account(cells: Mapping[str, str], entry: Reported | None, place: Place) -> LedgerRow:
    reasons = () if entry is not None else (Note("targets.not_filled_in", {"name": cells["name"]}, place),)
    fate: Fate = "excluded" if entry is None else "used"
    id_ = "" if entry is None else entry.indicator
    return LedgerRow(place.file, place.sheet, place.row, fate, KIND, id_, cells["name"], reasons)


def _above(grid: Grid, at: int) -> LedgerRow:
    text = " ".join(cell for cell in grid.rows[at] if cell)
    note = Note("targets.is_before", {"text": text}, Place(grid.file, grid.sheet, at + 1))
    return LedgerRow(grid.file, grid.sheet, at + 1, "excluded", KIND, "", text, (note,))
