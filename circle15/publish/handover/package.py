"""Everything that is handed over, in one folder that can be zipped and sent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from circle15.publish.coordinate_systems import system_name
from circle15.publish.geopackage import write_geopackage
from circle15.publish.handover.dictionary import write_dictionary
from circle15.publish.handover.exported import exported_layers, exported_tables, systems
from circle15.publish.handover.geodatabase import write_geodatabase
from circle15.publish.handover.project import write_project
from circle15.publish.handover.shapefiles import write_shapefile
from circle15.words import say

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import pyproj

    from circle15.publish.handover.exported import Exported
    from circle15.publish.handover.shapefiles import CutText, ShapefileField
    from circle15.results import Results

Format = Literal["qgz", "shp", "gdb"]
FORMATS: tuple[Format, ...] = ("qgz", "shp", "gdb")
DATA, PROJECT = "results.gpkg", "results.qgz"


def write_package(results: Results, folder: Path, formats: Sequence[Format], mark: str, lang: str) -> None:
    """Write the formats asked for, and the workbook that explains them, into an empty folder.

    Parameters
    ----------
    mark
        What tells these results from others: it stands on the workbook's first sheet.

    Raises
    ------
    OSError
        A file cannot be written.
    """
    layers, tables = exported_layers(results, lang), exported_tables(results, lang)
    fields: list[ShapefileField] = []
    cut: list[CutText] = []
    if "qgz" in formats:
        (folder / "qgis").mkdir()
        write_geopackage(results, folder / "qgis" / DATA, lang)
        write_project(results, folder / "qgis" / PROJECT, DATA, lang)
    if "shp" in formats:
        for crs in systems(results):
            fields, cut = _shapefiles(layers, folder / f"shp_{system_code(crs)}", crs)
    if "gdb" in formats:
        (folder / "gdb").mkdir()
        for crs in systems(results):
            write_geodatabase((*layers, *tables), folder / "gdb" / f"circle15_{system_code(crs)}.gdb", crs)
    path = folder / say("handover.dictionary_file", lang)
    write_dictionary(results, (*layers, *tables), fields, cut, _about(results, formats, mark, lang), path, lang)


def system_code(crs: pyproj.CRS) -> str:
    """A coordinate system in the name of a file.

    Examples
    --------
    >>> import pyproj
    >>> system_code(pyproj.CRS.from_epsg(4490))
    'EPSG4490'
    """
    epsg = crs.to_epsg()
    return f"EPSG{epsg}" if epsg is not None else "own_crs"


def _shapefiles(
    layers: Sequence[Exported], folder: Path, crs: pyproj.CRS
) -> tuple[list[ShapefileField], list[CutText]]:
    folder.mkdir()
    fields: list[ShapefileField] = []
    cut: list[CutText] = []
    for layer in layers:
        named, shortened = write_shapefile(layer, folder, crs)
        fields += named
        cut += shortened
    return fields, cut


def _about(results: Results, formats: Sequence[Format], mark: str, lang: str) -> list[tuple[str, str]]:
    """What the first sheet says: what this is, in which systems, where, and what to mind."""
    geographic, metric = systems(results)
    study = results.study.study
    told = [
        ("study", say("handover.title", lang, place=study.place, period=study.period)),
        ("day", study.day.isoformat()),
        ("geographic", system_name(geographic, lang)),
        ("metric", system_name(metric, lang)),
    ]
    told += [(each, say(f"handover.about_{each}", lang)) for each in formats]
    told += [("empty", say("handover.about_empty", lang)), ("people", say("handover.about_people", lang))]
    told += [("mark", mark)]
    return [(say(f"handover.of_{name}", lang), value) for name, value in told]
