"""Whether a facility is in operation on the day of the study: its status, and the dates it opened and closed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from circle15.inputs.facilities.row_words import names_none, row_words
from circle15.inputs.files.columns import aliases, bare, plain
from circle15.inputs.files.values.dates import read_date
from circle15.model.ledger import Note

if TYPE_CHECKING:
    import datetime

    from circle15.inputs.files.values.dates import Day
    from circle15.model.ledger import Place

Status = Literal["open", "closed", "building", "planned", "unknown", ""]
KINDS: tuple[Status, ...] = ("closed", "building", "planned", "open")


@dataclass(frozen=True)
class Operation:
    """Why a facility does not count on the day, how its dates were read, and what should be looked at."""

    faults: tuple[Note, ...] = ()
    fixes: tuple[Note, ...] = ()
    remarks: tuple[Note, ...] = ()

    def __add__(self, other: Operation) -> Operation:
        return Operation((*self.faults, *other.faults), (*self.fixes, *other.fixes), (*self.remarks, *other.remarks))


@dataclass(frozen=True)
class Said:
    """A cell's text and where it stands."""

    text: str
    at: Place


def judge(status: Said, opened: Said, closed: Said, as_of: datetime.date) -> Operation:
    """Whether a row counts on a day. Dates speak for that day; a status says how things were when it was written.

    A month or a year counts as begun: what opened in 2026-06 is open on any day of June, and what closed then is not.

    Parameters
    ----------
    status, opened, closed
        The cells, empty where the list has no such column.
    as_of
        The day.
    """
    began, unread_opening = _day(opened)
    ended, unread_closing = _day(closed)
    kind = status_kind(status.text, status.at.field)
    by_date = _by_opening(opened, began, as_of) + _by_closing(closed, ended, as_of)
    order = _order(opened, began, closed, ended)
    judged = _by_status(_with_question(status), kind, began, ended, as_of)
    return unread_opening + unread_closing + by_date + order + judged


def status_kind(text: str, header: str = "") -> Status:
    """What a status means; "unknown" where no word of it is known, "" where there is none.

    Examples
    --------
    >>> [status_kind(text) for text in ("正常运营", "暂停开放", "建设中", "拟建", "尚未启用", "未停用", "一级")]
    ['open', 'closed', 'building', 'planned', 'closed', 'open', 'unknown']
    >>> status_kind("是", "是否停用"), status_kind("否", "是否运营"), status_kind("1", "状态")
    ('closed', 'closed', 'unknown')
    """
    said = plain(text)
    if names_none(text, "dates"):
        return ""
    answered = _answered(said, bare(header))
    if answered:
        return answered
    for kind in KINDS:
        words = [word for word in row_words("status")[kind] if word in said]
        if words:
            return _denied(kind) if any(_is_denied(said, word) for word in words) else kind
    return "unknown"


def _answered(said: str, header: str) -> Status:
    """What 是 or 否 means under a header that asks; "" where it does not ask."""
    words = aliases("words")
    yes, no = said in words["yes"], said in words["no"]
    if not (yes or no) or not header.startswith(row_words("status")["asks"]):
        return ""
    asked = any(word in header for word in row_words("status")["closed"])
    return "closed" if asked == yes else "open"


def _with_question(said: Said) -> Said:
    """An answer with what was asked: 是否停用：是."""
    if not _answered(plain(said.text), plain(said.at.field)):
        return said
    return Said(f"{said.at.field}：{said.text}", said.at)


def _is_denied(said: str, word: str) -> bool:
    return said[: said.index(word)].endswith(row_words("status")["denials"])


def _denied(kind: Status) -> Status:
    if kind == "open":
        return "closed"
    return "open" if kind == "closed" else "unknown"


def _day(said: Said) -> tuple[Day | None, Operation]:
    day = read_date(said.text)
    if day is not None or names_none(said.text, "dates"):
        return day, Operation()
    return None, Operation(remarks=(Note("rows.date_unread", {"text": said.text}, said.at),))


def _by_opening(said: Said, began: Day | None, as_of: datetime.date) -> Operation:
    if began is None:
        return Operation()
    facts: dict[str, object] = {"text": said.text, "as_of": as_of.isoformat()}
    if began.first > as_of:
        return Operation(faults=(Note("rows.opened_after", facts, said.at),))
    if began.last > as_of:
        return Operation(fixes=(Note("rows.opened_within", facts, said.at),))
    return Operation()


def _by_closing(said: Said, ended: Day | None, as_of: datetime.date) -> Operation:
    if ended is None:
        return Operation()
    facts: dict[str, object] = {"text": said.text, "as_of": as_of.isoformat()}
    if ended.first > as_of:
        return Operation()
    if ended.last > as_of:
        return Operation(faults=(Note("rows.closed_within", facts, said.at),))
    return Operation(faults=(Note("rows.closed_before", facts, said.at),))


def _order(opened: Said, began: Day | None, closed: Said, ended: Day | None) -> Operation:
    if began is None or ended is None or began.first <= ended.last:
        return Operation()
    return Operation(remarks=(Note("rows.closed_first", {"opened": opened.text, "closed": closed.text}, closed.at),))


def _by_status(said: Said, kind: Status, began: Day | None, ended: Day | None, as_of: datetime.date) -> Operation:
    facts: dict[str, object] = {"text": said.text}
    if kind == "unknown":
        return Operation(remarks=(Note("rows.status_unknown", facts, said.at),))
    if kind == "closed":
        return _closed(said, ended, as_of)
    if kind in ("building", "planned"):
        stale = began is not None and began.last <= as_of
        remarks = (Note("rows.status_contradicts", facts, said.at),) if stale else ()
        return Operation(faults=(Note(f"rows.{kind}", facts, said.at),), remarks=remarks)
    if kind == "open" and ended is not None and ended.first <= as_of:
        return Operation(remarks=(Note("rows.status_contradicts", facts, said.at),))
    return Operation()


def _closed(said: Said, ended: Day | None, as_of: datetime.date) -> Operation:
    """A site that has closed since counted on the day; its closing date knows better than its status."""
    if ended is not None and ended.first > as_of:
        facts: dict[str, object] = {"text": said.text, "as_of": as_of.isoformat()}
        return Operation(fixes=(Note("rows.closed_since", facts, said.at),))
    return Operation(faults=(Note("rows.closed", {"text": said.text}, said.at),))
