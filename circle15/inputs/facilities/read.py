"""Facilities of all services from all lists, and the account of every row."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from circle15.errors import Circle15Error, ConfigurationError, collecting, raise_faults
from circle15.inputs.facilities.account import account_for
from circle15.inputs.facilities.identity import identify
from circle15.inputs.facilities.layers import read_facility_layer
from circle15.inputs.facilities.listed import under_name
from circle15.inputs.facilities.merging import facility_layer
from circle15.inputs.facilities.osm import read_osm_lists
from circle15.inputs.facilities.places import PlacedRow, place_rows, require_fit, surroundings_of
from circle15.inputs.facilities.served import with_served_units
from circle15.inputs.facilities.services import require_services
from circle15.inputs.facilities.summaries import entrance_notes, likeness_notes, list_notes, served_notes
from circle15.inputs.facilities.tables import read_facility_table
from circle15.inputs.files.osm_file import is_osm
from circle15.model.ledger import Ledger

if TYPE_CHECKING:
    import datetime
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from circle15.catalogue.entries import Service
    from circle15.inputs.facilities.listed import FacilityList
    from circle15.inputs.facilities.places import Surroundings
    from circle15.model.facilities import FacilityLayer
    from circle15.model.ledger import LedgerRow, Note
    from circle15.model.study import FacilitySource
    from circle15.model.zones import Zones

    Listed = dict[int, FacilityList]
    Placed = dict[int, tuple[PlacedRow, ...]]

LAYER_SUFFIXES = (".gpkg", ".geojson", ".json", ".shp", ".zip")


def read_facilities(
    sources: Sequence[FacilitySource],
    folder: Path,
    zones: Zones,
    services: Mapping[str, Service],
    surroundings_m: Mapping[str, float],
    as_of: datetime.date,
) -> tuple[FacilityLayer, Ledger, tuple[Note, ...]]:
    """Read every list, place every row, and account for each.

    Parameters
    ----------
    sources
        ``[[facilities]]`` of ``study.toml``.
    folder
        Where their files lie.
    zones
        The study's units.
    services
        The catalogue's services by id.
    surroundings_m
        By service id: facilities this far beyond the border are kept too, as not inside.
    as_of
        The day that the study is of: only what is in operation on it counts.

    Returns
    -------
    FacilityLayer
        In the coordinate system of ``zones``.
    Ledger
        Every row of every list, in the lists' order.
    notes
        What should be looked at.

    Raises
    ------
    DataError, ConfigurationError
        A list that cannot be read, has no datum declared, or lies somewhere else.
    Faults
        Several of these, of all lists.
    """
    lists, faults = _read_lists(sources, folder, services, as_of)
    placed, misfits = _place_lists(lists, sources, _around(zones, lists, surroundings_m), zones)
    raise_faults([*faults, *misfits])
    kept = [row for rows in placed.values() for row in rows if not row.reasons]
    identities = identify(kept, [source.merge for source in sources])
    account = account_for([row for rows in placed.values() for row in rows], identities)
    flags = sorted({flag for listed in lists.values() for flag in listed.flags})
    notes = (
        *list_notes(lists, services, account),
        *likeness_notes(identities, services),
        *served_notes(kept),
        *entrance_notes(identities.facilities),
    )
    return facility_layer(identities.facilities, flags, zones), _ledger(lists, account), notes


def _ledger(lists: Listed, account: Mapping[int, Sequence[LedgerRow]]) -> Ledger:
    """Every row of every list, with those that hold no data where they stand in their sheet."""
    rows: list[LedgerRow] = []
    for number, listed in lists.items():
        lines = [*account.get(number, ()), *listed.set_aside]
        sheets = list(dict.fromkeys(line.sheet for line in lines))
        rows += sorted(lines, key=lambda line: (sheets.index(line.sheet), line.row)) if listed.set_aside else lines
    return Ledger(tuple(rows))


# --- reading and placing -----------------------------------------------------------------------------------------


def _read_lists(
    sources: Sequence[FacilitySource], folder: Path, services: Mapping[str, Service], as_of: datetime.date
) -> tuple[Listed, list[Circle15Error]]:
    """Read the lists, by number of their source; a fault in one does not hide those in the others."""
    lists: Listed = {}
    faults: list[Circle15Error] = []
    for numbers in _by_file(sources):
        with collecting(faults):
            read = _read_file([sources[number] for number in numbers], folder, services, as_of)
            named = [under_name(listed, sources[number].file) for number, listed in zip(numbers, read, strict=True)]
            lists |= dict(zip(numbers, named, strict=True))
    return dict(sorted(lists.items())), faults


def _by_file(sources: Sequence[FacilitySource]) -> list[list[int]]:
    """Numbers of the sources to read together: those from the tags of one OSM extract; every other by itself."""
    together: dict[str | int, list[int]] = defaultdict(list)
    for number, source in enumerate(sources):
        together[source.file if source.from_osm else number].append(number)
    return list(together.values())


def _read_file(
    sources: Sequence[FacilitySource], folder: Path, services: Mapping[str, Service], as_of: datetime.date
) -> tuple[FacilityList, ...]:
    require_services(sources, services)
    source = sources[0]
    path = folder / source.file
    if source.from_osm:
        return read_osm_lists(path, [services[each.service] for each in sources])
    if is_osm(source.file):
        raise ConfigurationError("facilities.osm_as_list", file=source.file)
    if path.suffix.lower() in LAYER_SUFFIXES:
        return (read_facility_layer(source, path, services[source.service], as_of),)
    return (read_facility_table(source, path, services[source.service], as_of),)


def _around(zones: Zones, lists: Listed, surroundings_m: Mapping[str, float]) -> dict[str, Surroundings]:
    """The study's area with the belt of each service that is listed."""
    return {id_: surroundings_of(zones, surroundings_m[id_]) for id_ in {each.service for each in lists.values()}}


def _place_lists(
    lists: Listed, sources: Sequence[FacilitySource], around: Mapping[str, Surroundings], zones: Zones
) -> tuple[Placed, list[Circle15Error]]:
    placed: Placed = {}
    faults: list[Circle15Error] = []
    for number, listed in lists.items():
        rows = with_served_units(place_rows(listed, number, around[listed.service]), zones)
        placed[number] = rows
        if not sources[number].from_osm:  # an extract may well reach far beyond the area
            with collecting(faults):
                require_fit(listed, rows)
    return placed, faults
