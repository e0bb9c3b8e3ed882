"""Names and codes of polygons set right by the official lists of units.

A unit is matched by its code, else by its name as it stands, else by its name without the ending (街道, 街道办事处,
居委会), each only where one unit and one row of the same unit above answer to it. What is merely alike is
suggested, never matched.
"""

from __future__ import annotations

import difflib
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from circle15.inputs.files.columns import plain
from circle15.inputs.zones.findings import KIND, UnitRemark, placed, row_keys
from circle15.inputs.zones.unit_names import plain_code, stem
from circle15.model.ledger import Ledger, LedgerRow, Note, Place
from circle15.model.zones import LEVELS, level_label

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Sequence

    import geopandas as gpd

    from circle15.inputs.zones.official_rows import OfficialUnit

ALIKE = 0.6  # difflib's ratio: three of four signs of a short name


@dataclass(frozen=True)
class _Unit:
    """A polygon's unit: its row in the frame, its code and name, and official code and name of the unit above."""

    at: int
    code: str
    name: str
    above: str
    above_name: str


def match_official(
    units: gpd.GeoDataFrame, official: Sequence[OfficialUnit]
) -> tuple[gpd.GeoDataFrame, tuple[Note, ...], tuple[UnitRemark, ...], Ledger]:
    """Give units the codes and names of the official lists.

    Parameters
    ----------
    units
        ``level, code, name, parent_code, file, sheet, row``, widest level first.
    official
        The rows of all lists.

    Returns
    -------
    GeoDataFrame
        The units with ``code``, ``name`` and ``parent_code`` as the lists have them.
    notes
        Units in only one of list and polygons, and what they might be.
    findings
        What changed in single units.
    Ledger
        Every row of the lists.
    """
    named, findings, notes, ledger = units.copy(), [], [], []
    for level in LEVELS[1:]:
        listed = [row for row in official if row.level == level]
        if not listed:
            continue
        own = _units_of(named, level)
        matches = _match(own, listed, level)
        findings += _set_right(named, own, matches, level)
        lone_units, lone_rows = _unmatched(own, listed, matches)
        lone_rows, elsewhere = _by_area(lone_rows, named, level)
        notes += _lone(named, lone_units, lone_rows, listed[0].file, level)
        ledger += _list_rows(own, listed, matches, lone_rows, elsewhere, named)
    return named, tuple(notes), tuple(findings), Ledger(tuple(ledger))


def _units_of(units: gpd.GeoDataFrame, level: str) -> list[_Unit]:
    names = dict(zip(units["code"], units["name"], strict=True))
    return [
        _Unit(at, code, name, above, str(names.get(above, "")))
        for at, (code, name, above, its) in enumerate(
            zip(units["code"], units["name"], units["parent_code"], units["level"], strict=True)
        )
        if its == level
    ]


def _match(own: list[_Unit], listed: Sequence[OfficialUnit], level: str) -> dict[int, OfficialUnit]:
    """The row of the list for each unit's row in the frame; the surest way of matching first."""
    aboves = list({(unit.above, unit.above_name): unit for unit in own}.values())  # few; a province's list is long
    ways: tuple[tuple[Callable[[_Unit], str], Callable[[OfficialUnit], str], bool], ...] = (
        (lambda unit: plain_code(unit.code, level), lambda row: row.code, False),
        (lambda unit: plain(unit.name), lambda row: plain(row.name), True),
        (lambda unit: stem(unit.name, level, unit.above_name), lambda row: _stem(row, level, aboves), True),
    )
    found: dict[int, OfficialUnit] = {}
    for of_unit, of_row, same_above in ways:
        taken = set(found.values())
        free = [row for row in listed if row not in taken]
        left = [unit for unit in own if unit.at not in found]
        found |= _answers(left, free, of_unit, of_row, level if same_above else "")
    return found


def _stem(row: OfficialUnit, level: str, aboves: list[_Unit]) -> str:
    above = next((unit.above_name for unit in aboves if _is_above(unit, row, level)), row.above)
    return stem(row.name, level, above)


def _is_above(unit: _Unit, row: OfficialUnit, level: str) -> bool:
    """Whether the row may lie in the same unit above: it says so, or does not say."""
    if not row.above:
        return True
    wider = LEVELS[LEVELS.index(level) - 1]
    if plain_code(row.above, wider) == plain_code(unit.above, wider):
        return True
    return stem(row.above, wider) == stem(unit.above_name, wider)


def _answers(
    own: list[_Unit],
    listed: Sequence[OfficialUnit],
    of_unit: Callable[[_Unit], str],
    of_row: Callable[[OfficialUnit], str],
    level: str,
) -> dict[int, OfficialUnit]:
    """Units and rows that answer to each other alone; of the same unit above where ``level`` is given."""
    rows: dict[Hashable, list[OfficialUnit]] = defaultdict(list)
    for row in listed:
        rows[of_row(row)].append(row)
    for_unit = {
        unit: [row for row in rows.get(of_unit(unit) or None, []) if not level or _is_above(unit, row, level)]
        for unit in own
    }
    asked: dict[OfficialUnit, int] = defaultdict(int)
    for answers in for_unit.values():
        for row in answers:
            asked[row] += 1
    return {unit.at: answers[0] for unit, answers in for_unit.items() if len(answers) == 1 and asked[answers[0]] == 1}


