"""A whole run: check, search, assess, write."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pandas as pd

from circle15.assess.circles import deciding_circles
from circle15.assess.clusters import Gathering
from circle15.assess.underserved import underserved_areas
from circle15.assess.weights.study import study_weights
from circle15.catalogue.entries import Label
from circle15.errors import raise_faults
from circle15.model.ledger import Note
from circle15.pipeline.assessing import assess
from circle15.pipeline.beside import measure_beside
from circle15.pipeline.folders import output_folders, prove_outputs, study_path
from circle15.pipeline.notes.capacity import capacity_notes
from circle15.pipeline.notes.compounds import compounds_effect
from circle15.pipeline.notes.observations import by_weight, counted_groups, observations
from circle15.pipeline.notes.quality import quality_notes
from circle15.pipeline.progress import of_stage, untold
from circle15.pipeline.reading.checking import check_study
from circle15.pipeline.reading.named_files import input_files
from circle15.pipeline.reading.study_files import present
from circle15.pipeline.reading.study_inputs import searching_inputs
from circle15.pipeline.search.edge_effects import effects_of_border
from circle15.pipeline.search.isochrones import display_isochrones
from circle15.pipeline.search.searching import cells_frame, facilities_frame, search
from circle15.pipeline.targets import targets_of
from circle15.pipeline.uncertainty import steadiness
from circle15.pipeline.writing import write_run
from circle15.results import Results
from circle15.results.store import plain_note

if TYPE_CHECKING:
    from pathlib import Path

    from circle15.model.ledger import Ledger
    from circle15.pipeline.progress import Progress
    from circle15.pipeline.reading.checking import CheckedStudy
    from circle15.pipeline.reading.study_inputs import StudyInputs

LEDGER_COLUMNS = ("file", "sheet", "row", "fate", "kind", "object_id", "name", "reasons", "lon", "lat")


@dataclass(frozen=True)
class FinishedRun:
    """Results, the folders where their tables and maps lie, and what the check before them found."""

    results: Results
    tables: Path
    maps: Path
    checked: CheckedStudy


def run_study(study: Path, progress: Progress = untold, lang: str = "zh") -> FinishedRun:
    """Check a study, compute it and write all its outputs.

    Parameters
    ----------
    study, progress, lang
        As ``reading.checking.check_study`` takes them; all that is written for people is in this language.

    Raises
    ------
    Circle15Error
        A file or a setting is wrong; nothing but the report on the files' quality is written then.
    """
    return run_checked(check_before_run(study, progress, lang), progress, lang)


def check_before_run(study: Path, progress: Progress, lang: str) -> CheckedStudy:
    """Check a study whose results are to be written after.

    Raises
    ------
    Circle15Error
        A folder of the results cannot be written, or the file is no study.
    """
    prove_outputs(study_path(study))
    return check_study(study, progress, lang)


def run_checked(checked: CheckedStudy, progress: Progress, lang: str) -> FinishedRun:
    """Compute a study that has been read and checked, and write all its outputs.

    Raises
    ------
    Circle15Error
        The faults that the check found; nothing is computed then.
    """
    raise_faults(checked.faults)
    reading = present(checked.reading)
    inputs = searching_inputs(reading)
    tables, maps = output_folders(reading.path)
    results = compute(inputs, progress, lang)
    inputs.kept.trim()
    progress("write")
    write_run(results, input_files(inputs.study, reading.path), tables, maps, lang)
    return FinishedRun(results, tables, maps, checked)


def compute(inputs: StudyInputs, progress: Progress, lang: str) -> Results:
    """From checked inputs to results; nothing is read or written but what ``inputs.kept`` keeps of searches."""
    progress("search")
    searched = search(inputs, of_stage(progress, "search"))
    progress("assess")
    cells, facilities = cells_frame(inputs, searched), facilities_frame(inputs, searched)
    counted = counted_groups(inputs)
    circles = deciding_circles(inputs.catalogue, counted)
    zones, settings = inputs.zones.frame, inputs.study.index
    assessed = assess(cells, searched.pairs, facilities, zones, inputs.catalogue, circles, settings)
    cells = assessed.cells
    underserved = underserved_areas(
        cells, zones, circles, _entrances(inputs), inputs.population.cell_m, _gathering(inputs), lang
    )
    beside = measure_beside(assessed, facilities, zones, circles, inputs.catalogue, inputs.study)
    progress("uncertainty")
    steady = steadiness(inputs, searched, cells, circles, assessed.index_parts, assessed.index)
    progress("edges")
    edges = effects_of_border(inputs, searched, cells, circles)
    progress("isochrones")
    results = Results(
        study=inputs.study,
        catalogue=inputs.catalogue,
        zones=zones,
        cells=cells,
        pairs=searched.pairs,
        facilities=facilities,
        coverage=assessed.coverage,
        rules=assessed.rules,
        service_states=assessed.service_states,
        loads=assessed.loads,
        catchments=assessed.catchments,
        edge_effects=edges,
        **beside.tables(),
        uncertainty=steady.uncertainty,
        settled_pairs=steady.settled_pairs,
        sensitivity=steady.sensitivity,
        removals=steady.removals,
        weight_scenarios=steady.weight_scenarios,
        scheme_weights=steady.scheme_weights,
        index_parts=assessed.index_parts,
        index=assessed.index,
        index_slices=assessed.index_slices,
        underserved=underserved.areas,
        isochrones=display_isochrones(inputs, searched, circles, of_stage(progress, "isochrones")),
        ledger=ledger_frame(inputs.ledger),
        factors=inputs.population.factors,
        compared_people=inputs.population.compared,
        patch=inputs.patch,
        notes=by_weight(
            (
                *observations(inputs, searched, counted),
                *compounds_effect(inputs, cells, circles),
                *_scattered(inputs, underserved.scattered),
                *capacity_notes(assessed.places),
                *quality_notes(assessed.places, _weights(inputs)),
                *beside.notes,
                *inputs.notes,
            )
        ),
    )
    return replace(results, targets=targets_of(results, inputs.targets))


def _weights(inputs: StudyInputs) -> dict[str, float]:
    return study_weights(inputs.catalogue, inputs.study.index)


def _gathering(inputs: StudyInputs) -> Gathering:
    settings = inputs.study.underserved
    return Gathering(settings.within_m, settings.least_residents)


def _entrances(inputs: StudyInputs) -> pd.DataFrame:
    """``service, facility_id, x, y`` of every entrance."""
    layer = inputs.facilities
    owners = layer.facilities.loc[layer.entrances["facility"], ["service", "facility_id"]].reset_index(drop=True)
    return owners.assign(x=layer.entrances["x"].to_numpy(), y=layer.entrances["y"].to_numpy())


def _scattered(inputs: StudyInputs, scattered: pd.DataFrame) -> list[Note]:
    """Say how many people without a service live too thinly for an area, so that none of them is lost."""
    services = inputs.catalogue.services
    counts = {
        services[id_].label: people
        for id_, people in zip(scattered["service"], scattered["people"], strict=True)
        if people >= 1
    }
    counted = Label.listing(Label(f"{label.zh} {n:,.0f}", f"{label.en} {n:,.0f}") for label, n in counts.items())
    return [Note("study.scattered", {"counts": counted})] if counts else []


def ledger_frame(ledger: Ledger) -> pd.DataFrame:
    """The ledger as a table; reasons as their keys and facts in JSON, so that they can be told in any language."""
    rows = [
        (
            *(row.file, row.sheet, row.row, row.fate, row.kind, row.object_id, row.name),
            json.dumps([plain_note(reason) for reason in row.reasons], ensure_ascii=False) if row.reasons else "",
            row.lon,
            row.lat,
        )
        for row in ledger.rows
    ]
    return pd.DataFrame(rows, columns=list(LEDGER_COLUMNS)).astype({"row": "int64"})
