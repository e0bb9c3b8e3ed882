"""What one part of one file was recognised as."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from circle15.catalogue.entries import Label

if TYPE_CHECKING:
    from pathlib import Path

    from circle15.errors import Circle15Error
    from circle15.model.ledger import Note

Kind = Literal[
    "streets", "zones", "raster", "buildings", "landuse", "facilities", "totals", "groups", "official_units",
    "crosswalk", "patch", "nothing",
]  # fmt: skip


@dataclass(frozen=True)
class Found:
    """One layer, sheet or whole file, and what it is taken for.

    Attributes
    ----------
    path, name
        The file, and its name in the folder with ``/`` between.
    kind
        What it is taken for; ``nothing`` where it is of no use, and ``remarks`` then begin with the reason.
    part
        Layer or sheet, where the file has several; else "".
    level, service, datum
        As far as it is that kind and they can be told; else "".
    columns
        Keys of ``study.toml`` and headers, where the catalogue's aliases do not find them.
    headers
        All headers.
    rows
        Rows or features; bytes for a street extract.
    names
        The names of its units or facilities.
    encoding
        Of a shapefile that does not say it; "" else.
    values
        Residential values of land use.
    remarks
        What a planner should know or look at.
    """

    path: Path
    name: str
    kind: Kind
    part: str = ""
    level: str = ""
    service: str = ""
    datum: str = ""
    columns: tuple[tuple[str, str], ...] = ()
    headers: tuple[str, ...] = ()
    rows: int = 0
    names: tuple[str, ...] = ()
    encoding: str = ""
    values: tuple[str, ...] = ()
    remarks: tuple[Note, ...] = ()

    @property
    def is_osm(self) -> bool:
        """Whether it is an OSM extract, which holds streets, boundaries and facilities."""
        return self.path.name.lower().endswith((".pbf", ".osm", ".osm.bz2", ".osm.gz"))

    def label(self) -> Label:
        """The file, and its layer or sheet, as one names them."""
        if not self.part:
            return Label(f"“{shown(self.name)}”", f'"{shown(self.name)}"')
        name, part = shown(self.name), shown(self.part)
        return Label(f"“{name}”的“{part}”", f'"{part}" of "{name}"')


@dataclass(frozen=True)
class Told:
    """An error as a fact of another sentence."""

    fault: Circle15Error

    def in_language(self, lang: str) -> str:
        """Tell the error in ``lang``."""
        return self.fault.sentence(lang)


def shown(text: str) -> str:
    r"""Text on one line: whatever is no visible character stands by its number.

    Examples
    --------
    >>> print(shown("a\nb 小学"))
    a\u000ab 小学
    """
    return "".join(character if character.isprintable() else f"\\u{ord(character):04x}" for character in text)
