"""Candidates for new sites from lists of points and layers of parcels, and the account of every row."""

from __future__ import annotations

from pathlib import PurePath
from typing import TYPE_CHECKING

import numpy as np
import shapely

from circle15.catalogue.entries import Label
from circle15.errors import Circle15Error, DataError, collecting, raise_faults
from circle15.inputs.candidates.describe import described
from circle15.inputs.candidates.lines import KIND, read_lines
from circle15.inputs.facilities.listed import FacilityList
from circle15.inputs.facilities.places import place_rows, require_fit, surroundings_of
from circle15.inputs.files.datum import to_wgs84
from circle15.model.candidates import Candidate
from circle15.model.ledger import Ledger, LedgerRow, Note, Place

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from circle15.catalogue.entries import Service
    from circle15.inputs.candidates.describe import Described
    from circle15.inputs.candidates.lines import Sheet
    from circle15.inputs.facilities.listed import ListedRow
    from circle15.inputs.facilities.places import PlacedRow, Surroundings
    from circle15.model.ledger import Fate
    from circle15.model.study import CandidateSource, Datum
    from circle15.model.zones import Zones

# A candidate so near beyond the border is told as outside, one farther away as misplaced.
BELT_M = 3000.0


def read_candidates(
    sources: Sequence[tuple[CandidateSource, Path]],
    zones: Zones,
    services: Mapping[str, Service],
    counted: Service,
) -> tuple[tuple[Candidate, ...], Ledger, tuple[Note, ...]]:
    """Read every list of candidates, place every row, and account for each.

    Parameters
    ----------
    sources
        ``[[siting.candidates]]``, or what the command says, each with its file.
    zones
        The study's units: a candidate lies within them.
    services
        The study's, by id.
    counted
        The service whose unit capacities are in.

    Returns
    -------
    tuple of Candidate
        In the order of the lists.
    Ledger
        Every row, of the kind ``candidates``.
    notes
        Rows that are left out, and what is to be said of the files.

    Raises
    ------
    DataError, ConfigurationError, Faults
        A list that cannot be read, has no datum declared, or lies somewhere else; a cost, capacity or answer that makes
        no sense, with its row; two candidates with one id.
    """
    found: list[Candidate] = []
    rows: list[LedgerRow] = []
    notes: list[Note] = []
    faults: list[Circle15Error] = []
    around = surroundings_of(zones, BELT_M)
    for number, (source, path) in enumerate(sources):
        with collecting(faults):
            sheets = read_lines(source, path)
            datum = _datum(source)
            own = _described(sheets, source, services, counted)
            kept, lines = _placed(source, own, datum, number, around)
            found += kept
            rows += [*lines, *(row for sheet in sheets for row in sheet.set_aside)]
            notes += [*_notes(sheets), *_left_out(source, lines)]
    raise_faults([*faults, *_twice(found)])
    return tuple(found), Ledger(tuple(rows)), tuple(notes)


def _described(
    sheets: Sequence[Sheet], source: CandidateSource, services: Mapping[str, Service], counted: Service
) -> list[Described]:
    """The rows of all sheets; what is wrong in any is raised together."""
    found: list[Described] = []
    faults: list[Circle15Error] = []
    for sheet in sheets:
        with collecting(faults):
            found += described(sheet, source, services, counted)
    raise_faults(faults)
    return found


def _datum(source: CandidateSource) -> Datum:
    if source.datum is None:
        raise DataError("candidates.datum", file=source.file)
    return source.datum


def _placed(
    source: CandidateSource, own: Sequence[Described], datum: Datum, number: int, around: Surroundings
) -> tuple[list[Candidate], list[LedgerRow]]:
    listed = FacilityList(PurePath(source.file).name, KIND, datum, (), tuple(each.listed for each in own))
    placed = place_rows(listed, number, around)
    require_fit(listed, placed)
    several = len({each.listed.sheet for each in own}) > 1
    kept, rows = [], []
    for each, row in zip(own, placed, strict=True):
        id_ = each.listed.own_id or _id_of_row(each.listed, several_sheets=several)
        reasons = row.reasons or (() if row.inside else (_outside(row),))
        rows.append(_accounted(row, id_, reasons))
        if not reasons:
            kept.append(_candidate(each, row, id_, datum, around))
    return kept, rows


