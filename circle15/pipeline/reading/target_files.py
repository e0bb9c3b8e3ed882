"""The targets of a study: shipped series, tables of its own, and values reported by hand."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from circle15.catalogue.suggestions import not_known
from circle15.catalogue.targets.entries import Compute, TargetSeries
from circle15.catalogue.targets.loader import chosen_targets
from circle15.errors import Circle15Error, ConfigurationError, collecting, raise_faults
from circle15.inputs.files.paths import require_own_path
from circle15.inputs.targets.read import read_target_file
from circle15.inputs.targets.reported import read_reported
from circle15.model.ledger import Ledger, Note
from circle15.model.targets import TargetPlan

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from circle15.model.study import Study, TargetSettings
    from circle15.pipeline.reading.gathering import Read


def read_plan(study: Study, folder: Path) -> Read[TargetPlan]:
    """What a study is measured by; an empty plan where it has no ``[targets]``.

    Raises
    ------
    Circle15Error
        A document that is not known, a table that cannot be read, values that cannot be.
    """
    settings = study.targets
    if settings is None:
        return TargetPlan(), Ledger(), ()
    series, ledger, notes = _series(settings, settings.place or study.study.place, folder)
    series = _with_figures(series, settings.compute)
    if not series.indicators:
        raise ConfigurationError("targets.nothing_chosen", place=settings.place or study.study.place)
    if settings.reported is None:
        return TargetPlan(series), ledger, notes
    reported, rows, told = read_reported(require_own_path(folder, settings.reported), series)
    return TargetPlan(series, reported), ledger + rows, (*notes, *told)


def _series(settings: TargetSettings, place: str, folder: Path) -> tuple[TargetSeries, Ledger, tuple[Note, ...]]:
    """The shipped series that the study names, and those of its own files."""
    faults: list[Circle15Error] = []
    series, ledger, notes = TargetSeries(), Ledger(), tuple[Note, ...]()
    with collecting(faults):
        wanted = settings.documents or not settings.files
        series = chosen_targets(settings.documents, place if wanted else "")
    for name in settings.files:
        with collecting(faults):
            imported = read_target_file(require_own_path(folder, name), place, settings.first_year)
            series, ledger, notes = series + imported.series, ledger + imported.ledger, (*notes, *imported.notes)
    raise_faults(faults)
    ids = [each.id for each in series.documents]
    twice = sorted({id_ for id_ in ids if ids.count(id_) > 1})
    raise_faults([ConfigurationError("targets.document_twice", found=id_) for id_ in twice])
    return series, ledger, notes


def _with_figures(series: TargetSeries, own: Mapping[str, str]) -> TargetSeries:
    """The series with the figures that the study itself gives for indicators, by their names."""
    names = [each.name for each in series.indicators]
    unknown = [name for name in own if name not in names]
    raise_faults([not_known("targets.compute_unknown", name, dict.fromkeys(names)) for name in unknown])
    changed = tuple(
        replace(each, compute=Compute.parse(own[each.name], "study.toml", f"targets.compute.{each.name}"))
        if each.name in own
        else each
        for each in series.indicators
    )
    return TargetSeries(series.documents, changed)
