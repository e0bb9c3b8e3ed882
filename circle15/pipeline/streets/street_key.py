"""What the streets of a study hang on, as one name."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from circle15.pipeline.fingerprints import code_of, sha256, versions
from circle15.pipeline.search.kept import hash_of
from circle15.pipeline.streets.study_streets import with_walkers

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from pathlib import Path

    from circle15.catalogue.entries import Mode
    from circle15.model.study import Study
    from circle15.model.zones import Zones

# Everything that reads streets, its tables of rules among it.
CODE = (
    "circle15.inputs.streets",
    "circle15.inputs.files",
    "circle15.inputs.files.pbf",
    "circle15.inputs.files.values",
    "circle15.catalogue",
    "circle15.model",
    "circle15.pipeline",
    "circle15.pipeline.streets",
)
# Who gave a file, and when: told beside the streets, and no part of them.
PROVENANCE = {"provider": True, "date": True, "licence": True}


@dataclass(frozen=True, eq=False)
class AskedStreets:
    """Which streets are asked for; the parameters of ``study_streets``."""

    study: Study
    folder: Path
    zones: Zones
    surroundings_m: Mapping[Mode, float]
    modes: Collection[Mode]
    waiting_m_s: float


def key_of_streets(asked: AskedStreets) -> str | None:
    """A name for the streets asked for: another wherever anything is that could change them. None without files.

    It hangs on the bytes of the extract, the changes and the terrain model and of all that lies beside them under their
    name; on ``[network]`` without its provenance, and the study's day where there are changes; on the zones' box and
    coordinate system, the modes and how far each reaches, the speed of waiting; on code, rules and libraries.
    """
    settings, zones = asked.study.network, asked.zones
    without: dict[str, Any] = {**PROVENANCE, "patch": PROVENANCE, "dem": PROVENANCE}
    changes = settings.patch and asked.study.study.day.isoformat()
    try:
        files = [part for name in _named(asked) for part in _bytes_of(asked.folder / name)]
    except OSError:
        return None
    facts = {
        "network": settings.model_dump(mode="json", exclude=without),
        "day": changes,
        "crs": zones.crs.to_wkt(),
        "box": [float(metres).hex() for metres in zones.root.total_bounds],
        "reach_m": with_walkers(asked.modes, asked.surroundings_m),
        "waiting_m_s": asked.waiting_m_s,
        "files": files,
        "versions": versions(),
    }
    return hash_of("streets", code_of(*CODE), json.dumps(facts, sort_keys=True))


def _named(asked: AskedStreets) -> list[str]:
    settings = asked.study.network
    return [settings.file, *(each.file for each in (settings.patch, settings.dem) if each is not None)]


def _bytes_of(path: Path) -> list[tuple[str, str]]:
    """Names and hashes of a file and of what lies beside it under its name: a shapefile's parts, a raster's mask."""
    stem = f"{path.name.partition('.')[0]}.".casefold()
    beside = [each for each in path.parent.iterdir() if each.name.casefold().startswith(stem) and each.is_file()]
    return [(each.name, sha256(each)) for each in sorted({path, *beside})]
