"""Reading a study part by part, so that a fault in one part does not hide those of the others."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, TypeVar

from circle15.errors import Circle15Error, collecting
from circle15.model.ledger import Ledger

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from circle15.model.ledger import Note

    Read = tuple["Thing", Ledger, tuple[Note, ...]]

Thing = TypeVar("Thing")


@dataclass(frozen=True)
class PartFault:
    """A fault, the part of the study where it came up, and the file it is about ("" where about no single one)."""

    part: str
    file: str
    fault: Circle15Error


@dataclass(frozen=True)
class PartNote:
    """A note, the part of the study where it came up, and the file it is about ("" where about no single one)."""

    part: str
    file: str
    note: Note


@dataclass
class Gathered:
    """What the parts of a study gave so far.

    Attributes
    ----------
    faults, notes, ledger
        Of all parts that were tried.
    blocked
        Parts that were not tried, each with the part at fault that they need.
    """

    faults: list[PartFault] = field(default_factory=list)
    notes: list[PartNote] = field(default_factory=list)
    ledger: Ledger = field(default_factory=Ledger)
    blocked: dict[str, str] = field(default_factory=dict)

    def attempt(
        self, part: str, files: Sequence[str], read: Callable[[], Read[Thing]], needs: Iterable[str] = ()
    ) -> Thing | None:
        """Read one part; None where it is at fault, or where a part that it needs is.

        Parameters
        ----------
        part
            Its name.
        files
            The files it is read from, as the study names them.
        read
            Gives the thing, the account of its rows and what should be told.
        needs
            Parts that must be sound before this one can be read.
        """
        failed = {fault.part for fault in self.faults} | set(self.blocked)
        blocker = next((need for need in needs if need in failed), None)
        if blocker is not None:
            self.blocked[part] = self.blocked.get(blocker, blocker)
            return None
        found: list[Circle15Error] = []
        thing = None
        with collecting(found):
            thing, ledger, notes = read()
            self.ledger += ledger
            self.notes += [PartNote(part, file_among(files, _named(note)), note) for note in notes]
        self.add_faults(part, files, found)
        return thing

    def add_faults(self, part: str, files: Sequence[str], found: Iterable[Circle15Error]) -> None:
        """Keep faults, each once."""
        known = [(each.fault.key, each.fault.facts) for each in self.faults]
        for fault in found:
            if (fault.key, fault.facts) not in known:
                known.append((fault.key, fault.facts))
                self.faults.append(PartFault(part, file_among(files, str(fault.facts.get("file", ""))), fault))


def _named(note: Note) -> str:
    """The file that a note says it is about."""
    return note.at.file if note.at is not None else str(note.facts.get("file", ""))


def file_among(files: Sequence[str], named: str) -> str:
    """Which of a part's files is meant: by its name with or without folders, or within a phrase; else the only one.

    Examples
    --------
    >>> file_among(["lists/a.xlsx", "b.xlsx"], "a.xlsx"), file_among(["a.xlsx", "b.xlsx"], "“b.xlsx”的工作表“1”")
    ('lists/a.xlsx', 'b.xlsx')
    >>> file_among(["a.xlsx"], ""), file_among(["a.xlsx", "b.xlsx"], "")
    ('a.xlsx', '')
    """
    names = dict.fromkeys(files)
    if named in names:
        return named
    bases = {name: PurePosixPath(name.replace("\\", "/")).name for name in names}
    meant = [name for name, base in bases.items() if base == named] or [
        name for name, base in bases.items() if named and base in named
    ]
    if meant:
        return max(meant, key=len)
    return next(iter(names)) if len(names) == 1 and not named else ""
