"""What became of the rows of every file of a study."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from circle15.catalogue.entries import Label
from circle15.catalogue.loader import load_catalogue
from circle15.model.quality import FileAccount
from circle15.pipeline.reading.gathering import file_among
from circle15.pipeline.reading.named_files import FACILITIES, PARTS, named_kinds
from circle15.words import say

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from circle15.model.ledger import Ledger, LedgerRow
    from circle15.model.quality import State
    from circle15.pipeline.reading.study_files import Reading

    Rows = dict[tuple[str, str], list[LedgerRow]]

# The rows of an official list are rows about units.
UNITS, OFFICIAL_UNITS = "zones", "official_units"


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


def _files(reading: Reading, rows: Rows) -> list[tuple[str, str]]:
    """The files that the study names, and those that only the account of rows knows."""
    return list(dict.fromkeys([(reading.path.name, "study"), *named_kinds(reading.study), *rows]))


def _rows(reading: Reading) -> Rows:
    return rows_by_file(reading.gathered.ledger, named_kinds(reading.study))


def rows_by_file(ledger: Ledger, named: Sequence[tuple[str, str]]) -> Rows:
    """The rows of every file and kind; files by their names in the study, and by its kind where a file has one only."""
    found: Rows = {}
    pairs: dict[tuple[str, str], tuple[str, str]] = {}
    for row in ledger.rows:
        if (row.file, row.kind) not in pairs:
            pairs[row.file, row.kind] = _named_pair(row, named)
        found.setdefault(pairs[row.file, row.kind], []).append(row)
    return found


def _named_pair(row: LedgerRow, named: Sequence[tuple[str, str]]) -> tuple[str, str]:
    file = file_among([file for file, _ in named], row.file) or row.file
    kinds = [kind for name, kind in named if name == file]
    if row.kind not in kinds and row.kind == UNITS and OFFICIAL_UNITS in kinds:
        return file, OFFICIAL_UNITS
    return file, kinds[0] if len(kinds) == 1 else row.kind


def _states(reading: Reading) -> Callable[[str, str], State]:
    """How far each file of each kind was read; beside one at fault the others of its part may not have been."""
    faulty = {each.file for each in reading.gathered.faults}
    halted = stopped_parts(reading)

    def state(file: str, kind: str) -> State:
        if file in faulty:
            return "faulty"
        return "unchecked" if PARTS.get(kind, FACILITIES) in halted else "read"

    return state


def stopped_parts(reading: Reading) -> dict[str, str]:
    """Parts that were not read to their end, each with the part at fault: its own, or one that it needs.

    Lists of facilities are read each by itself where one of them is at fault, so these are not among them.
    """
    own = {each.part: each.part for each in reading.gathered.faults if each.part not in (FACILITIES, PARTS["study"])}
    return own | reading.gathered.blocked


def _account(file: str, kind: str, label: Label, rows: Sequence[LedgerRow], state: State) -> FileAccount:
    fates = Counter(row.fate for row in rows)
    sheets = tuple(dict.fromkeys(row.sheet for row in rows if row.sheet))
    return FileAccount(file, kind, label, len(rows), fates["used"], fates["fixed"], fates["excluded"], sheets, state)


def _streets(reading: Reading, file: str, kind: str, state: State) -> FileAccount:
    """Streets have no rows in the ledger; their reader counts them in a note."""
    told = {each.note.key: each.note.facts for each in reading.gathered.notes if each.part == "network"}
    counts = [told.get("network.ways", {}).get(name) for name in ("read", "kept")]
    read, kept = (count if isinstance(count, int) else 0 for count in counts)
    return FileAccount(file, kind, kind_label(kind), read, kept, 0, read - kept, state=state)
