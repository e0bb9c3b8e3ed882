"""Lists of facilities: which service, which columns, and what hints at the datum."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from circle15.inputs.files.columns import aliases, find_columns, plain
from circle15.inputs.files.values.coordinates import CHINA_LAT, CHINA_LON, read_angle
from circle15.inputs.recognise.found import shown
from circle15.inputs.recognise.vocabulary import hinted_datum, said, service_words, total_names
from circle15.model.ledger import Note

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from circle15.catalogue.entries import Service
    from circle15.inputs.files.tables import Table
    from circle15.inputs.files.values.coordinates import Axis
    from circle15.inputs.recognise.found import Found

# Degrees of places in China, by which a column is taken for longitudes or latitudes though its header says nothing.
RANGES: dict[Axis, tuple[float, float]] = {"lon": CHINA_LON, "lat": CHINA_LAT}
MOST, SOME = 0.8, 0.2
TOLD = 12
LOOKED_AT = 2000  # rows; more say no more
_PAIR = re.compile(r"[(\[]?\d{1,3}\.\d+[,;、|/ ]\d{1,3}\.\d+[)\]]?")


@dataclass(frozen=True)
class Placing:
    """The columns of coordinates that ``study.toml`` has to name, and what to look at."""

    columns: tuple[tuple[str, str], ...] = ()
    remarks: tuple[Note, ...] = ()


def recognise_list(base: Found, table: Table, services: Mapping[str, Service]) -> Found | None:
    """A table as a list of facilities; None where it neither has coordinates nor speaks of a service.

    Parameters
    ----------
    base
        The sheet, not yet taken for anything.
    table
        What it holds.
    services
        The catalogue's services by id.
    """
    placing = find_placing(table)
    labels = f"{base.path.stem} {base.part} {title_of(table)}"
    names = facility_names(table, services)
    service, remarks = which_service(labels, names, services)
    if placing is None:
        if not service or find_columns(table.headers, total_names()):
            return None
        lacking = Note("init.no_coordinates", {"columns": told_headers(table.headers)})
        return replace(base, service=service, remarks=(lacking,))
    columns, own = placing.columns, name_column(table, services)
    if own is not None:
        columns, remarks = (*columns, ("name", own)), (*remarks, Note("init.guessed_name", {"column": shown(own)}))
    said_above = (table.groups, title_of(table), base.part, base.path.stem)
    datum = hinted_datum(*(header for _, header in columns), *table.headers, *said_above)
    return replace(
        base, kind="facilities", service=service, datum=datum, columns=columns, names=names,
        remarks=(*remarks, *placing.remarks),
    )  # fmt: skip


def title_of(table: Table) -> str:
    """What stands above the headers."""
    return table.title


# --- which service ------------------------------------------------------------------------------------------------


def which_service(labels: str, names: Sequence[str], services: Mapping[str, Service]) -> tuple[str, tuple[Note, ...]]:
    """The service of a list, "" where it cannot be told, and what to look at.

    What file, sheet and title say holds where they say one thing; the names of its rows else, and they are asked
    whether they agree: 托育机构 may all be called 某某幼儿园托班, and a file 小学 may hold something else.
    """
    words = service_words(services)
    told = said(labels, words)
    counts = Counter(service for name in names[:LOOKED_AT] for service in said(name, words))
    rows = max(min(len(names), LOOKED_AT), 1)
    often = [service for service, count in counts.most_common() if count > SOME * rows]
    if len(told) == 1:
        other = [each for each in often if each != told[0] and counts[each] > rows / 2 > counts[told[0]]]
        return told[0], tuple(_disagreement(services[told[0]], services[each]) for each in other[:1])
    clear = [each for each in often if counts[each] > rows / 2]
    if len(often) == 1 and clear:
        return clear[0], ()
    if len(often) > 1 or len(told) > 1:
        several = "、".join(services[each].label.zh for each in sorted({*often, *told}))
        return "", (Note("init.mixed_list", {"services": several}),)
    return "", ()


def _disagreement(told: Service, named: Service) -> Note:
    return Note("init.names_disagree", {"service": told.label, "other": named.label})


def facility_names(table: Table, services: Mapping[str, Service]) -> tuple[str, ...]:
    """The cells of the column of names."""
    found = find_columns(table.headers, aliases("facility")["name"])
    header = found[0] if found else name_column(table, services)
    return tuple(table.column(header)) if header else ()


def name_column(table: Table, services: Mapping[str, Service]) -> str | None:
    """The column of names where the aliases find none: the first one that speaks of services most."""
    if find_columns(table.headers, aliases("facility")["name"]):
        return None
    words = service_words(services)
    best, most = None, 0
    for header in filter(None, table.headers):
        cells = [cell for cell in table.column(header)[:LOOKED_AT] if cell]
        count = sum(bool(said(cell, words)) for cell in cells)
        if count > most and 2 * count >= len(cells) and 2 * len(set(cells)) > len(cells):
            best, most = header, count
    return best


# --- which columns ------------------------------------------------------------------------------------------------


def find_placing(table: Table) -> Placing | None:
    """The columns of coordinates, by their headers first and by their cells else; None where there are none."""
    by_alias = {axis: find_columns(table.headers, aliases("facility")[axis]) for axis in RANGES}
    if all(by_alias.values()):
        return Placing() if all(len(found) == 1 for found in by_alias.values()) else _one_of_several(by_alias)
    both = _first(table, _is_pair)
    if both is not None:
        return Placing((("lonlat", both),), (Note("init.guessed_both", {"column": shown(both)}),))
    lon, lat = (_first(table, partial(_is_degrees, axis)) for axis in RANGES)
    if lon is None or lat is None:
        return None
    guessed = Note("init.guessed_columns", {"lon": shown(lon), "lat": shown(lat)})
    return Placing((("lon", lon), ("lat", lat)), (guessed,))


def _one_of_several(by_alias: Mapping[Axis, tuple[str, ...]]) -> Placing:
    """Of 经度（高德） and 经度（百度） the first, and the latitude that goes with it."""
    lon = by_alias["lon"][0]
    same = [lat for lat in by_alias["lat"] if hinted_datum(lat) == hinted_datum(lon)]
    lat = (same or list(by_alias["lat"]))[0]
    columns = "、".join(shown(header) for headers in by_alias.values() for header in headers)
    note = Note("init.several_columns", {"columns": columns, "lon": shown(lon), "lat": shown(lat)})
    return Placing((("lon", lon), ("lat", lat)), (note,))


def _first(table: Table, test: Callable[[str], bool]) -> str | None:
    """The first column of which most filled cells pass a test."""
    return next((header for header in table.headers if header and _is_of(table, header, test)), None)


def _is_of(table: Table, header: str, test: Callable[[str], bool]) -> bool:
    cells = [cell for cell in table.column(header)[:LOOKED_AT] if cell]
    return bool(cells) and sum(map(test, cells)) >= MOST * len(cells)


def _is_pair(cell: str) -> bool:
    return _PAIR.fullmatch(plain(cell)) is not None


def _is_degrees(axis: Axis, cell: str) -> bool:
    low, high = RANGES[axis]
    value = read_angle(cell, axis)
    return value is not None and low <= value <= high and value % 1 != 0


def told_headers(headers: tuple[str, ...]) -> str:
    """The headers, each on the same line, as many as one reads."""
    told = [shown(header) for header in headers if header]
    return "、".join(told[:TOLD]) + ("…" if len(told) > TOLD else "")
