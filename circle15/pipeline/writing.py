"""Results to folders: frames, GeoPackage, workbook, map page, manifest."""

from __future__ import annotations

import tomllib
from contextlib import suppress
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from circle15.errors import Circle15Error
from circle15.pipeline.fingerprints import mark_of, sha256, versions
from circle15.publish.geopackage import write_geopackage
from circle15.publish.handover.project import write_project
from circle15.publish.map.page import language_of, write_map
from circle15.publish.workbook import write_workbook
from circle15.results import Results
from circle15.results.folders import replacing
from circle15.results.neighbours import neighbours_of
from circle15.results.single_files import putting
from circle15.results.store import save_frames, save_manifest, settings_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

MAP_PAGE = "index.html"
GEOPACKAGE, PROJECT = "results.gpkg", "results.qgz"
# The catalogue's files of rules that are no part of ``Catalogue`` and yet decide numbers.
RULES = ("walking", "buildings", "uncertainty")


def nothing_more(_: Path) -> None:
    """Write nothing beside the results."""


def write_run(
    results: Results,
    inputs: Mapping[str, Path],
    tables: Path,
    maps: Path,
    lang: str,
    more: Callable[[Path], None] = nothing_more,
) -> None:
    """Write everything of one run, or leave both folders as they were.

    Parameters
    ----------
    inputs
        The files that the run read, by the names they go by in the manifest.
    tables, maps
        ``data/processed/<place>/<period>`` and ``maps/<place>/<period>``.
    more
        Writes what else belongs into the folder of tables, and is no part of what the run found.
    """
    with replacing(tables, maps) as (draft, map_draft):
        save_frames(results, draft)
        mark = mark_of({path.name: sha256(path) for path in draft.iterdir()})
        write_geopackage(results, draft / GEOPACKAGE, lang)
        write_project(results, draft / PROJECT, GEOPACKAGE, lang)
        write_workbook(results, draft / "tables.xlsx", lang, mark)
        outputs = sorted(draft.iterdir())
        more(draft)
        neighbours = neighbours_of(results, tables, maps, {tables: draft, maps: map_draft})
        write_map(results, map_draft / MAP_PAGE, lang, neighbours)
        # The page also tells what lies beside the run, and is made anew with that: no part of what the run found.
        save_manifest(
            {
                **settings_of(results),
                "crs": results.cells.crs.to_string(),
                "rules": {name: _rules(name) for name in RULES},
                "versions": versions(),
                "inputs": {name: sha256(path) for name, path in inputs.items()},
                "outputs": {path.name: sha256(path) for path in outputs},
            },
            draft,
        )


def refresh_page(run: Path, results: Results | None = None) -> None:
    """Make the page of a finished run anew, with what lies beside it now; nothing where the run has no page.

    It keeps its language. A page that another program holds open, or whose run is not whole any more, stays as it is:
    it only lacks the newest links.

    Parameters
    ----------
    run
        The folder of its tables, ``data/processed/<place>/<period>``.
    results
        The run, where it is at hand.
    """
    maps = run.parents[3] / "maps" / run.parent.name / run.name
    if not (maps / MAP_PAGE).is_file():
        return
    with suppress(Circle15Error):
        results = results or Results.load(run)
        with putting(maps / MAP_PAGE) as (draft,):
            write_map(results, draft, language_of(maps / MAP_PAGE), neighbours_of(results, run, maps))


def _rules(name: str) -> dict[str, Any]:
    return tomllib.loads(files("circle15.catalogue").joinpath(f"{name}.toml").read_text(encoding="utf-8"))
