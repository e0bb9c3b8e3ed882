"""Messy lists of facilities with known truth: every row accounted for, every cell right or told of."""

from __future__ import annotations

import tempfile
from collections import Counter
from pathlib import Path

from dirty_outcomes import EQUAL, LISTED, SILENT, WRONGLY, outcome_of
from dirty_tables import dirty_table
from facility_lists import square_county

TITLE = "Messy lists of facilities"
FULL = 1000
GOAL = 0.995
ROLES = {
    "counts": "in operation, in reach, a facility at all",
    "name": "name",
    "id": "id",
    "address": "address",
    "place": "place (to 1e-8 degrees)",
    "inside": "inside the border",
    "capacity": "capacity",
    "flag": "flag",
    "status": "status that says nothing",
    "opened": "no day of opening",
    "closed": "no day of closing",
    "sites": "sites of a row of several",
    "one facility": "rows of one facility",
}


def section(count: int) -> str:
    """Write and read ``count`` lists; raises where a row is lost, a cell silently wrong, or the goal not reached."""
    cells: Counter[tuple[str, str]] = Counter()
    kinds: Counter[str] = Counter()
    zones, lost = square_county(), []
    with tempfile.TemporaryDirectory() as folder:
        for seed in range(count):
            table = dirty_table(seed)
            found = outcome_of(table, zones, Path(folder))
            kinds[table.kind] += 1
            lost += [(seed, *each) for each in found.unaccounted]
            for (role, outcome), cases in found.by_role.items():
                cells[role, outcome] += cases
            silent = [told for told in found.told if told[0] == SILENT]
            if silent:
                raise AssertionError(f"seed {seed}: {silent[:3]}")
    if lost:
        raise AssertionError(f"not accounted for: {lost[:3]}")
    return _told(count, kinds, cells)


def _told(count: int, kinds: Counter[str], cells: Counter[tuple[str, str]]) -> str:
    by = {each: sum(cells[key] for key in cells if key[1] == each) for each in (EQUAL, LISTED, WRONGLY)}
    compared = by[EQUAL] + by[LISTED]
    share = by[EQUAL] / compared
    if share < GOAL:
        raise AssertionError(f"{by[EQUAL]:,} of {compared:,} cells equal")
    files = ", ".join(f"{kinds[kind]:,} {kind}" for kind in sorted(kinds))
    intro = (
        f"{count:,} lists as offices write them ({files}) were made from known facilities: titles, two rows of "
        "headers, totals, notes, signatures, examples, several sheets, many spellings of counts, days and degrees, "
        "four datums, duplicates, rows of several sites, rows elsewhere, slips of the pen, hostile names.\n\n"
        f"In {count:,} of {count:,} every row that holds anything stands in the ledger once, with its number, used, "
        f"fixed or excluded. {by[EQUAL]:,} of {compared:,} cells ({100 * share:.2f} %) read as a careful planner "
        f"reads them; each of the other {by[LISTED]:,} is told of. Silently wrong: 0. "
        f"Told of without need: {by[WRONGLY]:,}.\n\n"
        "Cells of rows that do not count are held against the truth only in that they do not count."
    )
    found = [(text, cells[role, EQUAL], cells[role, LISTED]) for role, text in ROLES.items()]
    lines = [f"| {text} | {equal:,} | {told:,} |" for text, equal, told in found if equal + told]
    return "\n".join([intro, "", "| cell | right | otherwise, and told of |", "|---|---|---|", *lines])
