"""Messy lists through the real reader: every row accounted for once, every cell against the truth."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from dataclasses import dataclass, field

import numpy as np
from dirty_cells import NAN, same
from dirty_files import write_dirty
from facility_lists import BELT_M, SERVICES, TO_DEGREES

from circle15.errors import Circle15Error, Faults
from circle15.inputs.facilities.read import read_facilities
from circle15.model.study import FacilitySource

EQUAL, LISTED, SILENT, WRONGLY = "equal", "differs, listed", "differs, silent", "wrongly listed"
# What is said of a row for its likeness to others says nothing of its own cells.
OF_OTHERS = ("rows.repeats_", "rows.like_", "rows.entrance_", "rows.capacity_differs")
NEAR_DEGREES = 1e-8


@dataclass
class Outcome:
    """What came of one table: rows that are not accounted for, and cells by outcome, told one by one."""

    unaccounted: list = field(default_factory=list)
    cells: Counter = field(default_factory=Counter)
    told: list = field(default_factory=list)
    by_role: Counter = field(default_factory=Counter)

    def add(self, outcome, *about):
        """Count a cell: its seed, its role, and what helps to find it."""
        self.cells[outcome] += 1
        self.by_role[about[1], outcome] += 1
        if outcome != EQUAL:
            self.told.append((outcome, *about))


def outcome_of(table, zones, folder):
    """Write, read and judge one messy list."""
    path = write_dirty(table, folder)
    source = FacilitySource(service="childcare", file=path.name, datum=table.datum)
    found = Outcome()
    try:
        layer, ledger, notes = read_facilities(
            [source], folder, zones, SERVICES, dict.fromkeys(SERVICES, BELT_M), table.as_of
        )
    except (Circle15Error, Faults) as fault:
        found.unaccounted.append(("refused", str(fault)))
        return found
    lines = defaultdict(list)
    for line in ledger.rows:
        lines[line.sheet, line.row].append(line)
    _accounted(table, lines, found)
    _Judge(layer, lines, notes, found).judge(table)
    return found


# --- rows --------------------------------------------------------------------------------------------------------


def _accounted(table, lines, found):
    expected = set()
    for sheet in table.sheets:
        filled = {at for at, row in enumerate(sheet.rows, 1) if any(str(cell).strip() for cell in row)}
        expected |= {(sheet.name, at) for at in filled - sheet.headings}
        heading = [(sheet.name, at) for at in sheet.headings if (sheet.name, at) in lines]
        found.unaccounted += [("heading in ledger", *at) for at in heading if lines[at][0].fate != "excluded"]
        expected |= set(heading)
    found.unaccounted += [
        ("not once", *at, len(lines.get(at, ()))) for at in sorted(expected) if len(lines.get(at, ())) != 1
    ]
    found.unaccounted += [("no such row", *at) for at in sorted(set(lines) - expected)]
    for sheet in table.sheets:
        for at in range(1, len(sheet.rows) + 1):
            line = lines.get((sheet.name, at), [None])[0]
            if line is None or at in sheet.headings:
                continue
            if line.fate == "excluded" and not line.reasons:
                found.unaccounted.append(("excluded without reason", sheet.name, at))
            if at not in sheet.truth and line.fate != "excluded":
                found.add(
                    SILENT if not line.reasons else LISTED, table.seed, "no data", sheet.name, at, sheet.rows[at - 1]
                )


# --- cells -------------------------------------------------------------------------------------------------------


class _Judge:
    """The cells of a table against their truth."""

    def __init__(self, layer, lines, notes, found):
        self.layer, self.lines, self.found = layer, lines, found
        self.of_columns = [note for note in notes if note.at is not None]
        self.facilities = layer.facilities.set_index("facility_id")
        lon, lat = TO_DEGREES.transform(layer.entrances["x"].to_numpy(), layer.entrances["y"].to_numpy())
        self.entrances = defaultdict(list)
        for number, *place in zip(layer.entrances["facility"].tolist(), lon, lat, strict=True):
            self.entrances[layer.facilities["facility_id"].iloc[number]].append(place)

    def judge(self, table):
        rows = [(sheet, at, row) for sheet in table.sheets for at, row in sheet.truth.items()]
        groups = defaultdict(list)
        for sheet, at, row in rows:
            lines = self.lines.get((sheet.name, at), ())
            if len(lines) == 1:
                groups[row.group if row.what in ("plain", "copy") else (sheet.name, at)].append((sheet, row, lines[0]))
        true = sum(max(len(members[0][1].sites), 1) for members in groups.values() if members[0][1].counts)
        for members in groups.values():
            self._group(table, members)
        if true != len(self.facilities) and not any(each[0] != EQUAL for each in self.found.told):
            self.found.add(SILENT, table.seed, "facilities", true, len(self.facilities))
        if any(row.alike for _, _, row in rows) and not any(
            key.startswith("rows.like_") for at in self.lines for key in self._keys(at)
        ):
            both = next(row for _, _, row in rows if row.alike).group
            self.found.add(SILENT, table.seed, "alike", both)

    def _keys(self, at):
        return [reason.key for line in self.lines[at] for reason in line.reasons]

    def _group(self, table, members):
        sheet, row, line = members[0]
        ids = {each.object_id for _, _, each in members if each.fate != "excluded"}
        if not row.counts:
            self._fate(table, sheet, row, line)
        elif not ids:
            self._add(table, sheet, row, line, "counts", LISTED, "excluded")
        elif len({each.object_id for _, _, each in members}) > 1:
            told = any(reason.key.startswith(OF_OTHERS) for _, _, each in members for reason in each.reasons)
            self._add(table, sheet, row, line, "one facility", LISTED if told else SILENT, sorted(ids))
        else:
            self._add(table, sheet, row, line, "counts", EQUAL, "")
            self._values(table, members, ids.pop())
        for each_sheet, each, each_line in members:
            self._needless(table, each_sheet, each, each_line)

    def _fate(self, table, sheet, row, line):
        if line.fate == "excluded":
            self._add(table, sheet, row, line, "counts", EQUAL, "")
        else:
            needed = {"ended": "closed", "later": "opened"}.get(row.what.split()[-1], "status")
            told = any(map(self._is_doubt, line.reasons)) or ("not_running" in row.what and self._unread(sheet, needed))
            self._add(table, sheet, row, line, "counts", LISTED if told else SILENT, line.fate)

    def _is_doubt(self, reason):
        return not reason.key.startswith(OF_OTHERS) and reason.key in (
            "rows.status_unknown", "rows.status_contradicts", "rows.date_unread", "rows.example",
        )  # fmt: skip

    # --- values of what counts

    def _values(self, table, members, ids):
        row = members[0][1]
        parts = ids.split("、")
        if len(row.sites) > 1:
            self._sites(table, members[0], parts)
            return
        at = self.facilities.loc[ids]
        cells = [(each, each.cells) for _, each, _ in members]
        names = {_spaced(each["name"].truth) for _, each in cells}
        self._cell(table, members, "name", _spaced(at["name"]) in names, at["name"])
        self._id(table, members, ids)
        if "address" in row.cells:
            written = {each["address"].written for _, each in cells}
            self._cell(table, members, "address", at["address"] in written, at["address"])
        if "capacity" in row.cells:
            self._cell(
                table, members, "capacity", same(float(at["capacity"]), row.cells["capacity"].truth), at["capacity"]
            )
        if "flag" in row.cells:
            flagged = bool(at.get("flag_普惠", False))
            truth = row.cells["flag"].truth
            self._cell(table, members, "flag", truth is None or flagged == truth, flagged)
        self._cell(table, members, "inside", bool(at["inside"]) == row.inside, at["inside"])
        for each_sheet, each, each_line in members:
            self._place(table, (each_sheet, each, each_line), ids)
            for role in ("status", "opened", "closed"):  # what is clear in them shows in whether the row counts
                if role in each.cells and each.cells[role].must_tell:
                    self._cell(table, [(each_sheet, each, each_line)], role, True, "")

    def _place(self, table, member, facility_id):
        _, row, line = member
        site = row.sites[0]
        right = math.dist((line.lon, line.lat), (site.lon, site.lat)) < NEAR_DEGREES
        self._cell(
            table,
            [member],
            "place",
            right and (row.what == "copy" or self._stands(facility_id, site)),
            (line.lon, line.lat),
        )

    def _stands(self, facility_id, site):
        """Whether the facility stands there, or (a copy) up to 50 m beside."""
        return min(math.dist(spot, (site.lon, site.lat)) for spot in self.entrances[facility_id]) < 6e-4

    def _id(self, table, members, found):
        wanted = [row.cells["id"] for _, row, _ in members if "id" in row.cells and (row.cells["id"].written != "")]
        if not wanted:
            return
        truths = {cell.truth for cell in wanted}
        right = None in truths or any(found == truth or found.endswith(f":{truth}") for truth in truths)
        self._cell(table, members, "id", right, found)

    def _sites(self, table, member, ids):
        sheet, row, line = member
        told = line.fate == "fixed"
        found = sorted(
            (self.facilities.loc[each]["name"], *self.entrances[each][0], float(self.facilities.loc[each]["capacity"]))
            for each in ids
        )
        true = sorted(
            (site.name, site.lon, site.lat, site.capacity if "capacity" in row.cells else NAN) for site in row.sites
        )
        right = len(found) == len(true) and all(
            one[0] == other[0] and np.allclose(one[1:], other[1:], rtol=0, atol=NEAR_DEGREES, equal_nan=True)
            for one, other in zip(found, true, strict=True)
        )
        self._add(table, sheet, row, line, "sites", EQUAL if right and told else LISTED if told else SILENT, found)

    # --- what is told

    def _cell(self, table, members, role, right, value):
        told = any(self._told(sheet, line, role) for sheet, _, line in members)
        must = any(row.cells[role].must_tell for _, row, _ in members if role in row.cells)
        sheet, row, line = members[0]
        outcome = EQUAL if right and (told or not must) else LISTED if told else SILENT
        self._add(table, sheet, row, line, role, outcome, value)

    def _labels(self, sheet, role):
        roles = {"place": ("lon", "lat", "pair"), "inside": ("lon", "lat", "pair")}.get(role, (role,))
        return {label for each in roles for label in sheet.labels.get(each, ())}

    def _unread(self, sheet, role):
        """Whether the column of a role is told of as not used."""
        columns = [
            note.facts["columns"]
            for note in self.of_columns
            if note.key == "columns.unused" and note.at.sheet == sheet.name
        ]
        return any(label in told for told in columns for label in self._labels(sheet, role))

    def _told(self, sheet, line, role):
        labels = self._labels(sheet, role)
        own = [reason for reason in line.reasons if not reason.key.startswith(OF_OTHERS)]
        column = [
            note for note in self.of_columns if note.at.row in (0, line.row) and note.at.sheet in ("", sheet.name)
        ]
        named = role == "name" and any(reason.key == "facilities.no_name" for reason in own)
        named = named or any(note.key == "sheets.formula_error" and note.at.row == line.row for note in column)
        named = named or (role == "id" and any(reason.key == "rows.id_shared" for reason in own))
        named = named or (
            role == "id"
            and any(note.key == "sheets.long_number" and note.at.sheet == sheet.name for note in self.of_columns)
        )
        return named or self._unread(sheet, role) or any(reason.at.field in labels for reason in (*own, *column))

    def _needless(self, table, sheet, row, line):
        """A cell that is written plainly and yet told of."""
        if row.what == "campuses":
            return
        for role in ("place", "capacity", "status", "opened", "closed", "flag"):
            cell = row.cells.get(role)
            if cell is None or cell.odd or cell.must_tell or (not row.counts):
                continue
            if any(
                reason.at.field in self._labels(sheet, role) and not reason.key.startswith(OF_OTHERS)
                for reason in line.reasons
            ):
                keys = [reason.key for reason in line.reasons]
                self._add(table, sheet, row, line, role, WRONGLY, keys)

    def _add(self, table, sheet, row, line, role, outcome, value):
        cell = row.cells.get(role)
        written = cell.written if cell is not None and role != "place" else row.written
        self.found.add(
            outcome, table.seed, role, row.what, written, value, (sheet.name, line.row), sheet.labels.get(role)
        )


def _spaced(text):
    return " ".join(str(text).split())
