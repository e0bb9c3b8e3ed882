"""Whether a raster counts people."""

from __future__ import annotations

import warnings
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import rasterio
from rasterio.errors import NotGeoreferencedWarning
from rasterio.windows import Window

from circle15.errors import DataError
from circle15.inputs.files.contents import is_tiff
from circle15.inputs.population.raster_file import DAMAGE
from circle15.inputs.recognise.found import Found, Told
from circle15.inputs.recognise.vocabulary import mentions, vocabulary
from circle15.model.ledger import Note

if TYPE_CHECKING:
    from pathlib import Path

LOOKED_AT = 512  # pixels of each side, in the middle


def recognise_raster(path: Path, name: str) -> Found:
    """A raster of people, or why it is none.

    Parameters
    ----------
    path, name
        The file, and its name in the folder.
    """
    base = Found(path, name, "nothing")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", NotGeoreferencedWarning)
        try:
            if is_tiff(path):  # a text by this name may point to addresses on the net
                with rasterio.open(path, driver="GTiff") as raster:
                    return _of_raster(base, raster)
        except DAMAGE:
            pass
    fault = DataError("layers.unreadable", file=path.name)
    return replace(base, remarks=(Note("init.cannot_read", {"problem": Told(fault)}),))


def _of_raster(base: Found, raster: rasterio.DatasetReader) -> Found:
    names = vocabulary("names")
    if raster.crs is None:
        return replace(base, remarks=(Note("init.picture"),))
    if raster.count > 1 or mentions(base.path.stem, names["elevation"]):
        return replace(base, remarks=(Note("init.other_raster"),))
    if not _may_count(raster):
        return replace(base, remarks=(Note("init.negative_raster"),))
    told = mentions(base.path.stem, names["population"])
    remarks = () if told else (Note("init.unsure_raster"),)
    return replace(base, kind="raster", rows=raster.width * raster.height, remarks=remarks)


def _may_count(raster: rasterio.DatasetReader) -> bool:
    """Whether the pixels of its middle are numbers of people: none below 0 that is no missing value."""
    width, height = min(raster.width, LOOKED_AT), min(raster.height, LOOKED_AT)
    window = Window((raster.width - width) // 2, (raster.height - height) // 2, width, height)
    values = raster.read(1, window=window, masked=True).compressed()
    known = values[np.isfinite(values)]
    missing = known.min(initial=0)  # an undeclared -9999 is one and the same number
    return bool((known >= 0).all() or (len(np.unique(known[known < 0])) == 1 and missing <= -1))
