"""The files beside one that belong to it: a shapefile's parts, and what says where a raster lies."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

RASTERS = (".tif", ".tiff", ".asc")
# World files, the coordinate system, and GDAL's own notes, which may hold that system and the value without data.
RASTER_ENDINGS = (".tfw", ".tifw", ".tiffw", ".wld", ".prj")
NOTES_ENDING = ".aux.xml"


def companions(path: Path) -> tuple[Path, ...]:
    """The files that are read together with one, itself not among them, ordered by name; links are left out.

    Examples
    --------
    >>> from pathlib import Path
    >>> companions(Path("list.xlsx"))
    ()
    """
    ending = path.suffix.lower()
    if ending not in (".shp", *RASTERS) or not path.parent.is_dir():
        return ()
    others = (part for part in path.parent.iterdir() if part.name != path.name)
    belongs = _is_part if ending == ".shp" else _is_about
    return tuple(sorted(part for part in others if belongs(part, path) and part.is_file() and not part.is_symlink()))


def _is_part(part: Path, shape: Path) -> bool:
    return part.stem == shape.stem


def _is_about(part: Path, raster: Path) -> bool:
    beside = part.stem == raster.stem and part.suffix.lower() in RASTER_ENDINGS
    return beside or part.name.lower() == f"{raster.name}{NOTES_ENDING}".lower()
