"""Facilities in the making: what a scenario has changed so far, and the account of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from circle15.model.facilities import FLAG, FLAGS_TOLD
from circle15.model.ledger import LedgerRow

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

    from circle15.catalogue.entries import Service
    from circle15.model.ledger import Note
    from circle15.model.zones import Zones


@dataclass(frozen=True, eq=False)
class Known:
    """What sites are looked up in and placed on: units, services, and how far beyond the border each looks."""

    zones: Zones
    services: Mapping[str, Service]
    surroundings_m: Mapping[str, float]


@dataclass(eq=False)
class Draft:
    """Facilities in the making, and the account of every change."""

    file: str
    facilities: pd.DataFrame
    entrances: pd.DataFrame
    rows: list[LedgerRow] = field(default_factory=list)

    def enter(self, table: str, number: int, facility: Mapping[str, object], notes: Sequence[Note]) -> None:
        """Put a change into the account."""
        service, id_, name = (str(facility[key]) for key in ("service", "facility_id", "name"))
        place = (float(str(facility.get("lon", "nan"))), float(str(facility.get("lat", "nan"))))
        self.rows.append(LedgerRow(self.file, table, number, "used", service, id_, name, tuple(notes), *place))


def is_flag(column: str) -> bool:
    """Whether a column says of each facility if it bears a flag."""
    return column.startswith(FLAG) and column != FLAGS_TOLD
