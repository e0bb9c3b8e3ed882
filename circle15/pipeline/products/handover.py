"""Handing a finished run over to whoever draws maps with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from circle15.pipeline.fingerprints import mark_of
from circle15.pipeline.located import locate
from circle15.pipeline.progress import untold
from circle15.pipeline.writing import refresh_page
from circle15.publish.handover.package import write_package
from circle15.results import Results
from circle15.results.folders import prove_writable, replacing
from circle15.results.store import load_manifest

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from circle15.pipeline.progress import Progress
    from circle15.publish.handover.package import Format

HANDOVER_FOLDER = "handover"


def hand_over(
    study: Path,
    period: str | None,
    formats: Sequence[Format],
    out: Path | None,
    lang: str,
    progress: Progress = untold,
) -> Path:
    """Write the layers of a finished run for QGIS and ArcGIS, and give the folder they lie in.

    Parameters
    ----------
    study
        A study file or its folder, or the id of a place that has been run.
    period
        None for the period of the study file; of a place the last one that has been run.
    out
        A folder to make the new one in, named for place and period; None for ``data/processed/<place>/handover``.
    progress
        Whom each stage is told to.

    Raises
    ------
    ConfigurationError
        The period has not been run.
    DataError
        Another program holds a file of a former hand-over open.
    """
    run = locate(study, period).run
    mark = mark_of(load_manifest(run)["outputs"])
    place = run.parent
    folder = place / HANDOVER_FOLDER / run.name if out is None else out / f"{place.name}_{run.name}_{HANDOVER_FOLDER}"
    prove_writable(folder)
    progress("load")
    results = Results.load(run)
    progress("handover")
    with replacing(folder) as (draft,):
        write_package(results, draft, formats, mark, lang)
    refresh_page(run, results)
    return folder
