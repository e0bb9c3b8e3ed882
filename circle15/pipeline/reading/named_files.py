"""The files that a study names, what each is for, and the part of the study it belongs to."""

from __future__ import annotations

from pathlib import PureWindowsPath
from typing import TYPE_CHECKING

from circle15.inputs.files.companions import companions
from circle15.model.ledger import Note

if TYPE_CHECKING:
    from pathlib import Path

    from circle15.model.study import Study

FACILITIES, OWN_CATALOGUE = "facilities", "catalogue"
# The part of a study that files of a kind belong to; files of every other kind are lists of facilities.
PARTS = {
    "study": "services",
    "comparisons": "services",
    "zones": "zones",
    "official_units": "zones",
    "crosswalk": "crosswalk",
    "network": "network",
    "patch": "network",
    "dem": "network",
    "people": "population",
    "landuse": "population",
    "totals": "population",
    "ages": "population",
    "groups": "population",
    "compare": "population",
    "targets": "targets",
    "reported": "targets",
}


def named_kinds(study: Study) -> list[tuple[str, str]]:
    """Every file that a study names and what it is for, each pair once, in order."""
    people, streets, crosswalk = study.population, study.network, study.crosswalk
    named = [(source.file, "zones") for source in study.zones]
    named += [(units.file, "official_units") for units in study.official_units]
    named += [(crosswalk.file, "crosswalk")] if crosswalk else []
    named.append((streets.file, "network"))
    named += [(streets.patch.file, "patch")] if streets.patch else []
    named += [(streets.dem.file, "dem")] if streets.dem else []
    named += [(file, "people") for file in (people.raster, people.buildings) if file is not None]
    tables = {"landuse": people.landuse, "totals": people.totals, "ages": people.ages}
    named += [(table.file, kind) for kind, table in tables.items() if table is not None]
    named += [(groups.file, "groups") for groups in people.groups]
    if people.compare is not None:
        named += [(file, "compare") for file in (people.compare.raster, people.compare.buildings) if file is not None]
    named += [(study.index.comparisons_file, "comparisons")] if study.index.comparisons_file else []
    named += [(source.file, source.service) for source in study.facilities]
    if study.targets is not None:
        named += [(file, "targets") for file in study.targets.files]
        named += [(study.targets.reported, "reported")] if study.targets.reported else []
    return list(dict.fromkeys(named))


def part_files(study: Study) -> dict[str, tuple[str, ...]]:
    """The files of each part of a study, each once, in order."""
    files: dict[str, dict[str, None]] = {
        part: {} for part in ("zones", "crosswalk", "network", "population", FACILITIES, "targets")
    }
    for file, kind in named_kinds(study):
        if PARTS.get(kind) != PARTS["study"]:
            files[PARTS.get(kind, FACILITIES)][file] = None
    return {part: tuple(names) for part, names in files.items()}


def shared_names(study: Study) -> tuple[Note, ...]:
    """A note on files that differ by their folders alone; lists of facilities go by their whole name, others do not."""
    found: dict[str, list[str]] = {}
    for file, kind in dict(named_kinds(study)).items():
        if kind in PARTS:
            found.setdefault(PureWindowsPath(file).name.casefold(), []).append(file)
    return tuple(Note("quality.shared_name", {"files": "、".join(files)}) for files in found.values() if len(files) > 1)


def named_files(study: Study) -> tuple[str, ...]:
    """Every file a study names, once, in order."""
    return tuple(dict.fromkeys(file for file, _ in named_kinds(study)))


def input_files(study: Study, study_path: Path) -> dict[str, Path]:
    """Every file that a run reads, by its name in the study.

    The study itself, the files it names, what belongs to a shapefile or raster and lies beside it, and the study's own
    catalogue.
    """
    folder = study_path.parent
    files = {study_path.name: study_path} | {name: folder / name for name in named_files(study)}
    for path in list(files.values()):
        files |= {part.relative_to(folder).as_posix(): part for part in companions(path)}
    own = folder / OWN_CATALOGUE
    return files | {f"{OWN_CATALOGUE}/{path.relative_to(own).as_posix()}": path for path in sorted(own.rglob("*.toml"))}
