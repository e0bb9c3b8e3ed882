"""``scenario.toml`` to a ``Scenario``: every key known, every value sound, all faults told at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from circle15.catalogue.suggestions import closest
from circle15.errors import Circle15Error, ConfigurationError, collecting, raise_faults
from circle15.inputs.files.present import require_file
from circle15.inputs.scenario.values import (
    MOST_FACTOR,
    MOST_PERSONS,
    MOST_PLACES,
    Spot,
    between,
    coordinates,
    degrees,
    group,
    text,
    texts,
)
from circle15.inputs.study_syntax import written_toml
from circle15.model.scenario import ClosedSite, OpenedSite, PathChange, PeopleChange, ResizedSite, Scenario

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from circle15.inputs.scenario.values import Read

HEAD = ""


@dataclass(frozen=True)
class _Table:
    """A table of the file: what is made of it, its keys, and of which exactly one must be there."""

    field: str
    make: Callable[..., Any]
    must: Mapping[str, Read]
    may: Mapping[str, Read]
    one_of: tuple[str, ...] = ()

    @property
    def keys(self) -> dict[str, Read]:
        return {**self.must, **self.may}


_PLACES = between(0, MOST_PLACES)
_WHICH = {"facility": text, "name": text}
TABLES = {
    "open": _Table(
        "opened",
        OpenedSite,
        {"service": text, "name": text, "lon": degrees(180.0), "lat": degrees(90.0)},
        {"capacity": _PLACES, "flags": texts, "kind": text},
    ),
    "close": _Table("closed", ClosedSite, {"service": text}, _WHICH, tuple(_WHICH)),
    "resize": _Table("resized", ResizedSite, {"service": text, "capacity": _PLACES}, _WHICH, tuple(_WHICH)),
    "path": _Table(
        "paths",
        PathChange,
        {"action": text, "coordinates": coordinates},
        {"name": text, "kind": text, "modes": texts},
    ),
    "people": _Table(
        "people",
        PeopleChange,
        {"unit": text},
        {"group": group, "factor": between(0, MOST_FACTOR), "persons": between(0, MOST_PERSONS)},
        ("factor", "persons"),
    ),
}
HEAD_KEYS: dict[str, Read] = {"name": text, "note": text}


def read_scenario(path: Path) -> Scenario:
    """Read and check a scenario file; whether its services, facilities and units exist is for ``require_known``.

    Raises
    ------
    DataError
        No such file.
    ConfigurationError
        Not TOML, or one wrong key or value.
    Faults
        Several wrong keys or values, all told at once.
    """
    require_file(path)
    return scenario_of(written_toml(path), path.name)


def scenario_of(content: Mapping[str, Any], file: str) -> Scenario:
    """The scenario that a file's content describes.

    Raises
    ------
    ConfigurationError, Faults
        What is wrong with it.

    Examples
    --------
    >>> scenario_of({"name": "一", "close": [{"service": "childcare", "name": "甲园"}]}, "a.toml").closed
    (ClosedSite(service='childcare', facility='', name='甲园'),)
    """
    faults: list[Circle15Error] = []
    head = {key: value for key, value in content.items() if key not in TABLES}
    made: dict[str, Any] = _values(
        Spot(file, HEAD, 0, ""), head, _Table("", Scenario, {"name": text}, HEAD_KEYS), faults
    )
    for name, table in TABLES.items():
        made[table.field] = _rows(file, name, content.get(name, []), faults)
    faults += _twice(file, made)
    raise_faults(faults)
    return Scenario(**made)


def _rows(file: str, name: str, rows: object, faults: list[Circle15Error]) -> tuple[Any, ...]:
    """What is made of all tables of a name; of those at fault nothing."""
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        faults.append(ConfigurationError("scenario.not_tables", file=file, table=name))
        return ()
    made = []
    for number, row in enumerate(rows, start=1):
        before = len(faults)
        values = _values(Spot(file, name, number, ""), row, TABLES[name], faults)
        if len(faults) == before:
            made.append(TABLES[name].make(**values))
    return tuple(made)


def _values(spot: Spot, row: Mapping[str, Any], table: _Table, faults: list[Circle15Error]) -> dict[str, Any]:
    """The values of one table; its faults are put into ``faults``."""
    values = {}
    known = [*table.keys, *(TABLES if spot.number == 0 else ())]
    for key, value in row.items():
        at = Spot(spot.file, spot.table, spot.number, key)
        if key not in table.keys:
            faults.append(_unknown(at, known))
            continue
        with collecting(faults):
            values[key] = table.keys[key](at, value)
    lacking = [Spot(spot.file, spot.table, spot.number, key) for key in table.must if key not in row]
    faults += [ConfigurationError("scenario.missing", **each.facts()) for each in lacking]
    given = [key for key in table.one_of if key in row]
    if table.one_of and len(given) != 1:
        choices = " / ".join(table.one_of)
        faults.append(ConfigurationError("scenario.one_of", where=spot.table_named, choices=choices, count=len(given)))
    return values


def _unknown(spot: Spot, known: list[str]) -> ConfigurationError:
    near = closest(spot.key, known)
    facts = {**spot.facts(), "known": ", ".join(known)}
    if near is None:
        return ConfigurationError("scenario.unknown_key", **facts)
    return ConfigurationError("scenario.unknown_key_like", **facts, closest=near)


def _twice(file: str, made: Mapping[str, Any]) -> list[Circle15Error]:
    """What is said twice, and so once too often."""
    said: dict[str, list[object]] = {
        "open": [(site.service, site.name, site.lon, site.lat) for site in made["opened"]],
        "close": [(site.service, site.facility, site.name) for site in made["closed"]],
        "resize": [(site.service, site.facility, site.name) for site in made["resized"]],
        "path": list(made["paths"]),
        "people": [(change.unit, change.group) for change in made["people"]],
    }
    faults: list[Circle15Error] = []
    for table, keys in said.items():
        first: dict[object, int] = {}
        for number, key in enumerate(keys, start=1):
            if key in first:
                where = Spot(file, table, number, "").table_named
                faults.append(ConfigurationError("scenario.twice", where=where, table=table, first=first[key]))
            first.setdefault(key, number)
    return faults