def _id_of_row(row: ListedRow, *, several_sheets: bool) -> str:
    """The id of a row that has none: its file and its number, with its sheet where there are several."""
    parts = [PurePath(row.file).stem, *([row.sheet] if several_sheets else []), str(row.row)]
    return "-".join(parts)


def _outside(row: PlacedRow) -> Note:
    at = Place(row.listed.file, row.listed.sheet, row.listed.row, row.listed.header, row.lon, row.lat)
    return Note("candidates.outside", {"name": row.listed.name or row.listed.own_id}, at)


def _accounted(row: PlacedRow, id_: str, reasons: Sequence[Note]) -> LedgerRow:
    said, fixes = row.listed, row.listed.fixes
    fate: Fate = "excluded" if reasons else "fixed" if fixes else "used"
    told = (*reasons, *fixes)
    return LedgerRow(said.file, said.sheet, said.row, fate, KIND, id_, said.name, told, row.lon, row.lat)


def _candidate(each: Described, row: PlacedRow, id_: str, datum: Datum, around: Surroundings) -> Candidate:
    said = each.listed
    return Candidate(
        id=id_,
        name=said.name,
        x=row.x,
        y=row.y,
        parcel=None if each.parcel is None else _in_metres(each.parcel, datum, around),
        cost=each.cost,
        places=said.capacity,
        must=each.must,
        forbidden=each.forbidden,
        services=each.services,
        at=Place(said.file, said.sheet, said.row, said.header, row.lon, row.lat),
    )


def _in_metres(parcel: shapely.Geometry, datum: Datum, around: Surroundings) -> shapely.Geometry:
    """A parcel from degrees on its datum to the study's metres: the datum is turned before anything is projected."""

    def turned(degrees: np.ndarray) -> np.ndarray:
        return np.column_stack(around.to_metres.transform(*to_wgs84(degrees[:, 0], degrees[:, 1], datum)))

    moved: shapely.Geometry = shapely.transform(shapely.force_2d(parcel), turned)
    return moved


def _notes(sheets: Sequence[Sheet]) -> list[Note]:
    return [note for sheet in sheets for note in sheet.notes]


def _left_out(source: CandidateSource, rows: Sequence[LedgerRow]) -> list[Note]:
    """One sentence on the rows that give no candidate, with the first of them and its reason."""
    out = [row for row in rows if row.fate == "excluded"]
    if not out:
        return []
    first = out[0].reasons[0]
    numbers = "、".join(str(row.row) for row in out[:10]) + ("…" if len(out) > 10 else "")
    facts = {"file": source.file, "count": len(out), "rows": numbers, "first": _telling(first)}
    return [Note("candidates.left_out", facts, first.at)]


def _telling(note: Note) -> Label:
    return Label(note.sentence("zh"), note.sentence("en"))


def _twice(found: Sequence[Candidate]) -> list[Circle15Error]:
    """One fault per id that several rows have."""
    by_id: dict[str, list[Candidate]] = {}
    for each in found:
        by_id.setdefault(each.id, []).append(each)
    return [
        DataError("candidates.id_twice", id=id_, one=_where(several[0]), other=_where(several[1]))
        for id_, several in by_id.items()
        if len(several) > 1
    ]


def _where(each: Candidate) -> Label:
    sheet = f"/{each.at.sheet}" if each.at.sheet else ""
    return Label(f"{each.at.file}{sheet} 第 {each.at.row} 行", f"{each.at.file}{sheet}, row {each.at.row}")