def _set_right(
    named: gpd.GeoDataFrame, own: list[_Unit], matches: dict[int, OfficialUnit], level: str
) -> list[UnitRemark]:
    """Write the lists' codes and names into the frame; what that changed."""
    findings = []
    keys = row_keys(named)
    for unit in own:
        row = matches.get(unit.at)
        if row is None:
            continue
        if row.name and row.name != unit.name:
            findings.append(UnitRemark(keys[unit.at], _name_note(unit, row, placed(keys[unit.at]))))
            named.loc[unit.at, "name"] = row.name
        if row.code and row.code != unit.code:
            findings.append(UnitRemark(keys[unit.at], _code_note(unit, row, placed(keys[unit.at]))))
            named.loc[unit.at, "code"] = row.code
            named.loc[_children(named, level, unit.code), "parent_code"] = row.code
    return findings


def _name_note(unit: _Unit, row: OfficialUnit, at: Place) -> Note:
    return Note("official.name_set", {"found": unit.name, "official": row.name, "file": row.file}, at)


def _code_note(unit: _Unit, row: OfficialUnit, at: Place) -> Note:
    if unit.code == unit.name:
        return Note("official.code_added", {"official": row.code, "file": row.file}, at)
    return Note("official.code_set", {"found": unit.code, "official": row.code, "file": row.file}, at)


def _children(units: gpd.GeoDataFrame, level: str, code: str) -> list[bool]:
    """The units right below one unit, whose parents are of the next wider level present."""
    present = [each for each in LEVELS if each in set(units["level"])]
    after = present[present.index(level) + 1 :][:1]
    return [above == code and [its] == after for above, its in zip(units["parent_code"], units["level"], strict=True)]


def _unmatched(
    own: list[_Unit], listed: Sequence[OfficialUnit], matches: dict[int, OfficialUnit]
) -> tuple[list[_Unit], list[OfficialUnit]]:
    taken = set(matches.values())
    return [unit for unit in own if unit.at not in matches], [row for row in listed if row not in taken]


def _by_area(
    rows: list[OfficialUnit], units: gpd.GeoDataFrame, level: str
) -> tuple[list[OfficialUnit], list[OfficialUnit]]:
    """Rows of the study's own area, and rows of other places: those that name a unit above that the study lacks."""
    wider = [each for each in LEVELS[1 : LEVELS.index(level)] if each in set(units["level"])]
    if not wider:
        return rows, []
    above = units[units["level"] == wider[-1]]
    codes = {plain_code(code, wider[-1]) for code in above["code"]}
    names = {stem(name, wider[-1]) for name in above["name"]}
    here = [
        row
        for row in rows
        if not row.above or any(row.above.startswith(code) for code in codes) or stem(row.above, wider[-1]) in names
    ]
    of_here = set(here)
    return here, [row for row in rows if row not in of_here]


def _lone(units: gpd.GeoDataFrame, own: list[_Unit], rows: list[OfficialUnit], file: str, level: str) -> list[Note]:
    """A note for each unit that only one of polygons and list has."""
    keys, label = row_keys(units), level_label(level)
    notes = []
    for unit in own:
        alike = difflib.get_close_matches(unit.name, [row.name for row in rows], n=1, cutoff=ALIKE)
        facts: dict[str, object] = {"level": label, "unit": unit.name, "file": file}
        at = placed(keys[unit.at])
        notes.append(
            Note("official.not_listed_like", {**facts, "like": alike[0]}, at)
            if alike
            else Note("official.not_listed", facts, at)
        )
    return [*notes, *(_no_polygon(row, own) for row in rows)]


def _no_polygon(row: OfficialUnit, own: list[_Unit]) -> Note:
    alike = difflib.get_close_matches(row.name, [unit.name for unit in own], n=1, cutoff=ALIKE)
    at = Place(row.file, row.sheet, row.row)
    facts: dict[str, object] = {"level": level_label(row.level), "unit": row.name or row.code, "file": row.file}
    if alike:
        return Note("official.no_polygon_like", {**facts, "like": alike[0]}, at)
    return Note("official.no_polygon", facts, at)


def _list_rows(
    own: list[_Unit],
    listed: Sequence[OfficialUnit],
    matches: dict[int, OfficialUnit],
    lone: list[OfficialUnit],
    elsewhere: list[OfficialUnit],
    units: gpd.GeoDataFrame,
) -> list[LedgerRow]:
    at = {row: unit for unit, row in matches.items()}
    lone_units = [unit for unit in own if unit.at not in matches]
    reasons = {row: _no_polygon(row, lone_units) for row in lone}
    reasons |= {row: Note("official.elsewhere", {}, Place(row.file, row.sheet, row.row)) for row in elsewhere}
    return [
        LedgerRow(row.file, row.sheet, row.row, "used", KIND, str(units["code"].iloc[at[row]]), row.name)
        if row in at
        else LedgerRow(row.file, row.sheet, row.row, "excluded", KIND, row.code, row.name, (reasons[row],))
        for row in listed
    ]
