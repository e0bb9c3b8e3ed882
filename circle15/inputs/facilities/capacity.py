"""How many a facility holds, as its row writes it."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from circle15.catalogue.entries import Label
from circle15.inputs.facilities.row_words import names_none, row_words
from circle15.inputs.files.columns import plain
from circle15.inputs.files.values.numbers import read_quantity
from circle15.model.ledger import Note

if TYPE_CHECKING:
    from circle15.catalogue.entries import Service
    from circle15.inputs.files.values.numbers import Quantity
    from circle15.model.ledger import Place

NAN = float("nan")
AS_IT_STANDS = re.compile(r"\d+(\.\d+)?", re.ASCII)
TEN_THOUSANDS = re.compile(r"[(/,]?万")
TEN_THOUSAND = 10_000.0
NO_UNIT = Label("个", "places")


@dataclass(frozen=True)
class Capacity:
    """A capacity, NaN where not known; what was read into it, and what should be looked at."""

    value: float
    fixes: tuple[Note, ...] = ()
    remarks: tuple[Note, ...] = ()


def read_capacity(text: str, service: Service, at: Place) -> Capacity:
    """What a cell says a facility holds.

    Parameters
    ----------
    text
        The cell.
    service
        Whose ``capacity_unit`` and ``capacity_range`` judge it.
    at
        Where the cell stands; its ``field`` is the header, which may count in 万.

    Examples
    --------
    >>> from circle15.catalogue.loader import load_catalogue
    >>> from circle15.model.ledger import Place
    >>> childcare, cell = load_catalogue().services["childcare"], Place("a.csv", row=2, field="托位")
    >>> [read_capacity(text, childcare, cell).value for text in ("40", "约50张", "1,200", "", "300平方米", "-5")]
    [40.0, 50.0, 1200.0, nan, nan, nan]
    """
    if not text.strip():
        return Capacity(NAN)
    said = read_quantity(_without_measure(text, service))
    if said is None or names_none(text, "blank"):
        return Capacity(NAN, (Note("facilities.capacity_unread", {"text": text}, at),))
    if not fits(said.unit, service):
        facts = {"text": text, "unit": said.unit, "wanted": service.capacity_unit or NO_UNIT}
        return Capacity(NAN, (Note("rows.capacity_unit", facts, at),))
    value = said.value * _header_factor(at.field)
    if value < 0:
        return Capacity(NAN, (Note("rows.capacity_negative", {"text": text}, at),))
    return Capacity(value, _how_read(text, said, value, at), _doubts(value, service, at))


def fits(unit: str, service: Service) -> bool:
    """Whether a unit counts what the service counts.

    Examples
    --------
    >>> from circle15.catalogue.loader import load_catalogue
    >>> childcare = load_catalogue().services["childcare"]
    >>> [fits(unit, childcare) for unit in ("", "个托位", "张", "个班", "平方米")]
    [True, True, True, False, False]
    """
    wanted = "" if service.capacity_unit is None else plain(service.capacity_unit.zh)
    known = (*row_words("units").get(wanted, ("个",)), wanted)
    said = plain(unit)
    return said in ("", *known) or said.removeprefix("个") in known


def _without_measure(text: str, service: Service) -> str:
    """托位40个 and 床位数：40 as 40个 and 40."""
    wanted = "" if service.capacity_unit is None else plain(service.capacity_unit.zh)
    measures = [unit for unit in row_words("units").get(wanted, ()) if len(unit) > 1]
    return re.sub(rf"^\s*(?:{'|'.join(map(re.escape, measures))})数?[:：]?", "", text) if measures else text


def _header_factor(header: str) -> float:
    """Ten thousand where the header counts in them: 面积（万平方米）."""
    return TEN_THOUSAND if TEN_THOUSANDS.search(plain(header)) else 1.0


def _how_read(text: str, said: Quantity, value: float, at: Place) -> tuple[Note, ...]:
    if AS_IT_STANDS.fullmatch(text.strip()) and value == said.value:
        return ()
    facts = {"text": text, "capacity": value}
    return (Note("rows.capacity_about" if said.approximate else "rows.capacity_read", facts, at),)


def _doubts(value: float, service: Service, at: Place) -> tuple[Note, ...]:
    if value == 0:
        return (Note("rows.capacity_zero", {}, at),)
    least, most = service.capacity_range or (0.0, math.inf)
    if least <= value <= most:
        return ()
    facts = {"capacity": value, "least": least, "most": most, "service": service.label}
    return (Note("rows.capacity_beyond", facts, at),)
