"""The register of issues to a folder, and back."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import pandas as pd

from circle15.assess.issues.columns import (
    CHECK_TYPES,
    FACILITY_TYPES,
    FOOTPRINT_TYPES,
    ISSUED_TYPES,
    SIGHTING_TYPES,
)
from circle15.assess.issues.registry import Entry, Registry, Words
from circle15.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

MANIFEST = "registry.json"
TABLES = {
    "issued": ISSUED_TYPES,
    "sightings": SIGHTING_TYPES,
    "checks": CHECK_TYPES,
    "footprints": FOOTPRINT_TYPES,
}
# What this folder's files look like; another number is of another version of this program.
FORM = 1


def save_register(registry: Registry, folder: Path) -> None:
    """Write a register into a folder: ``registry.json`` (runs, and what the office says) and tables."""
    for name in TABLES:
        getattr(registry, name).to_parquet(folder / f"{name}.parquet", index=False, compression="zstd")
    registry.facilities.to_parquet(folder / "facilities.parquet", index=False, compression="zstd")
    told = {
        "form": FORM,
        "grid": registry.grid,
        "runs": [asdict(entry) for entry in registry.entries],
        "words": asdict(registry.words),
    }
    text = json.dumps(told, ensure_ascii=False, indent=1, sort_keys=True)
    (folder / MANIFEST).write_text(text + "\n", encoding="utf-8", newline="\n")


def load_register(folder: Path) -> Registry:
    """Read a register back; an empty one where there is none yet.

    Raises
    ------
    DataError
        A file of it is missing or damaged. It is never begun anew by itself: ids would be given a second time.
    """
    if not folder.exists():
        return Registry()
    try:
        told = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        if told["form"] != FORM:
            raise DataError("issues.register_of_other_version", folder=str(folder))
        tables = {name: _table(folder, name, types) for name, types in TABLES.items()}
        facilities = gpd.read_parquet(folder / "facilities.parquet").astype(FACILITY_TYPES)
        entries = tuple(_entry(entry) for entry in told["runs"])
        return Registry(told["grid"], entries, **tables, facilities=facilities, words=_words(told["words"]))
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as fault:
        if isinstance(fault, DataError):
            raise
        raise DataError("issues.register_damaged", folder=str(folder)) from fault


def _table(folder: Path, name: str, types: Mapping[str, str]) -> pd.DataFrame:
    return pd.read_parquet(folder / f"{name}.parquet")[list(types)].astype(dict(types))


def _entry(told: dict[str, Any]) -> Entry:
    return Entry(**(told | {"with_places": tuple(told["with_places"])}))


def _words(told: dict[str, Any]) -> Words:
    return Words(**(told | {name: tuple(told[name]) for name in ("headers", "unplaced", "own")}))
