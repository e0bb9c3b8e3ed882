"""The finished streets of a study, kept between runs under the name of everything that they hang on.

One folder per name, with a network per mode and, written last, what was told of them. It may be deleted at any time:
what is missing, cut short or altered is read anew, and no output shows which it was.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, cast

import geopandas as gpd
import shapely

from circle15.errors import Circle15Error
from circle15.inputs.streets.saved import load_network, save_network
from circle15.model.ledger import Ledger, LedgerRow
from circle15.pipeline.progress import no_pieces
from circle15.pipeline.streets.street_key import key_of_streets
from circle15.pipeline.streets.study_streets import StudyStreets, study_streets
from circle15.results.store import note_of, plain_note

if TYPE_CHECKING:
    from pathlib import Path

    import pyproj

    from circle15.catalogue.entries import Mode
    from circle15.model.network import StreetNetwork
    from circle15.pipeline.progress import Pieces
    from circle15.pipeline.streets.street_key import AskedStreets

TOLD = "told.json"
AS_MAPPED = "as_mapped"
MOST_BYTES = 2_000_000_000
# Raised where a file is missing, damaged or of another version, and where a text or number cannot be kept.
NOT_KEPT = (Circle15Error, OSError, ValueError, TypeError, KeyError, AttributeError, shapely.errors.ShapelyError)


def kept_streets(kept: Path, asked: AskedStreets, pieces: Pieces = no_pieces) -> StudyStreets:
    """``study_streets``, or what they once were for the very same files and settings.

    Parameters
    ----------
    kept
        The folder where streets are kept.
    asked
        Which streets.
    pieces
        Told how far an extract has been read.

    Raises
    ------
    DataError, ConfigurationError, Faults
        What the readers of the streets, the changes and the terrain object to.
    """
    key = key_of_streets(asked)
    found = None if key is None else _loaded(kept / key, asked.zones.crs)
    if found is not None:
        return found
    streets = _read(asked, pieces)
    # A file that was exchanged while it was read is not what the name says.
    if key is not None and key == key_of_streets(asked):
        _keep(streets, kept / key)
        _trim(kept)
    return streets


def _read(asked: AskedStreets, pieces: Pieces) -> StudyStreets:
    return study_streets(
        asked.study, asked.folder, asked.zones, asked.surroundings_m, asked.modes, asked.waiting_m_s, pieces
    )


def _keep(streets: StudyStreets, folder: Path) -> None:
    """Save them; a folder that cannot be written keeps nothing, which only costs time."""
    with contextlib.suppress(*NOT_KEPT):
        text = json.dumps(_told(streets))
        for name, network in _named(streets).items():
            save_network(network, _network_file(folder, name))
        draft = folder / f".{TOLD}.{os.getpid()}"
        draft.write_text(f"{_seal(text)}\n{text}", encoding="utf-8", newline="\n")
        draft.replace(folder / TOLD)


def _loaded(folder: Path, crs: pyproj.CRS) -> StudyStreets | None:
    try:
        seal, _, text = (folder / TOLD).read_text(encoding="utf-8").partition("\n")
        if seal != _seal(text):
            return None
        told = json.loads(text)
        networks = {cast("Mode", mode): load_network(_network_file(folder, mode), crs) for mode in told["modes"]}
        as_mapped = load_network(_network_file(folder, AS_MAPPED), crs) if told[AS_MAPPED] else None
        ledger = Ledger(tuple(_row_of(row) for row in told["ledger"]))
        streets = StudyStreets(networks, as_mapped, ledger, _notes_of(told["notes"]), _patch_of(told["patch"], crs))
        os.utime(folder / TOLD)  # asked for now: trimmed last
    except NOT_KEPT:
        return None
    return streets


def _named(streets: StudyStreets) -> dict[str, StreetNetwork]:
    named: dict[str, StreetNetwork] = {str(mode): network for mode, network in streets.networks.items()}
    return named if streets.as_mapped is None else named | {AS_MAPPED: streets.as_mapped}


def _network_file(folder: Path, name: str) -> Path:
    return folder / f"{name}.arrow"


def _seal(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def _told(streets: StudyStreets) -> dict[str, Any]:
    """All but the networks, as JSON knows it."""
    patch = streets.patch
    return {
        "modes": list(streets.networks),
        AS_MAPPED: streets.as_mapped is not None,
        "notes": [plain_note(note) for note in streets.notes],
        "ledger": [_plain_row(row) for row in streets.ledger.rows],
        "patch": {
            **{str(name): patch[name].tolist() for name in patch.columns.drop(patch.geometry.name)},
            "geometry": [shapely.to_wkb(shape, hex=True) for shape in patch.geometry],
        },
    }


def _notes_of(plain: list[dict[str, Any]]) -> tuple[Any, ...]:
    return tuple(note_of(note) for note in plain)


def _plain_row(row: LedgerRow) -> dict[str, Any]:
    plain = {name: None if value != value else value for name, value in asdict(row).items()}
    return {**plain, "reasons": [plain_note(reason) for reason in row.reasons]}


def _row_of(plain: dict[str, Any]) -> LedgerRow:
    known = {name: value for name, value in plain.items() if value is not None}
    return LedgerRow(**{**known, "reasons": _notes_of(plain["reasons"])})


def _patch_of(plain: dict[str, list[Any]], crs: pyproj.CRS) -> gpd.GeoDataFrame:
    columns = {name: values for name, values in plain.items() if name != "geometry"}
    return gpd.GeoDataFrame(columns, geometry=list(shapely.from_wkb(plain["geometry"])), crs=crs)


def _trim(kept: Path, most_bytes: int = MOST_BYTES) -> None:
    """Delete what was not asked for longest, until no more than ``most_bytes`` are kept; the newest stays."""
    with contextlib.suppress(OSError):  # another run may tidy up at the same time
        folders = [folder for folder in kept.iterdir() if folder.is_dir()]
        folders.sort(key=lambda folder: (-_asked_ns(folder), folder.name))
        total = 0
        for at, folder in enumerate(folders):
            total += sum(file.stat().st_size for file in folder.iterdir())
            if at and total > most_bytes:
                shutil.rmtree(folder, ignore_errors=True)


def _asked_ns(folder: Path) -> int:
    """When it was last asked for; a folder that is not whole first of all."""
    told = folder / TOLD
    return told.stat().st_mtime_ns if told.exists() else 0
