"""What the values of a raster's pixels are: persons, no data, or neither.

Whether a value that stands for "no data" was declared decides how it is read:

- declared by the file, or by ``nodata`` in the study: nobody;
- below zero, or not a number: nobody, since a count cannot be negative, and that is said with the value;
- above what people can stand on: refused, with the value and the key to declare it by;
- a code that fits in a pixel (255, 65535, 9999): refused where it is the greatest value, stands in at least a
  hundredth of the peopled pixels and is at least twice the next value below it. Real counts trail off; codes stand
  apart. A study that declares any ``nodata`` is believed, and this last rule is not applied.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from circle15.errors import DataError

if TYPE_CHECKING:
    import rasterio
    from numpy.typing import NDArray
    from rasterio.windows import Window

# No pixel holds this many people this densely.
IMPLAUSIBLE_PERSONS = 50_000.0
IMPLAUSIBLE_PERSONS_PER_M2 = 2.0
NODATA_CODES = frozenset([*(2.0**bits - 1 for bits in (7, 8, 15, 16, 31, 32)), *(10.0**n - 1 for n in (3, 4, 5, 6))])
CODE_SHARE, LEAST_CODES, CODE_GAP = 0.01, 2, 2.0
MOST_KINDS = 1000  # of many different wrong values, as many are told apart


@dataclass(frozen=True, eq=False)
class Values:
    """The persons of some rows of pixels, and what else stood there.

    Attributes
    ----------
    persons
        Persons per pixel, 0 where nobody, (rows, columns).
    wrong
        Pixels by wrong value that nobody declared: negative numbers, NaN, infinity.
    wrong_at
        Row and column, within the raster, of the first wrong pixel; None where there is none.
    declared
        Pixels that hold the study's own ``nodata``.
    """

    persons: NDArray[np.float64]
    wrong: dict[float, int]
    wrong_at: tuple[int, int] | None
    declared: int


@dataclass(frozen=True)
class Greatest:
    """The greatest value seen, in how many pixels, the next value below it, and how many pixels have people."""

    value: float = 0.0
    pixels: int = 0
    next_value: float = 0.0
    peopled: int = 0

    def __add__(self, other: Greatest) -> Greatest:
        values = sorted({self.value, self.next_value, other.value, other.next_value}, reverse=True)
        pixels = sum(each.pixels for each in (self, other) if each.value == values[0])
        return Greatest(values[0], pixels, values[1] if len(values) > 1 else 0.0, self.peopled + other.peopled)


def read_values(raster: rasterio.DatasetReader, strip: Window, nodata: float | None) -> Values:
    """Read some rows.

    Parameters
    ----------
    raster
        An open raster of one band.
    strip
        Its pixels to read.
    nodata
        The value that the study declares to be no data, as the file stores it; None where it declares none.
    """
    read = raster.read(1, window=strip, masked=True)
    masked, own = np.ma.getmaskarray(read), np.zeros(read.shape, dtype=bool)
    if nodata is not None:
        own = ~masked & _same(read.data, nodata)
    values = read.data.astype(np.float64) * raster.scales[0] + raster.offsets[0]
    with np.errstate(invalid="ignore"):
        wrong = ~masked & ~own & ~((values >= 0) & (values < np.inf))
    first = np.argwhere(wrong)[:1]
    at = None if not len(first) else (int(first[0][0]) + strip.row_off, int(first[0][1]) + strip.col_off)
    persons = np.where(masked | own | wrong, 0.0, values)
    return Values(persons, _kinds(read.data[wrong].astype(np.float64)), at, int(own.sum()))


def _same(stored: NDArray[np.generic], nodata: float) -> NDArray[np.bool_]:
    """Pixels of a value, as their own type can hold it: -3.4028235e38 written with fewer digits is meant all the same.

    Examples
    --------
    >>> _same(np.array([-3.4028235e38, 1.0], dtype=np.float32), -3.40282346638529e38).tolist()
    [True, False]
    >>> _same(np.array([255, 7], dtype=np.uint8), -9999).tolist()
    [False, False]
    """
    if stored.dtype.kind == "f":
        near = np.isclose(stored.astype(np.float64), nodata, rtol=1e-6, atol=0.0, equal_nan=True)
        return np.asarray(near, dtype=bool)
    return np.asarray(stored.astype(np.float64) == nodata, dtype=bool)


def _kinds(values: NDArray[np.float64]) -> dict[float, int]:
    found, counts = np.unique(values, return_counts=True)
    return dict(zip(found[:MOST_KINDS].tolist(), counts[:MOST_KINDS].tolist(), strict=True))


def greatest(persons: NDArray[np.float64]) -> Greatest:
    """What stands out among the persons of some pixels.

    Examples
    --------
    >>> greatest(np.array([3.0, 255.0, 0.0, 255.0]))
    Greatest(value=255.0, pixels=2, next_value=3.0, peopled=3)
    """
    peopled = persons[persons > 0]
    if not len(peopled):
        return Greatest()
    top = float(peopled.max())
    below = peopled[peopled < top]
    return Greatest(top, len(peopled) - len(below), float(below.max()) if len(below) else 0.0, len(peopled))


def require_people(found: Greatest, pixel_m2: float, nodata: float | None, file: str, stored: float) -> None:
    """Refuse a raster whose greatest value can only stand for "no data".

    Parameters
    ----------
    found
        What stands out among all pixels.
    pixel_m2
        The area of a pixel.
    nodata
        What the study declares.
    file
        Named in the error.
    stored
        The greatest value as the file stores it, without scale and offset.

    Raises
    ------
    DataError
        More people than can stand on a pixel, or a code for "no data" that stands apart from all counts.
    """
    facts = {"file": file, "value": f"{stored:.10g}", "pixels": found.pixels}
    if found.value > IMPLAUSIBLE_PERSONS and found.value > IMPLAUSIBLE_PERSONS_PER_M2 * pixel_m2:
        raise DataError("population.raster_implausible", **facts)
    if nodata is None and _is_code(found):
        raise DataError("population.raster_code", **facts, next_value=found.next_value)


def _is_code(found: Greatest) -> bool:
    often = found.pixels >= max(LEAST_CODES, CODE_SHARE * found.peopled)
    return found.value in NODATA_CODES and often and found.value >= CODE_GAP * found.next_value
