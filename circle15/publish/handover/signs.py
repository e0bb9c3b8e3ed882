"""How a layer looks: signs, a legend, lettering. Plain facts; ``qml`` writes them as QGIS reads them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Geometry = Literal["Polygon", "Line", "Point", ""]


@dataclass(frozen=True)
class Fill:
    """An area: ``colour`` None leaves it open, ``outline`` None draws no border. ``opacity`` from 0 to 1."""

    colour: str | None
    outline: str | None = None
    outline_mm: float = 0.2
    opacity: float = 1.0
    dashed: bool = False


@dataclass(frozen=True)
class Stroke:
    """A line."""

    colour: str
    width_mm: float = 0.5
    dashed: bool = False


@dataclass(frozen=True)
class Dot:
    """A point: a filled circle with a rim."""

    colour: str
    size_mm: float = 2.6
    rim: str = "#ffffff"


Sign = Fill | Stroke | Dot


@dataclass(frozen=True)
class Entry:
    """One line of a legend: what it is drawn for (a value, or an expression of QGIS; "" for the rest), and how."""

    given: str
    label: str
    sign: Sign


@dataclass(frozen=True)
class Lettering:
    """Labels on the map: an expression of QGIS, shown only nearer than ``1 : nearer_than`` where that is not 0.

    Of labels that collide the one of higher ``priority`` stays, from 0 to 10.
    """

    expression: str
    points: float = 9.0
    colour: str = "#16252c"
    nearer_than: int = 0
    priority: int = 5


@dataclass(frozen=True)
class Look:
    """A legend and labels. ``by`` names the column whose values the entries are for; "" where they are expressions.

    ``least_on_top`` names a column by which features are drawn, the largest value first.
    """

    entries: tuple[Entry, ...]
    by: str = ""
    lettering: Lettering | None = None
    opacity: float = 1.0
    least_on_top: str = ""


def quoted_column(name: str) -> str:
    """A column as QGIS' expressions name it.

    Examples
    --------
    >>> print(quoted_column('the "old" name'))
    "the ""old"" name"
    """
    return '"' + name.replace('"', '""') + '"'


def quoted_text(text: str) -> str:
    """A text as QGIS' expressions write it; so do the filters of layers, as long as it has no backslash.

    Examples
    --------
    >>> print(quoted_text("it's"))
    'it''s'
    """
    return "'" + text.replace("\\", "\\\\").replace("'", "''") + "'"
