"""Everything that reading a study found, as findings in one order."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from circle15.catalogue.entries import Label
from circle15.catalogue.findings import only_informs
from circle15.model.ledger import Place
from circle15.model.quality import SEVERITIES, Finding, Quality
from circle15.pipeline.notes.astray import astray_facilities
from circle15.pipeline.notes.observations import counted_groups, input_observations, weight_of
from circle15.pipeline.reading.accounts import file_accounts, kind_label, stopped_parts
from circle15.pipeline.reading.gathering import file_among
from circle15.pipeline.reading.named_files import FACILITIES, PARTS
from circle15.pipeline.reading.study_inputs import whole_inputs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from circle15.errors import Circle15Error
    from circle15.model.ledger import LedgerRow, Note
    from circle15.model.quality import FileAccount
    from circle15.pipeline.reading.study_files import Reading


def quality_of(reading: Reading) -> Quality:
    """Everything that was found, in one order: see ``Quality``."""
    about, own = reading.study.study, reading.path.name
    gathered = reading.gathered
    accounts = file_accounts(reading)
    files = tuple(dict.fromkeys(account.file for account in accounts))
    weighed = [
        *((0, fault_finding(each.fault, each.file or _file_of_part(each.part, own))) for each in gathered.faults),
        *((0, finding) for finding in _not_checked(accounts, stopped_parts(reading))),
        *((weight_of(each.note.key), note_finding(each.note, _source(each.part, each.file, own)))
          for each in gathered.notes),
        *((weight_of(note.key), note_finding(note, _source_of(note, files))) for note in _together(reading)),
        *row_findings(gathered.ledger.rows, lambda file: file_among(files, file) or file),
    ]  # fmt: skip
    return Quality(about.place, about.period, accounts, findings_in_order(weighed), gathered.ledger, reading.zones)


def _source(part: str, file: str, own: str) -> str:
    return file or _file_of_part(part, own)


def _source_of(note: Note, files: Sequence[str]) -> str:
    return "" if note.at is None else file_among(files, note.at.file) or note.at.file


def _file_of_part(part: str, own: str) -> str:
    """What is found among the services is the study file's."""
    return own if part == PARTS["study"] else ""


def _together(reading: Reading) -> tuple[Note, ...]:
    """What only all files together show."""
    if reading.gathered.faults:
        return ()
    inputs = whole_inputs(reading)
    of_files, of_surroundings = input_observations(inputs, counted_groups(inputs))
    return (*of_files, *astray_facilities(inputs), *of_surroundings)


def fault_finding(fault: Circle15Error, source: str) -> Finding:
    """A fault as a finding; its place is what its facts say of sheet, row and column."""
    return Finding("fault", fault.key, fault.facts, _place_in(fault.facts, source), source)


def note_finding(note: Note, source: str) -> Finding:
    """A note as a finding, as grave as its sentence is."""
    at = _place_in(note.facts, source) if note.at is None else replace(note.at, file=source or note.at.file)
    return Finding("information" if only_informs(note.key) else "warning", note.key, note.facts, at, source)


def _place_in(facts: Mapping[str, object], source: str) -> Place | None:
    """The place that facts name; None where it is of no file."""
    row = facts.get("row")
    column = str(facts.get("column") or facts.get("field") or "")
    at = Place(source, str(facts.get("sheet") or ""), row if isinstance(row, int) else 0, column)
    return at if source else None


def _not_checked(accounts: Iterable[FileAccount], stopped: Mapping[str, str]) -> list[Finding]:
    """Say of each file that was not looked at which part kept it from that."""
    return [
        Finding(
            "information",
            "quality.not_checked",
            {"file": each.file, "kind": each.label, "because": kind_label(f"part_{stopped[part]}")},
            Place(each.file),
            each.file,
        )
        for each in accounts
        if each.state == "unchecked" and (part := PARTS.get(each.kind, FACILITIES)) in stopped
    ]


def row_findings(rows: Iterable[LedgerRow], named: Callable[[str], str]) -> list[tuple[int, Finding]]:
    """The reasons of every row, where the row stands; those of excluded rows weigh as their sum does."""
    left_out = weight_of("facilities.excluded_rows")
    found = []
    for row in rows:
        file = named(row.file)
        for reason in row.reasons:
            place = _row_place(row, reason, file)
            weight = min(weight_of(reason.key), left_out) if row.fate == "excluded" else weight_of(reason.key)
            found.append((weight, replace(note_finding(reason, file), at=place)))
    return found


def _row_place(row: LedgerRow, reason: Note, file: str) -> Place:
    """Where a reason says it stands, and for what it does not say where its row does."""
    at = reason.at or Place(file)
    here = Place(file, at.sheet or row.sheet, at.row or row.row, at.field, at.lon, at.lat)
    return here if here.lon == here.lon else replace(here, lon=row.lon, lat=row.lat)


def findings_in_order(weighed: Iterable[tuple[int, Finding]]) -> tuple[Finding, ...]:
    """Faults, warnings, information; the weightiest first; those with one sentence together, each told once."""
    told: dict[tuple[object, ...], tuple[int, Finding]] = {}
    for weight, finding in weighed:
        told.setdefault((finding.key, finding.source, _spot(finding.at), _frozen(finding.facts)), (weight, finding))
    lightest: dict[str, int] = {}
    for weight, finding in told.values():
        lightest[finding.key] = min(weight, lightest.get(finding.key, weight))
    first = {key: at for at, key in enumerate(dict.fromkeys(finding.key for _, finding in told.values()))}
    findings = [finding for _, finding in told.values()]
    return tuple(
        sorted(findings, key=lambda each: (SEVERITIES.index(each.severity), lightest[each.key], first[each.key]))
    )


def _spot(at: Place | None) -> tuple[object, ...]:
    """Where something stands in the files; on the ground where it is of no row, as objects of a map are."""
    if at is None:
        return ()
    ground = () if at.row else (str(at.lon), str(at.lat))
    return (at.file, at.sheet, at.row, at.field, *ground)


def _frozen(facts: Mapping[str, object]) -> tuple[tuple[str, str], ...]:
    """Facts as something that can be compared, whatever they are made of."""
    return tuple(sorted((name, fact.zh if isinstance(fact, Label) else str(fact)) for name, fact in facts.items()))
