"""Load the shipped catalogue and what a study adds to it.

A catalogue folder holds ``services/<id>.toml``, one file per service, and ``groups.toml``, ``speeds.toml``,
``domains.toml``, ``departments.toml``, ``circles.toml`` and ``standards.toml``, a table per id. A study's own folder
has the same form; what it holds adds to the shipped entries, or replaces the one with the same id whole.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache, partial
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from circle15.catalogue.checks import faults_of_catalogue
from circle15.catalogue.entries import (
    ALL_SERVICES,
    Catalogue,
    Circle,
    Department,
    Domain,
    Group,
    Service,
    Speed,
    Standard,
)
from circle15.catalogue.exchange import catalogue_from_dict, catalogue_to_dict
from circle15.catalogue.narrow import narrow_catalogue
from circle15.catalogue.order import in_reading_order
from circle15.catalogue.shape import Spot, read_entry
from circle15.catalogue.suggestions import not_known
from circle15.catalogue.toml_file import read_toml
from circle15.errors import ConfigurationError, raise_faults

if TYPE_CHECKING:
    from collections.abc import Iterator
    from importlib.resources.abc import Traversable
    from pathlib import Path

__all__ = ["catalogue_from_dict", "catalogue_to_dict", "load_catalogue", "narrow_catalogue"]

KINDS: dict[str, type] = {
    "groups": Group,
    "speeds": Speed,
    "domains": Domain,
    "departments": Department,
    "circles": Circle,
    "standards": Standard,
}
SERVICES = "services"
ID_FORM = r"[a-z0-9][a-z0-9_]*"
# Ids become columns of the results (childcare_m); these two would collide with columns that are there already.
RESERVED_IDS = (ALL_SERVICES, "leg")


@dataclass
class _Draft:
    """What is read so far: entries by kind and id (None where faulty), where each was read, and the faults."""

    entries: dict[str, dict[str, Any]] = field(default_factory=lambda: {kind: {} for kind in (SERVICES, *KINDS)})
    spots: dict[tuple[str, str], Spot] = field(default_factory=dict)
    faults: list[ConfigurationError] = field(default_factory=list)


def load_catalogue(extra: Path | None = None) -> Catalogue:
    """The shipped catalogue, with a study's own entries added or put in the place of shipped ones.

    Parameters
    ----------
    extra
        A study's own catalogue folder, if it has one.

    Raises
    ------
    ConfigurationError, Faults
        A file says something wrong: names the file and the key, and what was probably meant.

    Examples
    --------
    >>> load_catalogue().services["childcare"].label.en
    'Childcare centre'
    """
    if extra is not None:
        return _checked(extra)
    # Entries are frozen; the tables of them are each caller's own.
    return Catalogue(**{kind: dict(table) for kind, table in vars(_shipped()).items()})


@cache
def _shipped() -> Catalogue:
    """The shipped catalogue, which is the same as long as the program runs."""
    return _checked(None)


def _checked(extra: Path | None) -> Catalogue:
    draft = _Draft()
    _read_folder(files(__package__), draft)
    if extra is not None:
        draft.faults += _stray_entries(_own_folder(extra))
        _read_folder(extra, draft)
    raise_faults(draft.faults)
    catalogue = in_reading_order(Catalogue(**draft.entries))
    raise_faults(faults_of_catalogue(catalogue, draft.spots))
    return catalogue


def _own_folder(extra: Path) -> Path:
    if not extra.is_dir():
        raise ConfigurationError("catalogue.no_folder", folder=str(extra))
    return extra


def _stray_entries(folder: Path) -> list[ConfigurationError]:
    """What looks like a catalogue file but would not be read, such as ``speed.toml`` or ``pool.toml.txt``."""
    known = [f"{SERVICES}/", *(f"{kind}.toml" for kind in KINDS)]
    stray = [(folder, name) for name in _catalogue_like(folder) if name not in known]
    inner = folder / SERVICES
    nested = [(inner, name) for name in _catalogue_like(inner) if not name.endswith(".toml")] if inner.is_dir() else []
    faults = [not_known("catalogue.stray_entry", name, known, folder=str(place)) for place, name in stray]
    return faults + [
        ConfigurationError("catalogue.stray_entry", folder=str(place), found=name, known="<id>.toml")
        for place, name in nested
    ]


def _catalogue_like(folder: Path) -> list[str]:
    names = sorted(f"{path.name}/" if path.is_dir() else path.name for path in folder.iterdir())
    return [name for name in names if name[0] not in "._" and (name.endswith("/") or ".toml" in name.casefold())]


def _read_folder(folder: Traversable, draft: _Draft) -> None:
    for kind, entry_id, table, spot in _tables(folder, draft.faults):
        if not _good_id(entry_id):
            draft.faults.append(ConfigurationError("catalogue.bad_id", file=spot.file, found=entry_id))
        elif isinstance(table, dict) and "id" in table:
            draft.faults.append(spot.key("id").fault("catalogue.id_in_table", found=entry_id))
        else:
            read = _read_service if kind == SERVICES else partial(read_entry, KINDS[kind])
            draft.entries[kind][entry_id] = read(_with_id(entry_id, table), spot, draft.faults)
            draft.spots[kind, entry_id] = spot


def _tables(folder: Traversable, faults: list[ConfigurationError]) -> Iterator[tuple[str, str, object, Spot]]:
    """Kind, id, table and place of every entry of a folder."""
    for kind in KINDS:
        file = folder.joinpath(f"{kind}.toml")
        for entry_id, table in _read_or_note(file, faults).items() if file.is_file() else ():
            yield kind, entry_id, table, Spot(str(file), entry_id)
    for file in _service_files(folder.joinpath(SERVICES)):
        before = len(faults)
        table = _read_or_note(file, faults)
        if len(faults) == before:
            yield SERVICES, file.name.removesuffix(".toml"), table, Spot(str(file))


def _service_files(folder: Traversable) -> list[Traversable]:
    if not folder.is_dir():
        return []
    found = (entry for entry in folder.iterdir() if entry.name.endswith(".toml"))
    return sorted(found, key=lambda entry: entry.name)


def _read_or_note(file: Traversable, faults: list[ConfigurationError]) -> dict[str, Any]:
    try:
        return read_toml(file)
    except ConfigurationError as fault:
        faults.append(fault)
        return {}


def _with_id(entry_id: str, table: object) -> object:
    return {**table, "id": entry_id} if isinstance(table, dict) else table


def _read_service(table: object, spot: Spot, faults: list[ConfigurationError]) -> Service | None:
    """A service; a file that states no rural standard means one standard for all towns."""
    if not isinstance(table, dict) or "rural" in table:
        return read_entry(Service, table, spot, faults)
    found: list[ConfigurationError] = []
    service = read_entry(Service, {**table, "rural": table.get("urban")}, spot, found)
    # What is wrong with the standard is told once, where it is written.
    faults += [fault for fault in found if not str(fault.facts["where"]).startswith("rural")]
    return service


def _good_id(entry_id: str) -> bool:
    return re.fullmatch(ID_FORM, entry_id) is not None and entry_id not in RESERVED_IDS
