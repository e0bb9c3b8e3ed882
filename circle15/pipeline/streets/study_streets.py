"""The streets of a study: read, and with what its settings and its own changes make of them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from circle15.inputs.files.osm_file import is_osm
from circle15.inputs.streets.changes import NO_CHANGES, read_changes
from circle15.inputs.streets.compounds import compound_notes
from circle15.inputs.streets.crossings import Crossings, read_crossings, with_delay
from circle15.inputs.streets.gates import behind_gates, read_closed_gates
from circle15.inputs.streets.islands import without_classes, without_small_islands
from circle15.inputs.streets.patch import apply_changes
from circle15.inputs.streets.patch_modes import apply_to_modes, bridge_ids, changes_for
from circle15.inputs.streets.read import GRAPH_ENDING, ModesRead, Wanted, read_modes
from circle15.inputs.streets.slope import with_slope
from circle15.inputs.streets.terrain import read_terrain
from circle15.inputs.streets.uses import MODES
from circle15.model.ledger import Note
from circle15.pipeline.progress import no_pieces

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from pathlib import Path

    import geopandas as gpd

    from circle15.catalogue.entries import Mode
    from circle15.inputs.streets.changes import Change
    from circle15.inputs.streets.changes import Read as Changes
    from circle15.inputs.streets.terrain import Terrain
    from circle15.inputs.streets.ways import Box
    from circle15.model.ledger import Ledger
    from circle15.model.network import StreetNetwork
    from circle15.model.study import NetworkSource, Study
    from circle15.model.zones import Zones
    from circle15.pipeline.progress import Pieces

ON_FOOT: tuple[Mode, ...] = ("walk",)
# A wait at crossings is told as metres walked in it at this speed of the catalogue; as shipped, metres per second:
WAITING_SPEED = "adult"
WAITING_M_S = 1.2


@dataclass(frozen=True, eq=False)
class StudyStreets:
    """The streets of each mode, walking always among them, the account of every change, and the changes to be drawn.

    ``as_mapped`` are the walked streets without those inside compounds, where the study has them walked: what its
    choice changes is told against these.
    """

    networks: Mapping[Mode, StreetNetwork]
    as_mapped: StreetNetwork | None
    ledger: Ledger
    notes: tuple[Note, ...]
    patch: gpd.GeoDataFrame

    @property
    def network(self) -> StreetNetwork:
        """The streets as they are walked."""
        return self.networks["walk"]


def study_streets(
    study: Study,
    folder: Path,
    zones: Zones,
    surroundings_m: Mapping[Mode, float],
    modes: Collection[Mode] = ON_FOOT,
    waiting_m_s: float = WAITING_M_S,
    pieces: Pieces = no_pieces,
    further: Sequence[Change] = (),
) -> StudyStreets:
    """Read the streets of a study around its zones, and apply its changes.

    Parameters
    ----------
    study, folder
        The study, and where its files are.
    zones
        Its zones, in the metric system of the result.
    surroundings_m
        By mode, how far streets reach beyond the zones; walking among them.
    modes
        Who travels; walkers always do.
    waiting_m_s
        The walking speed at which a wait at crossings is told in metres, metres per second.
    pieces
        Told how far an extract has been read.
    further
        Changes beside those of the study: a scenario's.

    Raises
    ------
    DataError, ConfigurationError, Faults
        What the readers of the streets, the changes and the terrain object to.
    """
    settings, path = study.network, folder / study.network.file
    own, aside, told = _changes(study, folder, zones)
    changes = (*own, *further)
    of_osm, gated = is_osm(path.name), settings.compounds == "gated"
    gates = read_closed_gates(path) if gated and of_osm else frozenset()
    places = read_crossings(path) if settings.crossing_delay_s and of_osm else frozenset()
    wanted = _wanted(settings, path, zones, with_walkers(modes, surroundings_m), opens=_opens(changes))
    read = _read(settings, replace(wanted, cut_at=gates | places, progress=pieces))
    networks, notes = dict(read.networks), read.notes
    if gated:
        behind = behind_gates(networks["walk"], gates, path.name)
        networks["walk"], notes = behind.network, (*notes, *behind.notes)
    notes = (*notes, *_compound_notes(settings, networks["walk"], is_graph=_is_graph(path)), *told)
    patched = apply_to_modes(networks, changes, settings.compounds)
    finish = _Finish(
        settings,
        _terrain(settings, folder, patched.networks["walk"]),
        read.span_ids | bridge_ids(changes),
        replace(read.crossings, places=read.crossings.places | places),
        waiting_m_s,
    )
    finished = {mode: finish.of(network) for mode, network in patched.networks.items()}
    notes = (*notes, *patched.account.notes, *(note for _, said in finished.values() for note in said))
    result = {mode: network for mode, (network, _) in finished.items()}
    as_mapped = _as_mapped(settings, read.networks["walk"], networks["walk"], changes)
    as_mapped = as_mapped and finish.of(as_mapped)[0]
    return StudyStreets(result, as_mapped, aside + patched.account.ledger, notes, patched.account.shapes)


def with_walkers(modes: Collection[Mode], surroundings_m: Mapping[Mode, float]) -> dict[Mode, float]:
    """How far the streets of each mode that is read reach beyond the zones, in the order of modes."""
    return {mode: surroundings_m[mode] for mode in MODES if mode in modes or mode == "walk"}


def _changes(study: Study, folder: Path, zones: Zones) -> Changes:
    patch = study.network.patch
    return NO_CHANGES if patch is None else read_changes(patch, folder, zones.crs, study.study.day)


def _opens(changes: Sequence[Change]) -> bool:
    return any(change.action == "open" for change in changes)


def _is_graph(path: Path) -> bool:
    return path.name.lower().endswith(GRAPH_ENDING)


def _wanted(
    settings: NetworkSource, path: Path, zones: Zones, surroundings_m: Mapping[Mode, float], *, opens: bool
) -> Wanted:
    private = (settings.compounds != "as_mapped" or opens) and not _is_graph(path)
    return Wanted(
        path,
        layer=settings.layer,
        crs=zones.crs,
        bounds={mode: _around(zones, metres + settings.max_leg_m) for mode, metres in surroundings_m.items()},
        private=private,
        towgs84=settings.towgs84,
    )


def _around(zones: Zones, margin_m: float) -> Box:
    west, south, east, north = zones.root.total_bounds
    return west - margin_m, south - margin_m, east + margin_m, north + margin_m


def _read(settings: NetworkSource, wanted: Wanted) -> ModesRead:
    """The streets read, without the classes on which nobody walks here."""
    read = read_modes(wanted)
    if not settings.not_walked:
        return read
    network, note = without_classes(read.networks["walk"], settings.not_walked)
    return replace(read, networks={**read.networks, "walk": network}, notes=(*read.notes, note))


def _compound_notes(settings: NetworkSource, walked: StreetNetwork, *, is_graph: bool) -> tuple[Note, ...]:
    if settings.compounds == "as_mapped":
        return ()
    return (Note("compounds.not_in_graph") if is_graph else compound_notes(walked, settings.compounds),)


def _as_mapped(
    settings: NetworkSource, read: StreetNetwork, walked: StreetNetwork, changes: Sequence[Change]
) -> StreetNetwork | None:
    """The walked streets without compounds, where the study has them walked otherwise."""
    if settings.compounds == "as_mapped" or (walked is read and read.restricted is None):
        return None
    return apply_changes(read, changes_for(changes, "walk"), "as_mapped").network


def _terrain(settings: NetworkSource, folder: Path, walked: StreetNetwork) -> Terrain | None:
    if settings.dem is None:
        return None
    return read_terrain(settings.dem, folder, walked.crs, walked.line_xy)


@dataclass(frozen=True, eq=False)
class _Finish:
    """What is done to each network last, when no street is cut or added any more."""

    settings: NetworkSource
    terrain: Terrain | None
    span_ids: frozenset[int]
    crossings: Crossings
    waiting_m_s: float

    def of(self, network: StreetNetwork) -> tuple[StreetNetwork, tuple[Note, ...]]:
        """Without small islands; for walkers, with slopes and with the wait at crossings."""
        notes: tuple[Note, ...] = ()
        if self.settings.ignore_islands_below_m > 0:
            network, note = without_small_islands(network, self.settings.ignore_islands_below_m)
            notes = (note,)
        if network.mode != "walk":
            return network, notes
        if self.terrain is not None:
            network, said = with_slope(network, self.terrain, self.span_ids)
            notes = (*notes, *said)
        if self.settings.crossing_delay_s > 0:
            delay_m = self.settings.crossing_delay_s * self.waiting_m_s
            network, note = with_delay(network, self.crossings, delay_m)
            notes = (*notes, note)
        return network, notes
