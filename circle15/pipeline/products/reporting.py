"""The annual report of a finished run: what lies beside it gathered, the document composed, its files put in place."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from circle15.errors import Circle15Error, ConfigurationError
from circle15.model.period import last_of_kind
from circle15.pipeline.finished import finished_periods
from circle15.pipeline.issues.entered import entered_issues
from circle15.pipeline.issues.updating import run_hash
from circle15.pipeline.located import locate
from circle15.pipeline.products.report_files import REPORT_FOLDER, ReportFiles, write_report
from circle15.pipeline.products.sheet_material import report_map_material
from circle15.pipeline.progress import untold
from circle15.pipeline.writing import refresh_page
from circle15.pipeline.years.comparing import compare_years
from circle15.pipeline.years.past_comparison import written_comparison
from circle15.publish.report.compose import report_of
from circle15.publish.report.material import Material
from circle15.publish.report.pictures import charts_of, maps_of
from circle15.publish.retold import with_areas_retold
from circle15.results import Results
from circle15.results.siting import load_sitings
from circle15.results.store import load_manifest

if TYPE_CHECKING:
    from circle15.model.study import ReportSettings
    from circle15.pipeline.located import Located
    from circle15.pipeline.progress import Progress
    from circle15.results.comparison import Comparison


@dataclass(frozen=True)
class Asked:
    """What a planner asks for.

    Attributes
    ----------
    study
        A study file or its folder, or the id of a place that has been run.
    compare
        The period to compare with; None for the last one of the same kind that has been run.
    template
        An office's own .docx; None for the study's own, if it names one.
    formats
        Which files to write: ``docx``, ``html``, ``pdf``.
    """

    study: Path
    compare: str | None = None
    template: Path | None = None
    formats: tuple[str, ...] = ("docx", "html")


def make_report(asked: Asked, lang: str, progress: Progress = untold) -> ReportFiles:
    """Write the report of a finished run into ``data/processed/<place>/report/<period>``.

    Raises
    ------
    ConfigurationError
        The study, or the period to compare with, has not been run.
    DataError
        A file is open in another program, the template is no Word file, or the disk is full: nothing is changed then.
    """
    located = locate(asked.study)
    progress("load")
    results = Results.load(located.run)
    settings = located.settings or results.study.report
    template = asked.template or (located.raw / settings.template if settings.template else None)
    material = gathered(located, results, asked, settings, lang, progress)
    progress("report")
    document = report_of(material)
    folder = located.run.parent / REPORT_FOLDER / located.run.name
    files = write_report(document, folder, asked.formats, template)
    refresh_page(located.run, results)
    return files


def gathered(
    located: Located, results: Results, asked: Asked, settings: ReportSettings, lang: str, progress: Progress
) -> Material:
    """What the report is written from."""
    comparison, unmade = _comparison(located, results, asked, lang, progress)
    results = with_areas_retold(results, lang)
    progress("draw")
    maps = report_map_material(located.home, located.run, results, comparison, lang)
    return Material(
        results=results,
        manifest=load_manifest(located.run),
        run_hash=run_hash(located.run),
        lang=lang,
        issuer=settings.issuer,
        comparison=comparison,
        listing=entered_issues(located.run, results),
        sitings=load_sitings(located.home, located.run.parent.name, located.run.name),
        pictures={**charts_of(results, comparison, lang), **maps_of(maps)},
        unmade=unmade,
    )


def _comparison(
    located: Located, results: Results, asked: Asked, lang: str, progress: Progress
) -> tuple[Comparison | None, dict[str, str]]:
    """The comparison that has been written, else one made now; why there is none where it cannot be made.

    A period that has been asked for must be there; one that is only taken because it lies there may be left out.
    """
    runs, period = located.run.parent, located.run.name
    finished = finished_periods(runs)
    if asked.compare is not None and asked.compare not in finished:
        known = "、".join(each for each in finished if each != period) or "-"
        raise ConfigurationError("report.period_not_run", place=runs.name, period=asked.compare, known=known)
    old = asked.compare or last_of_kind(period, finished)
    if not old:
        return None, {}
    found = written_comparison(runs / old, results, runs)
    if found is not None:
        return found, {}
    try:
        return compare_years(located.home, old, period, runs.name, lang, progress)[0], {}
    except Circle15Error as fault:
        if asked.compare is not None:
            raise
        return None, {"change": fault.sentence(lang)}
