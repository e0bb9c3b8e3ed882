"""The account of every input row, and what a reader wants said."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Literal

from circle15.words import phrasebook, say

Fate = Literal["used", "fixed", "excluded"]
NAN = float("nan")


@dataclass(frozen=True)
class Place:
    """Where something stands in the input files, and on the ground.

    ``row`` is the row's number as the file shows it (1 is its first line; 0 where no row is meant), ``field`` the
    column's header. ``lon`` and ``lat`` are WGS 84 degrees, NaN where not known.
    """

    file: str
    sheet: str = ""
    row: int = 0
    field: str = ""
    lon: float = NAN
    lat: float = NAN


@dataclass(frozen=True)
class Note:
    """Something a planner should know about the data: the key of its sentence, the facts, and where it stands."""

    key: str
    facts: dict[str, object] = field(default_factory=dict)
    at: Place | None = None

    def sentence(self, lang: str = "zh") -> str:
        """Tell it in ``lang``."""
        return say(self.key, lang, **self.facts)

    def mend(self, lang: str = "zh") -> str:
        """What to do about it, in ``lang``; "" where nothing need be done, or where the sentence itself says it."""
        return mend_of(self.key, lang)


def mend_of(key: str, lang: str) -> str:
    """The mend that goes with a sentence: entry ``mends.<room>_<name>`` of the words; "" where there is none.

    Examples
    --------
    >>> mend_of("terms.town", "zh")
    ''
    """
    entry = f"mends.{key.replace('.', '_')}"
    return say(entry, lang) if entry in phrasebook(lang) else ""


@dataclass(frozen=True)
class LedgerRow:
    """What became of one input row.

    Attributes
    ----------
    file, sheet, row
        Where it stands, as the file shows it: 1 is the first line of a sheet or table.
    fate
        used, fixed (and used) or excluded.
    kind
        What the row is of: a service's id, or ``zones``, ``totals``, ``groups``, ``patch``.
    object_id
        The facility's id or the unit's code; "" where it has none. A row that tells of several sites names them all,
        parted by 、.
    name
        As the row writes it.
    reasons
        What was fixed, or why it is excluded, and what should be looked at; of a row used as it stands only that.
    lon, lat
        WGS 84 degrees; NaN where not known.
    """

    file: str
    sheet: str
    row: int
    fate: Fate
    kind: str
    object_id: str
    name: str
    reasons: tuple[Note, ...] = ()
    lon: float = NAN
    lat: float = NAN


@dataclass(frozen=True)
class Ledger:
    """Every row of every file: used, fixed (and how) or excluded (and why)."""

    rows: tuple[LedgerRow, ...] = ()

    def __add__(self, other: Ledger) -> Ledger:
        return Ledger((*self.rows, *other.rows))

    def counts(self) -> dict[str, int]:
        """Rows by fate; the three add up to the rows read."""
        fates = Counter(row.fate for row in self.rows)
        return {fate: fates[fate] for fate in ("used", "fixed", "excluded")}
