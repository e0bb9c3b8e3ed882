"""A facility that names its town or village lies in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from circle15.inputs.facilities.fit_trials import Trials
    from circle15.model.zones import Zones

# Shares of classes (within the unit named, beyond it) of points in their right places.
SHAPES = np.array([[1.0, 0.0]])
# A name of one character stands in too many words.
LEAST_LETTERS = 2


def named_units(texts: Sequence[str], zones: Zones, level: str) -> dict[int, shapely.Geometry]:
    """The unit of a level that a text names, by the text's number; texts that name none or several are left out.

    Parameters
    ----------
    texts
        Names and addresses.
    zones, level
        The units. Of 上城 and 上城区 the longer counts; units of one name are taken as one.
    """
    units = zones.at_level(level)
    shapes: dict[str, list[shapely.Geometry]] = {}
    for name, shape in zip(units["name"], units.geometry, strict=True):
        shapes.setdefault(str(name), []).append(shape)
    names = sorted((name for name in shapes if len(name) >= LEAST_LETTERS), key=len, reverse=True)
    joined = {name: shapely.union_all(shapes[name]) for name in names}
    found = {number: named(text, names) for number, text in enumerate(texts)}
    return {number: joined[told[0]] for number, told in found.items() if len(told) == 1}


def named(text: str, names: Sequence[str]) -> list[str]:
    """The names that stand in a text, longest first, each part of the text used once.

    Examples
    --------
    >>> named("桥头镇上桥头村3号", ["上桥头村", "桥头村", "桥头镇"])
    ['上桥头村', '桥头镇']
    """
    told = []
    for name in names:
        if name in text:
            told.append(name)
            text = text.replace(name, "\0")
    return told


def place_classes(trials: Trials, units: dict[int, shapely.Geometry]) -> NDArray[np.int64]:
    """0 where a point lies in the unit it names and 1 where not, (trials, points that name one)."""
    columns = []
    for number, unit in sorted(units.items()):
        shapely.prepare(unit)
        within = shapely.contains_xy(unit, trials.xy[:, number, 0], trials.xy[:, number, 1])
        columns.append(np.where(within, 0, 1))
    return np.stack(columns, axis=1).astype(np.int64)
