"""What became of the rows of every file of a study."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from circle15.catalogue.entries import Label
from circle15.catalogue.loader import load_catalogue
from circle15.model.quality import FileAccount
from circle15.pipeline.gathering import file_among
from circle15.words import say

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from circle15.model.ledger import Ledger, LedgerRow, Note
    from circle15.model.quality import State
    from circle15.model.study import Study
    from circle15.pipeline.reading import Reading

    Rows = dict[tuple[str, str], list[LedgerRow]]

# The part of a study that files of a kind belong to; files of every other kind are lists of facilities.
PARTS = {
    "study": "services",
    "zones": "zones",
    "network": "network",
    "patch": "network",
    "people": "population",
    "landuse": "population",
    "totals": "population",
    "groups": "population",
}


def file_accounts(reading: Reading) -> tuple[FileAccount, ...]:
    """The account of every file, in the order of the study; a file that serves several kinds has one for each."""
    labels, rows, states = _labels(reading), _rows(reading), _states(reading)
    return tuple(
        _account(file, kind, labels.get(kind) or kind_label(kind), rows.get((file, kind), []), states(file, kind))
        if kind != "network"
        else _streets(reading, file, kind, states(file, kind))
        for file, kind in _files(reading, rows)
    )


def kind_label(kind: str) -> Label:
    """A kind of file in both languages; a kind without a name stands for itself.

    Examples
    --------
    >>> kind_label("zones").zh
    '行政区划'
    """
    try:
        return Label(say(f"quality.kind_{kind}", "zh"), say(f"quality.kind_{kind}", "en"))
    except KeyError:
        return Label(kind, kind)


def _labels(reading: Reading) -> dict[str, Label]:
    catalogue = reading.catalogue or load_catalogue()
    return {id_: service.label for id_, service in catalogue.services.items()}


def named_kinds(study: Study) -> list[tuple[str, str]]:
    """Every file that a study names and what it is for, each pair once, in order."""
    people = study.population
    named = [(source.file, "zones") for source in study.zones]
    named.append((study.network.file, "network"))
    named += [(file, "people") for file in (people.raster, people.buildings) if file is not None]
    named += [(part.file, kind) for part, kind in ((people.landuse, "landuse"), (people.totals, "totals")) if part]
    named += [(source.file, source.service) for source in study.facilities]
    return list(dict.fromkeys(named))


def _files(reading: Reading, rows: Rows) -> list[tuple[str, str]]:
    """The files that the study names, and those that only the account of rows knows."""
    return list(dict.fromkeys([(reading.path.name, "study"), *named_kinds(reading.study), *rows]))


def _rows(reading: Reading) -> Rows:
    return rows_by_file(reading.gathered.ledger, [file for file, _ in named_kinds(reading.study)])


def rows_by_file(ledger: Ledger, files: Sequence[str]) -> Rows:
    """The rows of every file and kind, the files by their names in the study."""
    found: Rows = {}
    names: dict[str, str] = {}
    for row in ledger.rows:
        if row.file not in names:
            names[row.file] = file_among(files, row.file) or row.file
        found.setdefault((names[row.file], row.kind), []).append(row)
    return found


def _states(reading: Reading):  # type: ignore[no-untyped-def]  # noqa: ANN202
    faulty = {each.file for each in reading.gathered.faults}

    def state(file: str, kind: str) -> State:
        if file in faulty:
            return "faulty"
        return "unchecked" if PARTS.get(kind, "facilities") in reading.gathered.blocked else "read"

    return state


def _account(file: str, kind: str, label: Label, rows: Sequence[LedgerRow], state: State) -> FileAccount:
    fates = Counter(row.fate for row in rows)
    sheets = tuple(dict.fromkeys(row.sheet for row in rows if row.sheet))
    return FileAccount(file, kind, label, len(rows), fates["used"], fates["fixed"], fates["excluded"], sheets, state)


def _streets(reading: Reading, file: str, kind: str, state: State) -> FileAccount:
    """Streets have no rows in the ledger; their reader counts them in a note."""
    told: Mapping[str, Note] = {each.note.key: each.note for each in reading.gathered.notes if each.part == "network"}
    ways = told.get("network.ways")
    if ways is None:
        return FileAccount(file, kind, kind_label(kind), state=state)
    read, kept = int(str(ways.facts["read"])), int(str(ways.facts["kept"]))
    return FileAccount(file, kind, kind_label(kind), read, kept, 0, read - kept, state=state)
