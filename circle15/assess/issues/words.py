"""What an office has written into the list, taken over into the register: field by field, and nothing lost."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from circle15.assess.issues.ids import known_ids, plain_id
from circle15.assess.issues.registry import Words
from circle15.model.ledger import Ledger, LedgerRow, Note, Place

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from circle15.model.issue_rows import WrittenRow

KIND = "issues"
# Before the header of a column of the office's own, where it stands among the fields.
EXTRA = "+"


@dataclass(frozen=True)
class Taken:
    """A word that the office has changed: which, from what to what."""

    id: str
    field: str
    old: str
    new: str


@dataclass(frozen=True)
class TakenOver:
    """The office's words after reading the list back, what was taken, and the account of every row."""

    words: Words
    taken: tuple[Taken, ...]
    ledger: Ledger


@dataclass
class _Account:
    """What has been read so far of each issue, and the account of its rows."""

    changes: dict[tuple[str, str], list[tuple[str, WrittenRow]]] = field(default_factory=dict)
    rows: list[LedgerRow] = field(default_factory=list)
    unplaced: list[Mapping[str, str]] = field(default_factory=list)
    seen: dict[str, WrittenRow] = field(default_factory=dict)


def taken_over(words: Words, rows: Sequence[WrittenRow], ids: Iterable[str], headers: Sequence[str]) -> TakenOver:
    """Take over what the office has changed.

    A field is changed where its cell says something else than the list did when it was last written. An empty cell has
    been emptied; a row or column that is not there says nothing, and what the register holds stays. Where an issue
    stands twice and its rows have changed one field differently, the register's word stays and all are told.

    Parameters
    ----------
    words
        What the register holds.
    rows
        The rows of the list as they are now.
    ids
        Every id ever given.
    headers
        The office's own columns, in their order.
    """
    known, account = known_ids(ids), _Account()
    for row in rows:
        _read(row, known.get(plain_id(row.id_text), ""), words, account)
    fields, extra = _copied(words.fields), _copied(words.extra)
    taken = []
    for (id_, name), said in sorted(account.changes.items()):
        old = _now(words, id_, name)
        if len({text for text, _ in said}) > 1:
            account.rows += [_conflict(id_, name, text, old, row) for text, row in said]
            continue
        taken.append(Taken(id_, name, old, said[0][0]))
        _put(fields, extra, words, id_, name, said[0][0])
    order = (*words.headers, *(header for header in headers if header not in words.headers))
    kept = tuple(account.unplaced) if rows else words.unplaced
    kept_words = Words(fields, words.written, extra, order, kept, words.own)
    return TakenOver(kept_words, tuple(taken), Ledger(tuple(account.rows)))


def _copied(table: Mapping[str, Mapping[str, str]]) -> dict[str, dict[str, str]]:
    return {id_: dict(fields) for id_, fields in table.items()}


def _now(words: Words, id_: str, name: str) -> str:
    """What the list said in a cell when it was last written."""
    if name.startswith(EXTRA):
        return words.extra.get(id_, {}).get(name.removeprefix(EXTRA), "")
    written = words.written.get(id_, {}).get(name, "")
    return words.fields.get(id_, {}).get(name, written)


def _put(
    fields: dict[str, dict[str, str]],
    extra: dict[str, dict[str, str]],
    words: Words,
    id_: str,
    name: str,
    text: str,
) -> None:
    """Keep a word; what says again what the list says of its own, or nothing, is not kept."""
    table, key = (extra, name.removeprefix(EXTRA)) if name.startswith(EXTRA) else (fields, name)
    if text and text != (words.written.get(id_, {}).get(name, "") if table is fields else ""):
        table.setdefault(id_, {})[key] = text
        return
    table.get(id_, {}).pop(key, None)
    if not table.get(id_, True):
        del table[id_]


def _read(row: WrittenRow, id_: str, words: Words, account: _Account) -> None:
    """The account of one row, and its changes."""
    if not id_:
        _unplaced(row, account)
        return
    reasons = []
    place = Place(row.file, row.sheet, row.row)
    if row.id_text.strip() != id_:
        reasons.append(Note("issues.id_mended", {"found": row.id_text, "id": id_}, place))
    if id_ in account.seen:
        first = account.seen[id_]
        reasons.append(Note("issues.id_twice", {"id": id_, "sheet": first.sheet, "row": first.row}, place))
    account.seen.setdefault(id_, row)
    named = {**row.fields, **{EXTRA + header: text for header, text in row.extra.items()}}
    for name, text in named.items():
        if text != _now(words, id_, name):
            account.changes.setdefault((id_, name), []).append((text, row))
    fate = "fixed" if reasons else "used"
    reasons += _no_day(row, words.written.get(id_, {}).get("due", ""), place)
    account.rows.append(
        LedgerRow(row.file, row.sheet, row.row, fate, KIND, id_, "", tuple(reasons))  # type: ignore[arg-type]
    )


def _no_day(row: WrittenRow, own: str, place: Place) -> list[Note]:
    """That what is due goes by the list's own day, where the office has written something that is no day."""
    said = row.fields.get("due", "")
    if not said or not own or _is_day(said):
        return []
    return [Note("issues.due_no_day", {"said": said, "due": own}, place)]


def _is_day(text: str) -> bool:
    try:
        datetime.date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _unplaced(row: WrittenRow, account: _Account) -> None:
    """Keep a row that no issue is found for, where it says anything."""
    named = {**row.fields, **{EXTRA + header: text for header, text in row.extra.items()}}
    said = {"id": row.id_text.strip()} | {name: text for name, text in named.items() if text}
    if not any(said.values()):
        return
    if said | {"about": row.about} not in account.unplaced:
        account.unplaced.append(said | {"about": row.about})
    place = Place(row.file, row.sheet, row.row)
    note = (
        Note("issues.id_unknown", {"found": row.id_text}, place) if said["id"] else Note("issues.id_missing", {}, place)
    )
    account.rows.append(LedgerRow(row.file, row.sheet, row.row, "excluded", KIND, "", row.id_text, (note,)))


def _conflict(id_: str, name: str, text: str, old: str, row: WrittenRow) -> LedgerRow:
    facts: dict[str, object] = {"id": id_, "field": name.removeprefix(EXTRA), "said": text, "kept": old}
    note = Note("issues.conflict", facts, Place(row.file, row.sheet, row.row))
    return LedgerRow(row.file, row.sheet, row.row, "excluded", KIND, id_, "", (note,))
