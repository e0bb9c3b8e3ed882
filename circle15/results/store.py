"""Results to a folder of GeoParquet and JSON, and back."""

from __future__ import annotations

import json
from dataclasses import asdict, fields
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd

from circle15.catalogue.entries import Label
from circle15.catalogue.loader import catalogue_from_dict, catalogue_to_dict
from circle15.errors import Circle15Error, DataError
from circle15.model.ledger import Note, Place
from circle15.model.study import Study
from circle15.results.results import SHAPES, TABLES, Results

if TYPE_CHECKING:
    from pathlib import Path

MANIFEST = "run.json"


def save_frames(results: Results, folder: Path) -> None:
    """Write every frame as ``<name>.parquet`` into ``folder``; those with shapes as GeoParquet."""
    for name in (*SHAPES, *TABLES):
        getattr(results, name).to_parquet(folder / f"{name}.parquet", index=False, compression="zstd")


def settings_of(results: Results) -> dict[str, Any]:
    """The part of the manifest that results are made of again: study, catalogue, notes."""
    return {
        "study": results.study.model_dump(mode="json"),
        "catalogue": catalogue_to_dict(results.catalogue),
        "notes": [plain_note(note) for note in results.notes],
    }


def plain_note(note: Note) -> dict[str, Any]:
    """A note as JSON knows it; a name in both languages becomes ``{"zh": ..., "en": ...}``, NaN becomes null."""
    plain: dict[str, Any] = {"key": note.key, "facts": {name: _plain(fact) for name, fact in note.facts.items()}}
    if note.at is not None:
        plain["at"] = {name: None if value != value else value for name, value in asdict(note.at).items()}
    return plain


def _plain(fact: object) -> object:
    if isinstance(fact, Label):
        return asdict(fact)
    return fact.item() if isinstance(fact, np.generic) else fact


def note_of(plain: dict[str, Any]) -> Note:
    """A note of its ``plain_note``."""
    facts = {name: Label(**fact) if isinstance(fact, dict) else fact for name, fact in plain["facts"].items()}
    at = plain.get("at")
    known = {} if at is None else {name: value for name, value in at.items() if value is not None}
    return Note(plain["key"], facts, None if at is None else Place(**known))


def save_manifest(manifest: dict[str, Any], folder: Path) -> None:
    """Write ``run.json``."""
    text = json.dumps(manifest, ensure_ascii=False, indent=1)
    (folder / MANIFEST).write_text(text + "\n", encoding="utf-8", newline="\n")


def load_manifest(folder: Path) -> dict[str, Any]:
    """Read ``run.json``.

    Raises
    ------
    DataError
        The folder holds no finished run, or its manifest is damaged.
    """
    try:
        manifest: dict[str, Any] = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError) as fault:
        raise DataError("results.no_run", folder=str(folder)) from fault
    return manifest


def load_results(folder: Path) -> Results:
    """Read back what ``save_frames`` and ``save_manifest`` wrote.

    Raises
    ------
    DataError
        The folder holds no finished run, a file of it is missing, or it was made by another version of the program.
    """
    manifest = load_manifest(folder)
    _require_own_version(manifest, folder)
    try:
        shapes = {name: gpd.read_parquet(folder / f"{name}.parquet") for name in SHAPES}
        tables = {name: pd.read_parquet(folder / f"{name}.parquet") for name in TABLES}
    except OSError as fault:
        raise DataError("results.no_run", folder=str(folder)) from fault
    try:
        parts = {
            "study": Study.model_validate(manifest["study"]),
            "catalogue": catalogue_from_dict(manifest["catalogue"]),
            "notes": tuple(note_of(note) for note in manifest["notes"]),
            **shapes,
            **tables,
        }
    except (Circle15Error, KeyError, TypeError, ValueError) as fault:
        raise _of_other_version(manifest, folder) from fault
    return Results(**{field.name: parts[field.name] for field in fields(Results)})


def _require_own_version(manifest: dict[str, Any], folder: Path) -> None:
    """Raise ``DataError`` where the run lacks tables that this version writes: it is whole, but of another one.

    What a scenario writes beside them does not count.
    """
    names = {f"{name}.parquet" for name in (*SHAPES, *TABLES)}
    written = {name for name in manifest.get("outputs", names) if name.endswith(".parquet")}
    if not names <= written:
        raise _of_other_version(manifest, folder)


def _of_other_version(manifest: dict[str, Any], folder: Path) -> DataError:
    made_by = manifest.get("versions", {}).get("circle15", "?")
    return DataError("results.other_version", folder=str(folder), made_by=made_by)
