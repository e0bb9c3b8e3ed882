"""What only the parts of an .xlsx file tell: how far its sheets reach, and which cells hold errors."""

from __future__ import annotations

import posixpath
import re
import zipfile
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING
from xml.etree import ElementTree

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

# What a damaged archive, a locked one, or one of another layout raises.
UNREADABLE = (
    KeyError, ElementTree.ParseError, zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError,
    NotImplementedError, UnicodeError,
)  # fmt: skip
_CELL = re.compile(rb'<(?:\w+:)?c\b[^>]*?\br="([A-Z]{1,3})([0-9]{1,7})"')
_ERROR = re.compile(rb'<(?:\w+:)?c\b(?=[^>]*\bt="e")[^>]*?\br="([A-Z]{1,3})([0-9]{1,7})"[^>]*>.*?<(?:\w+:)?v>([^<]*)<')
_TAG = re.compile(rb"<(?:\w+:)?c\b[^>]*>")
_ATTRIBUTE = re.compile(rb'\b(\w+)="([^"]*)"')
_PLACE = re.compile(rb"([A-Z]{1,3})([0-9]{1,7})")
# Excel's own formats 0% and 0.00%; text in quotes or behind a backslash is shown and formats nothing.
PERCENT_FORMATS = ("9", "10")
_QUOTED = re.compile(r'"[^"]*"|\\.')
_LINK = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


@dataclass(frozen=True)
class SheetFacts:
    """How far a sheet reaches, counted from 1, and its errors: cell, row and text."""

    last_row: int
    last_column: int
    errors: tuple[tuple[str, int, str], ...]


def sheet_facts(path: Path) -> dict[str, SheetFacts]:
    """Facts by name of sheet; none where the archive is laid out otherwise than Excel does."""
    try:
        with zipfile.ZipFile(path) as archive:
            return {name: _facts(archive.read(part)) for name, part in _parts(archive)}
    except UNREADABLE:
        return {}  # whether it is a workbook at all is for its reader to say


def percent_cells(path: Path) -> dict[str, frozenset[tuple[int, int]]]:
    """The cells that hold a number and show it as a percentage, by sheet: rows and columns counted from 0.

    None where the archive is laid out otherwise than Excel does, or is no .xlsx at all.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            styles = _percent_styles(archive.read("xl/styles.xml"))
            return {name: _styled(archive.read(part), styles) for name, part in _parts(archive)}
    except UNREADABLE:
        return {}


def _percent_styles(xml: bytes) -> frozenset[str]:
    """The styles of cells, by their place in the list, whose format of numbers is a percentage."""
    root = ElementTree.fromstring(xml)
    codes = {each.get("numFmtId"): each.get("formatCode", "") for each in root.iter() if each.tag.endswith("}numFmt")}
    percents = {*PERCENT_FORMATS, *(id_ for id_, code in codes.items() if "%" in _QUOTED.sub("", code))}
    listed = [style for each in root if each.tag.endswith("}cellXfs") for style in each]
    return frozenset(str(at) for at, style in enumerate(listed) if style.get("numFmtId") in percents)


def _styled(xml: bytes, styles: frozenset[str]) -> frozenset[tuple[int, int]]:
    found = set()
    for tag in _TAG.findall(xml):
        said = dict(_ATTRIBUTE.findall(tag))
        kind, place = said.get(b"t", b"n"), _PLACE.fullmatch(said.get(b"r", b""))
        if kind == b"n" and place is not None and said.get(b"s", b"").decode() in styles:
            found.add((int(place[2]) - 1, _number(place[1].decode()) - 1))
    return frozenset(found)


def _parts(archive: zipfile.ZipFile) -> Iterator[tuple[str, str]]:
    """Each sheet's name and the part of the archive that holds it."""
    links = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
    targets = {link.get("Id"): link.get("Target", "") for link in links}
    for sheet in ElementTree.fromstring(archive.read("xl/workbook.xml")).iter():
        if sheet.tag.endswith("}sheet") and targets.get(sheet.get(_LINK), "").endswith(".xml"):
            part = posixpath.normpath(posixpath.join("/xl", targets[sheet.get(_LINK)]))
            yield sheet.get("name", ""), part.lstrip("/")


def _facts(xml: bytes) -> SheetFacts:
    columns, rows = {"A"}, 1
    for found in _CELL.finditer(xml):
        columns.add(found[1].decode())
        rows = max(rows, int(found[2]))
    errors = tuple(
        (f"{found[1].decode()}{found[2].decode()}", int(found[2]), found[3].decode("utf-8", "replace"))
        for found in _ERROR.finditer(xml)
    )
    return SheetFacts(rows, max(map(_number, columns)), errors)


def _number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number
