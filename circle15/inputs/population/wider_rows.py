"""Rows of an official table that are of a wider unit than the others: a county's row above its towns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from circle15.inputs.files.columns import plain
from circle15.inputs.population.gridding import lineage
from circle15.inputs.population.total_rows import SAME_PERSONS
from circle15.inputs.zones.unit_names import DIGITS, plain_code
from circle15.model.ledger import Note, Place
from circle15.model.zones import LEVELS

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from numpy.typing import NDArray

    from circle15.inputs.population.figures import Figures
    from circle15.model.zones import Zones


@dataclass(frozen=True)
class WiderRow:
    """A row of a unit above those that the table is about: its row, level, code and name."""

    at: int
    level: str
    code: str
    name: str


def wider_rows(keys: Sequence[str], zones: Zones, level: str) -> tuple[WiderRow, ...]:
    """The rows of the study's units that are wider than ``level``, in the order of the table.

    Parameters
    ----------
    keys
        Each row's code or name.
    zones
        The study's units.
    level
        The level that the table is about.
    """
    own = zones.at_level(level)
    taken = set(own["code"]) | set(own["name"])
    known: dict[str, WiderRow] = {}
    for wider in [each for each in zones.levels if LEVELS.index(each) < LEVELS.index(level)]:
        units = zones.at_level(wider)
        for code, name in zip(units["code"], units["name"], strict=True):
            row = WiderRow(-1, wider, code, name)
            known |= {key: row for key in (name, code, plain_code(code, wider)) if key not in taken}
    found = []
    for at, key in enumerate(keys):
        reading = (key, *(plain_code(key, wider) for wider in zones.levels))
        of = next((known[each] for each in reading if each in known and key not in taken), None)
        if of is not None:
            found.append(WiderRow(at, of.level, of.code, of.name))
    return tuple(found)


def sums_of_others(keys: Sequence[str], wider: Sequence[WiderRow]) -> NDArray[np.bool_]:
    """Which rows hold people that other rows hold too: wider units of the study, and of other places by their codes.

    Examples
    --------
    >>> sums_of_others(["330102", "330102001", "330102002", "330103000"], ()).tolist()
    [True, False, False, False]
    """
    whole = np.zeros(len(keys), dtype=bool)
    whole[[row.at for row in wider]] = True
    bare = [_stripped(key) for key in keys]
    above = {code[:length] for code in bare for length in DIGITS.values() if len(code) > length}
    named: NDArray[np.bool_] = whole | np.array(
        [code in above and len(code) in DIGITS.values() for code in bare], dtype=bool
    )
    return named


def _stripped(key: str) -> str:
    """A national code in the fewest of 6, 9 or 12 digits; "" for anything else."""
    code = plain(key)
    if not code.isdigit() or len(code) not in DIGITS.values():
        return ""
    for digits in sorted(DIGITS.values()):
        if set(code[digits:]) <= {"0"}:
            return code[:digits]
    return code


def wider_notes(
    figures: Figures, wider: Sequence[WiderRow], persons: pd.Series, zones: Zones, level: str
) -> tuple[Note, ...]:
    """Hold the total of each wider unit against the sum of the units within it.

    Parameters
    ----------
    figures
        The column of totals.
    wider
        Its wider rows.
    persons
        Persons by code of the units of ``level``.
    zones, level
        The study's units, and the level of ``persons``.
    """
    frame, codes = zones.frame, lineage(zones)
    at_level = (frame["level"] == level).to_numpy()
    notes = []
    for row in wider:
        within = frame["code"][at_level & (codes[f"{row.level}_code"] == row.code).to_numpy()]
        said, added = float(figures.values[row.at]), float(persons.reindex(within).fillna(0.0).sum())
        if abs(said - added) > SAME_PERSONS:
            table = figures.table
            number = table.row_numbers[row.at]
            facts = {"file": table.file, "row": number, "column": figures.header, "said": said, "sum": added}
            place = Place(table.file, table.sheet, number, figures.header)
            notes.append(Note("raking.total_row_differs", {**facts, "difference": added - said}, place))
    return tuple(notes)
