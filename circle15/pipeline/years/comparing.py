"""Two periods of a place compared: every change, and what it is due to."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from circle15.assess.comparison.changed_sites import SITE_COLUMNS
from circle15.assess.comparison.figures import UNDIVIDED, figures_table, halves_table, values_at
from circle15.errors import ConfigurationError, DataError
from circle15.model.ledger import Note
from circle15.pipeline.finished import BETWEEN, finished_pair
from circle15.pipeline.progress import untold
from circle15.pipeline.writing import refresh_page
from circle15.pipeline.years.laid_over import laid_over
from circle15.pipeline.years.past_studies import past_study
from circle15.pipeline.years.rejudging import comparable_services, rejudged
from circle15.pipeline.years.two_years import NETWORK_SETTINGS, read_year
from circle15.publish.comparison import write_comparison
from circle15.results import Results
from circle15.results.comparison import COMPARED, Comparison
from circle15.results.folders import replacing
from circle15.results.store import MANIFEST, load_manifest

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from circle15.pipeline.progress import Progress
    from circle15.pipeline.reading.study_inputs import StudyInputs
    from circle15.pipeline.years.past_studies import PastStudy

# A score that differs by less than this shows the same in every table.
SHOWN = 0.0005


def compare_years(
    home: Path,
    old: str,
    new: str,
    place: str | None = None,
    lang: str = "zh",
    progress: Progress = untold,
    *,
    as_they_are: bool = False,
) -> tuple[Comparison, Path]:
    """Compare two periods that have been run, and write the tables.

    The old period's files are read and searched again, under both periods' definitions; so are the new one's. Where
    they are gone, what results alone can tell is told, and that it is less.

    Parameters
    ----------
    home, old, new, place
        As ``finished.finished_pair`` takes them.
    lang
        Language of the tables: ``zh`` or ``en``.
    progress
        Told of each stage as it begins.
    as_they_are
        Take raw files as they are now, where they are not what the runs read.

    Returns
    -------
    tuple of Comparison and Path
        What was found, and the folder of its tables: ``data/processed/<place>/compare/<old>_<new>``.

    Raises
    ------
    UsageError
        The same period twice, the later one first, or several places have both.
    ConfigurationError
        No place has been run for both periods; or the two are on different grids or in different systems.
    DataError
        A raw file is not what its run read, and ``as_they_are`` is not set.
    """
    runs = finished_pair(home, old, new, place)
    before, after = (Results.load(run) for run in runs)
    studies = tuple(past_study(home, run) for run in runs)
    _require_unchanged(studies, as_they_are=as_they_are)
    if all(study.readable for study in studies):
        progress("read")
        inputs = tuple(_read(*each) for each in zip((before, after), studies, strict=True))
        found = compared(before, after, (inputs[0], inputs[1]), _paths(studies), progress)
        inputs[1].kept.trim()
    else:
        found = compared_by_results(before, after)
    periods = _periods(runs[1], after)
    series = pd.concat([_of_period(run, after) for run in periods], ignore_index=True)
    notes = (*_raw_notes(studies), *_version_notes(*runs), *found.notes, *_settings_notes(periods, after))
    found = Comparison(before, after, found.split, found.sites, series, notes)
    folder = runs[1].parent / COMPARED / f"{old}_{new}"
    progress("write")
    with replacing(folder) as (draft,):
        write_comparison(found, draft, lang)
    refresh_page(runs[1], after)
    return found, folder


def _paths(studies: Sequence[PastStudy]) -> tuple[Path, Path]:
    paths = [study.path for study in studies if study.path is not None]
    return paths[0], paths[1]


def _read(results: Results, study: PastStudy) -> StudyInputs:
    assert study.path is not None
    return read_year(results.study, study.path, results.catalogue)


def _require_unchanged(studies: Sequence[PastStudy], *, as_they_are: bool) -> None:
    for study in studies:
        if study.readable and study.changed and not as_they_are:
            files, folder = BETWEEN.join(study.changed), str(study.path.parent if study.path else "")
            raise DataError("comparison.raw_changed", period=study.period, files=files, folder=folder)


def _raw_notes(studies: Sequence[PastStudy]) -> list[Note]:
    """Say which raw files are not what the runs read, or are not there, and what that costs."""
    notes = []
    whole = all(study.readable for study in studies)
    for study in studies:
        if study.path is None:
            notes.append(Note("comparison.raw_gone", {"period": study.period}))
        elif study.missing:
            notes.append(Note("comparison.raw_missing", {"period": study.period, "files": BETWEEN.join(study.missing)}))
        elif study.changed and whole:
            notes.append(Note("comparison.raw_as_is", {"period": study.period, "files": BETWEEN.join(study.changed)}))
    return notes


def _version_notes(old: Path, new: Path) -> list[Note]:
    """Say where the two runs were made by other versions, or by other rules of streets and buildings."""
    manifests = [load_manifest(run) for run in (old, new)]
    if manifests[0].get("rules") == manifests[1].get("rules"):
        return []
    return [Note("comparison.rules_differ", {"old": old.name, "new": new.name})]


def compared(
    before: Results,
    after: Results,
    inputs: tuple[StudyInputs, StudyInputs],
    paths: tuple[Path, Path],
    progress: Progress,
) -> Comparison:
    """The comparison of two runs whose raw files have been read again."""
    found = laid_over(before, after, inputs, paths, progress)
    split = _with_published(found.split.assign(**{UNDIVIDED: 0.0}), before, after)
    notes = (*found.notes, *_published_notes(split, before, after))
    return Comparison(before, after, split, found.sites, pd.DataFrame(), notes)


def compared_by_results(before: Results, after: Results) -> Comparison:
    """The comparison of two runs by what they have written alone: definitions, and all else together."""
    services = tuple(
        id_
        for id_ in comparable_services(before, after.catalogue)
        if id_ in comparable_services(after, before.catalogue)
    )
    if not services:
        raise ConfigurationError("comparison.no_service", old=before.study.study.period, new=after.study.study.period)
    figures = [_figures(data, judging, services) for judging in (before, after) for data in (before, after)]
    known = set(zip(before.zones["level"], before.zones["code"], strict=True))
    keys = zip(after.zones["level"], after.zones["code"], strict=True)
    units = after.zones[[key in known for key in keys]]
    split = _with_published(halves_table(figures, units, services), before, after)
    sites = pd.DataFrame(columns=list(SITE_COLUMNS))
    notes = tuple(_published_notes(split, before, after))
    return Comparison(before, after, split, sites, pd.DataFrame(), notes)


def _figures(data: Results, judging: Results, services: Sequence[str]) -> pd.DataFrame:
    tables = rejudged(data, judging.catalogue, judging.study.index, services).assessed
    return figures_table(tables.index_parts, tables.coverage, tables.index)


def published_figures(results: Results) -> pd.DataFrame:
    """The figures of a run as it was published."""
    return figures_table(results.index_parts, results.coverage, results.index)


def _with_published(split: pd.DataFrame, before: Results, after: Results) -> pd.DataFrame:
    published = {name: published_figures(run) for name, run in (("old", before), ("new", after))}
    return split.assign(**{f"published_{name}": values_at(figures, split) for name, figures in published.items()})


def _published_notes(split: pd.DataFrame, before: Results, after: Results) -> list[Note]:
    """Say where the figures like for like are not those that were published."""
    notes = []
    main = split[split["measure"] == "balanced_access"]
    for name, run in (("old", before), ("new", after)):
        apart = (main[name] - main[f"published_{name}"]).abs()
        if (apart > SHOWN).any():
            facts = {"period": run.study.study.period, "units": int((apart > SHOWN).sum()), "points": apart.max() * 100}
            notes.append(Note("comparison.not_as_published", facts))
    return notes


def _periods(newest: Path, after: Results) -> list[Results]:
    """Every period of the place that has been run."""
    runs = sorted(path.parent for path in newest.parent.glob(f"*/{MANIFEST}"))
    return [after if run == newest else Results.load(run) for run in runs]


def _settings_notes(periods: Sequence[Results], judging: Results) -> list[Note]:
    """Say which periods walked their streets by other settings, which results alone cannot undo."""
    own = _settings(judging)
    others = [each.study.study.period for each in periods if _settings(each) != own]
    facts: dict[str, object] = {"periods": BETWEEN.join(others), "new": judging.study.study.period}
    return [Note("comparison.series_settings", facts)] if others else []


def _settings(results: Results) -> tuple[object, ...]:
    return tuple(getattr(results.study.network, name) for name in NETWORK_SETTINGS)


def _of_period(results: Results, judging: Results) -> pd.DataFrame:
    """One period's figures as published, and under another's definitions."""
    services = comparable_services(results, judging.catalogue)
    published = published_figures(results)
    names = results.zones[["level", "code", "name"]]
    told = published.merge(names, on=["level", "code"], how="inner").rename(columns={"value": "as_published"})
    anew = _figures(results, judging, services) if services else published.iloc[:0]
    told = told.assign(under_definitions=values_at(anew, told), period=results.study.study.period)
    told = told.assign(services=len(services), all_services=len(judging.catalogue.services))
    columns = ["period", "level", "code", "name", "service", "measure", "as_published", "under_definitions"]
    return told[[*columns, "services", "all_services"]]
