"""From plain values (TOML, JSON) to the frozen entries, told by the entries' own annotations.

Nothing is coerced: a text is no number, an unknown key is a fault. Every fault of a table is found in one go.
"""

from __future__ import annotations

import dataclasses
import math
from dataclasses import MISSING, dataclass
from types import UnionType
from typing import TYPE_CHECKING, Annotated, Literal, TypeVar, Union, cast, get_args, get_origin, get_type_hints

from circle15.catalogue.limits import Between, Matching
from circle15.catalogue.suggestions import not_known
from circle15.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Callable

Entry = TypeVar("Entry")
SCALARS: dict[type, tuple[tuple[type, ...], str]] = {
    str: ((str,), "catalogue.not_text"),
    bool: ((bool,), "catalogue.not_yes_or_no"),
    int: ((int,), "catalogue.not_whole_number"),
    float: ((int, float), "catalogue.not_number"),
}


@dataclass(frozen=True)
class Spot:
    """A place in a file, as a planner would look for it: ``sources[2].evidence``, counted from 1."""

    file: str
    where: str = ""

    def key(self, name: str) -> Spot:
        """The place of a key in the table here."""
        return Spot(self.file, f"{self.where}.{name}" if self.where else name)

    def item(self, number: int) -> Spot:
        """The place of an item, counted from 1, in the list here."""
        return Spot(self.file, f"{self.where}[{number}]")

    def fault(self, key: str, **facts: object) -> ConfigurationError:
        """A fault at this place."""
        return ConfigurationError(key, file=self.file, where=self.where, **facts)


def read_entry(kind: type[Entry], table: object, spot: Spot, faults: list[ConfigurationError]) -> Entry | None:
    """One entry of a class of ``entries``, or None with every reason added to ``faults``.

    Parameters
    ----------
    kind
        A dataclass whose annotations say what each key must hold.
    table
        What the file holds there.
    """
    found: list[ConfigurationError] = []
    value = _read(kind, table, spot, found)
    faults += found
    return None if found else cast("Entry", value)


def _read(hint: object, value: object, spot: Spot, faults: list[ConfigurationError]) -> object:
    if dataclasses.is_dataclass(hint):
        return _read_record(cast("type", hint), value, spot, faults)
    if hint in SCALARS:
        return _read_scalar(hint, value, spot, faults)
    return _READERS[get_origin(hint)](hint, value, spot, faults)


def _read_record(kind: type, value: object, spot: Spot, faults: list[ConfigurationError]) -> object:
    if not isinstance(value, dict):
        faults.append(spot.fault("catalogue.not_table", found=value))
        return None
    before = len(faults)
    hints = get_type_hints(kind, include_extras=True)
    faults += _key_faults(kind, value, spot)
    known = {name: _read(hints[name], value[name], spot.key(name), faults) for name in hints if name in value}
    return kind(**known) if len(faults) == before else None


def _key_faults(kind: type, table: dict[str, object], spot: Spot) -> list[ConfigurationError]:
    fields = dataclasses.fields(kind)
    names = [field.name for field in fields]
    faults = [
        not_known("catalogue.unknown_key", key, names, file=spot.file, where=spot.key(key).where)
        for key in table
        if key not in names
    ]
    required = [field.name for field in fields if field.default is MISSING and field.default_factory is MISSING]
    return faults + [spot.key(name).fault("catalogue.missing_key") for name in required if name not in table]


def _read_scalar(kind: type, value: object, spot: Spot, faults: list[ConfigurationError]) -> object:
    allowed, fault = SCALARS[kind]
    # A bool is an int to Python, not to a planner.
    if not isinstance(value, allowed) or (isinstance(value, bool) and kind is not bool):
        faults.append(spot.fault(fault, found=value))
    elif isinstance(value, str) and not value.strip():
        faults.append(spot.fault("catalogue.empty_text"))
    elif kind is float and not _finite(cast("float", value)):
        faults.append(spot.fault(fault, found=value))
    else:
        return kind(value)
    return None


def _finite(value: float) -> bool:
    try:
        return math.isfinite(value)
    except OverflowError:  # a whole number that no float can hold
        return False


def _read_limited(hint: object, value: object, spot: Spot, faults: list[ConfigurationError]) -> object:
    inner, limit = get_args(hint)
    before = len(faults)
    read = _read(inner, value, spot, faults)
    if len(faults) == before and not limit.allows(read):
        faults.append(_beyond(limit, read, spot))
    return read


def _beyond(limit: Between | Matching, value: object, spot: Spot) -> ConfigurationError:
    if isinstance(limit, Between):
        return spot.fault("catalogue.out_of_range", found=value, lowest=limit.lowest, highest=limit.highest)
    return spot.fault("catalogue.wrong_form", found=value, example=limit.example)


def _read_choice(hint: object, value: object, spot: Spot, faults: list[ConfigurationError]) -> object:
    choices = get_args(hint)
    if value not in choices:
        faults.append(not_known("catalogue.not_a_choice", str(value), choices, file=spot.file, where=spot.where))
    return value


def _read_optional(hint: object, value: object, spot: Spot, faults: list[ConfigurationError]) -> object:
    inner = next(part for part in get_args(hint) if part is not type(None))
    return None if value is None else _read(inner, value, spot, faults)


def _read_list(hint: object, value: object, spot: Spot, faults: list[ConfigurationError]) -> object:
    inner = get_args(hint)
    if isinstance(value, dict) and inner[0] == tuple[str, str]:
        value = [list(pair) for pair in sorted(value.items())]  # a table stands for its pairs
    if not isinstance(value, list | tuple) or (inner[-1] is not Ellipsis and len(value) != len(inner)):
        faults.append(spot.fault("catalogue.not_list", found=value))
        return None
    return tuple(_read(inner[0], item, spot.item(number), faults) for number, item in enumerate(value, 1))


def _read_by_id(hint: object, value: object, spot: Spot, faults: list[ConfigurationError]) -> object:
    if not isinstance(value, dict):
        faults.append(spot.fault("catalogue.not_table", found=value))
        return None
    return {name: _read(get_args(hint)[1], item, spot.key(name), faults) for name, item in value.items()}


_READERS: dict[object, Callable[[object, object, Spot, list[ConfigurationError]], object]] = {
    Annotated: _read_limited,
    Literal: _read_choice,
    Union: _read_optional,
    UnionType: _read_optional,
    tuple: _read_list,
    dict: _read_by_id,
}
