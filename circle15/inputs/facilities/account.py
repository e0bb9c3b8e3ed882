"""What became of every row: used, fixed and how, or excluded and why."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from circle15.catalogue.entries import Label
from circle15.inputs.facilities.merging import capacity_of
from circle15.inputs.facilities.same import distance_m, plain_name
from circle15.model.ledger import LedgerRow, Note, Place

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from circle15.inputs.facilities.identity import Facility, Identities, Likeness
    from circle15.inputs.facilities.places import PlacedRow
    from circle15.model.ledger import Fate

    Key = tuple[int, str, int, int]

# Entrances of one facility farther apart than this are worth a second look.
APART_M = 500.0


@dataclass(frozen=True)
class SiteFate:
    """What became of one site of a row."""

    facility_id: str
    excluded: tuple[Note, ...]
    fixes: tuple[Note, ...]
    remarks: tuple[Note, ...]


def account_for(placed: Sequence[PlacedRow], identities: Identities) -> dict[int, list[LedgerRow]]:
    """One row of the ledger for each row of the lists, by number of the list and in its order.

    A row that tells of several sites names them all, parted by 、, and is excluded only if all of them are.

    Parameters
    ----------
    placed
        Every site of every row.
    identities
        The facilities that they are.
    """
    findings = _findings(placed, identities)
    rows: dict[tuple[int, str, int], list[PlacedRow]] = defaultdict(list)
    for row in placed:
        rows[row.source, row.listed.sheet, row.listed.row].append(row)
    account: dict[int, list[LedgerRow]] = defaultdict(list)
    for (source, _, _), sites in rows.items():
        account[source].append(_line(sites, [findings[key_of(site)] for site in sites]))
    return account


def key_of(row: PlacedRow) -> Key:
    """What tells a site from every other."""
    return row.source, row.listed.sheet, row.listed.row, row.listed.part


def _line(sites: Sequence[PlacedRow], findings: Sequence[SiteFate]) -> LedgerRow:
    said = sites[0].listed
    kept = [finding for finding in findings if not finding.excluded]
    fate: Fate = "used"
    if not kept:
        fate = "excluded"
    elif any(finding.fixes or finding.excluded for finding in findings):
        fate = "fixed"
    reasons = [
        _at(note, site)
        for site, finding in zip(sites, findings, strict=True)
        for note in (*finding.excluded, *(() if finding.excluded and not kept else finding.fixes), *finding.remarks)
    ]
    ids = dict.fromkeys(finding.facility_id for finding in kept or findings if finding.facility_id)
    place = next((site for site in sites if not np.isnan(site.lon)), sites[0])
    return LedgerRow(
        *(said.file, said.sheet, said.row, fate, said.service, "、".join(ids), said.written),
        *(_once(reasons), place.lon, place.lat),
    )


def _at(note: Note, site: PlacedRow) -> Note:
    """The note with its place on the ground too."""
    said = site.listed
    at = note.at or Place(said.file, said.sheet, said.row)
    return replace(note, at=replace(at, lon=site.lon, lat=site.lat))


def _once(notes: Iterable[Note]) -> tuple[Note, ...]:
    """The notes, each sentence about one cell once."""
    told: dict[str, Note] = {}
    for note in notes:
        field = note.at.field if note.at else ""
        told.setdefault(f"{note.key} {field} {sorted(note.facts.items())}", note)
    return tuple(told.values())


# --- what is found about each site -------------------------------------------------------------------------------


def _findings(placed: Sequence[PlacedRow], identities: Identities) -> dict[Key, SiteFate]:
    remarks = _likenesses(identities)
    findings = {
        key_of(row): SiteFate(row.listed.own_id, row.reasons, row.listed.fixes, row.listed.remarks)
        for row in placed
        if row.reasons
    }
    merged = {key_of(likeness.other): likeness for likeness in identities.merged}
    for facility in identities.facilities:
        capacity = capacity_of(facility)
        for row in (*facility.entrances, *facility.repeats):
            other = (*_other_id(row, facility), *_other_capacity(row, facility, capacity))
            own = (*row.listed.remarks, *remarks[key_of(row)], *other)
            findings[key_of(row)] = SiteFate(facility.id, (), (*row.listed.fixes, *_unnamed(row, facility)), own)
        for row in facility.repeats:
            repeat = _repeats(merged[key_of(row)], facility.id)
            findings[key_of(row)] = replace(findings[key_of(row)], excluded=(repeat,))
        for row in facility.entrances[1:]:
            finding = findings[key_of(row)]
            findings[key_of(row)] = replace(finding, remarks=(*finding.remarks, *_entrance(row, facility)))
    return findings


def _unnamed(row: PlacedRow, facility: Facility) -> tuple[Note, ...]:
    said = row.listed
    if said.name:
        return ()
    at = Place(said.file, said.sheet, said.row)
    return (Note("facilities.no_name", {"name": said.address or facility.id}, at),)


def _other_id(row: PlacedRow, facility: Facility) -> tuple[Note, ...]:
    """That a facility goes by another id than its row gives it, for other facilities have that one too."""
    said, own_ids = row.listed, {each.listed.own_id for each in (*facility.entrances, *facility.repeats)}
    if not said.own_id or facility.id.rpartition(":")[2] in own_ids or facility.id in own_ids:
        return ()
    facts: dict[str, object] = {"own_id": said.own_id, "facility_id": facility.id}
    return (Note("rows.id_shared", facts),)


def _other_capacity(row: PlacedRow, facility: Facility, capacity: float) -> tuple[Note, ...]:
    said = row.listed
    if np.isnan(said.capacity) or said.capacity == capacity:
        return ()
    facts = {"capacity": said.capacity, "facility_id": facility.id, "kept": capacity}
    return (Note("rows.capacity_differs", facts),)


def _repeats(likeness: Likeness, facility_id: str) -> Note:
    facts = {
        "facility_id": facility_id,
        "other": where(likeness.one),
        "metres": distance_m(likeness.one, likeness.other),
    }
    return Note(f"rows.repeats_{likeness.rule}", facts)


def _entrance(row: PlacedRow, facility: Facility) -> tuple[Note, ...]:
    """What makes one doubt that a row is only another entrance: perhaps an id was given twice."""
    first = facility.entrances[0]
    facts: dict[str, object] = {"own_id": row.listed.own_id, "other": where(first)}
    notes = []
    metres = distance_m(first, row)
    if metres > APART_M:
        notes.append(Note("rows.entrance_apart", {**facts, "metres": metres}))
    if plain_name(first.listed.name) != plain_name(row.listed.name):
        notes.append(Note("rows.entrance_named", {**facts, "name": row.listed.name, "first": first.listed.name}))
    return tuple(notes)


def _likenesses(identities: Identities) -> Mapping[Key, list[Note]]:
    """Of each row, the rows that it is like and yet was not merged with."""
    notes: dict[Key, list[Note]] = defaultdict(list)
    for likeness in identities.listed:
        facts = {"other": where(likeness.one), "metres": distance_m(likeness.one, likeness.other)}
        notes[key_of(likeness.other)].append(Note(f"rows.like_{likeness.rule}", facts))
    return notes


def where(row: PlacedRow) -> Label:
    """A row's place in words."""
    said = row.listed
    sheet_zh, sheet_en = (f"“{said.sheet}”", f' "{said.sheet}"') if said.sheet else ("", "")
    return Label(f"“{said.file}”{sheet_zh}第{said.row}行", f'"{said.file}"{sheet_en} row {said.row}')
