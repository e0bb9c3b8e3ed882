"""A siting to its folder: record, scenario, workbook, layers, page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import geopandas as gpd

from circle15.inputs.scenario.values import LONGEST_TEXT
from circle15.pipeline.folders import output_folders, study_path, workspace_of
from circle15.pipeline.progress import untold
from circle15.pipeline.siting.record import siting_record
from circle15.pipeline.writing import refresh_page
from circle15.publish.siting.layers import write_siting_layers
from circle15.publish.siting.page import write_siting_page
from circle15.publish.siting.sheets import write_siting_workbook
from circle15.results.folder_names import folder_name, require_own
from circle15.results.folders import replacing
from circle15.results.siting import SCENARIO_FILE, save_siting, sitings_folder, whose_siting
from circle15.words import say

if TYPE_CHECKING:
    from pathlib import Path

    from circle15.pipeline.progress import Progress
    from circle15.pipeline.siting.asked import Asked
    from circle15.pipeline.siting.sited_study import SitedStudy
    from circle15.results.siting import SitingRecord

WORKBOOK, LAYERS, PAGE = "siting.xlsx", "siting.gpkg", "index.html"


@dataclass(frozen=True, eq=False)
class WrittenSiting:
    """What was kept of a siting, and where it lies."""

    record: SitingRecord
    folder: Path

    @property
    def page(self) -> Path:
        """The page with the map."""
        return self.folder / PAGE

    @property
    def scenario(self) -> Path:
        """The plan as a scenario."""
        return self.folder / SCENARIO_FILE


def write_siting(
    sited: SitedStudy, asked: Asked, study: Path, name: str | None, lang: str, progress: Progress = untold
) -> WrittenSiting:
    """Write what a siting found into ``data/processed/<place>/siting/<period>/<name>``.

    Parameters
    ----------
    sited, asked
        What was found, and what was asked.
    study
        The study file or its folder.
    name
        What to call it; None for the service and the number of sites.
    lang
        Language of names, sheets and page.
    progress
        Told as stages begin.

    Raises
    ------
    DataError
        Another program holds a file of an earlier siting of that name open, or one whose name differs from it in
        capitals alone lies in its folder, as on Windows.
    """
    path = study_path(study)
    said = " ".join((name or "").split())[:LONGEST_TEXT] or default_name(sited, asked, lang)[:LONGEST_TEXT]
    about = sited.inputs.study.study
    folder = sitings_folder(workspace_of(path), about.id, about.period) / folder_name(said)
    require_own(folder, whose_siting(folder) or said, said)
    record = siting_record(sited, asked, path.parent, said, lang, progress)
    sited.inputs.kept.trim()
    progress("write")
    catalogue, zones = sited.inputs.catalogue, sited.inputs.zones.frame
    with replacing(folder) as (draft,):
        save_siting(record, draft)
        write_siting_workbook(record, catalogue, draft / WORKBOOK, lang)
        write_siting_layers(record, zones, catalogue, draft / LAYERS, lang)
        write_siting_page(record, zones, _existing(sited), catalogue, draft / PAGE, lang)
    refresh_page(output_folders(path)[0])
    return WrittenSiting(record, folder)


def default_name(sited: SitedStudy, asked: Asked, lang: str) -> str:
    """The service and the number of sites, with the objective where it is not people."""
    label = "＋".join(service.label.in_language(lang) for service in sited.services)
    if asked.sites is None:
        return say("sited.name_all", lang, service=label)
    name = say("sited.name_of", lang, service=label, sites=asked.sites)
    return name if asked.objective == "people" else f"{name}-{say(f'losses.by_{asked.objective}', lang)}"


def _existing(sited: SitedStudy) -> gpd.GeoDataFrame:
    """The existing sites of the first service, at their first entrance."""
    layer = sited.inputs.facilities
    rows = layer.rows_of(sited.service.id)
    first = layer.entrances.drop_duplicates("facility").set_index("facility").loc[rows]
    points = gpd.points_from_xy(first["x"], first["y"])
    return gpd.GeoDataFrame(layer.facilities.iloc[rows][["facility_id", "name"]], geometry=points, crs=layer.crs)
