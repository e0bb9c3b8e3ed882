"""Layers as shapefiles in GB18030, which ArcGIS and old programs read on a Chinese computer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd
import pyogrio
from pyogrio.errors import DataLayerError, DataSourceError

from circle15.publish.handover.layers import families
from circle15.publish.handover.short_names import short_names

if TYPE_CHECKING:
    from pathlib import Path

    import geopandas as gpd
    import pyproj

    from circle15.publish.handover.exported import Exported

ENCODING = "GB18030"
# What a field of text holds, in bytes.
LONGEST_TEXT = 254
# Readers of DBF stop at 255 fields; the rest goes to a second file with the same first field.
MOST_FIELDS = 250
# The byte of a DBF's head that names its code page, and the one for Chinese, for readers that skip the .cpg.
CODE_PAGE_AT, CHINESE = 29, 0x4D
UPDATED = "2000-01-01"


@dataclass(frozen=True)
class CutText:
    """A text longer than a field holds: where it stands, and all of it."""

    layer: str
    row: str
    field: str
    text: str


@dataclass(frozen=True)
class ShapefileField:
    """A field as a shapefile names it: of which layer, in which file of it, and what it is called in the results."""

    layer: str
    file: str
    short: str
    name: str


def write_shapefile(layer: Exported, folder: Path, crs: pyproj.CRS) -> tuple[tuple[ShapefileField, ...], list[CutText]]:
    """Write one layer as one shapefile, or several where it has too many fields.

    Returns
    -------
    fields, cut
        What the fields are called, and the texts that had to be cut.

    Raises
    ------
    OSError
        A file cannot be written.
    """
    fields: list[ShapefileField] = []
    cut: list[CutText] = []
    shapes = layer.shapes().to_crs(crs)
    for part, names in enumerate(_parts([field.name for field in layer.fields]), start=1):
        file = layer.name if part == 1 else f"{layer.name}_{part}"
        short = short_names(names)
        frame = shapes[[*names, "geometry"]].copy()
        for name in names:
            frame[name] = _fitted(frame[name], frame.iloc[:, 0], file, name, cut)
        _write(frame.rename(columns=short), folder / f"{file}.shp")
        fields += [ShapefileField(layer.name, file, short[name], name) for name in names]
    return tuple(fields), cut


def _parts(names: list[str]) -> list[list[str]]:
    first, rest = names[:1], names[1:]
    starts = range(0, max(len(rest), 1), MOST_FIELDS - 1)
    return [[*first, *rest[start : start + MOST_FIELDS - 1]] for start in starts]


def _fitted(values: pd.Series, rows: pd.Series, file: str, name: str, cut: list[CutText]) -> pd.Series:
    """Texts cut between two characters where they are too long; ``cut`` is told of each."""
    if pd.api.types.is_numeric_dtype(values):
        return values
    fitted = values.map(cut_text)
    cut.extend(
        CutText(file, str(row), name, text)
        for row, text in zip(rows[fitted != values], values[fitted != values], strict=True)
    )
    return fitted


def cut_text(text: str) -> str:
    """As much of a text as a field of a DBF holds.

    Examples
    --------
    >>> len(cut_text("字" * 200)), cut_text("字")
    (127, '字')
    """
    return text.encode(ENCODING, "replace")[:LONGEST_TEXT].decode(ENCODING, "ignore")


def _write(frame: gpd.GeoDataFrame, path: Path) -> None:
    several = families(frame.geom_type.tolist()) != ("Point",)
    layout = {"encoding": ENCODING, "promote_to_multi": several, "DBF_DATE_LAST_UPDATE": UPDATED}
    try:
        pyogrio.write_dataframe(frame, path, driver="ESRI Shapefile", **layout)
    except (DataSourceError, DataLayerError) as fault:
        raise OSError(f"{path.name}: {fault}") from fault
    path.with_suffix(".cpg").write_text(ENCODING, encoding="ascii", newline="")
    with path.with_suffix(".dbf").open("r+b") as table:
        table.seek(CODE_PAGE_AT)
        table.write(bytes([CHINESE]))
