"""The streets of a study: read, and with what its settings and its own changes make of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from circle15.inputs.files.osm_file import is_osm
from circle15.inputs.streets.changes import NO_CHANGES, read_changes
from circle15.inputs.streets.compounds import compound_notes
from circle15.inputs.streets.gates import behind_gates, read_closed_gates
from circle15.inputs.streets.islands import without_classes, without_small_islands
from circle15.inputs.streets.patch import apply_changes
from circle15.inputs.streets.read import GRAPH_ENDING, Wanted, read_modes
from circle15.model.ledger import Note

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import geopandas as gpd

    from circle15.catalogue.entries import Mode
    from circle15.model.ledger import Ledger
    from circle15.model.network import StreetNetwork
    from circle15.model.study import Study
    from circle15.model.zones import Zones


@dataclass(frozen=True, eq=False)
class StudyStreets:
    """The streets as they are walked, the account of every change to them, and the changes to be drawn.

    ``as_mapped`` are the same streets without those inside compounds, where the study has them walked: what its
    choice changes is told against these.
    """

    network: StreetNetwork
    as_mapped: StreetNetwork | None
    ledger: Ledger
    notes: tuple[Note, ...]
    patch: gpd.GeoDataFrame
    networks: Mapping[Mode, StreetNetwork]


def study_streets(study: Study, folder: Path, zones: Zones, surroundings_m: Mapping[Mode, float]) -> StudyStreets:
    """Read the streets of a study around its zones, and apply its changes."""
    settings = study.network
    patch = settings.patch
    changes, aside, told = NO_CHANGES if patch is None else read_changes(patch, folder, zones.crs, study.study.day)
    opens = any(change.action == "open" for change in changes)
    path = folder / settings.file
    is_graph = path.name.lower().endswith(GRAPH_ENDING)
    west, south, east, north = zones.root.total_bounds
    bounds = {}
    for mode, around_m in surroundings_m.items():
        margin_m = around_m + settings.max_leg_m
        bounds[mode] = (west - margin_m, south - margin_m, east + margin_m, north + margin_m)
    private = (settings.compounds != "as_mapped" or opens) and not is_graph
    gates = read_closed_gates(path) if settings.compounds == "gated" and is_osm(path.name) else frozenset()
    modes = read_modes(Wanted(path, settings.layer, zones.crs, bounds, private, settings.towgs84, gates))
    read, notes = modes.networks["walk"], modes.notes
    if settings.not_walked:
        read, note = without_classes(read, settings.not_walked)
        notes = (*notes, note)
    walked = read
    if settings.compounds == "gated":
        gated = behind_gates(read, gates, path.name)
        walked, notes = gated.network, (*notes, *gated.notes)
    if settings.compounds != "as_mapped":
        notes = (*notes, Note("compounds.not_in_graph") if is_graph else compound_notes(walked, settings.compounds))
    patched = apply_changes(walked, changes, settings.compounds)
    network, notes = patched.network, (*notes, *told, *patched.notes)
    as_mapped = None
    if (walked is not read or read.restricted is not None) and settings.compounds != "as_mapped":
        as_mapped = apply_changes(read, changes, "as_mapped").network
    if settings.ignore_islands_below_m > 0:
        network, note = without_small_islands(network, settings.ignore_islands_below_m)
        notes = (*notes, note)
        as_mapped = as_mapped and without_small_islands(as_mapped, settings.ignore_islands_below_m)[0]
    return StudyStreets(network, as_mapped, aside + patched.ledger, notes, patched.shapes, {**modes.networks, "walk": network})
