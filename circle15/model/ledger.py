"""The account of every input row, and what a reader wants said."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Literal

from circle15.words import say

Fate = Literal["used", "fixed", "excluded"]


@dataclass(frozen=True)
class Note:
    """Something a planner should know about the data: the key of its sentence and the facts."""

    key: str
    facts: dict[str, object] = field(default_factory=dict)

    def sentence(self, lang: str = "zh") -> str:
        """Tell it in ``lang``."""
        return say(self.key, lang, **self.facts)


@dataclass(frozen=True)
class LedgerRow:
    """What became of one input row.

    ``row`` is the row's number as the file shows it: 1 is the first line of a sheet or table. ``reason`` is None
    for a row used as it stands.
    """

    file: str
    sheet: str
    row: int
    fate: Fate
    service: str
    facility_id: str
    name: str
    reason: Note | None


@dataclass(frozen=True)
class Ledger:
    """Every row of every list: used, fixed (and how) or excluded (and why)."""

    rows: tuple[LedgerRow, ...] = ()

    def counts(self) -> dict[str, int]:
        """Rows by fate; the three add up to the rows read."""
        fates = Counter(row.fate for row in self.rows)
        return {fate: fates[fate] for fate in ("used", "fixed", "excluded")}
