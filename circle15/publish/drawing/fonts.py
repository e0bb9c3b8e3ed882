"""The Chinese fonts of this machine, found by their files: no list that was made another day is asked."""

from __future__ import annotations

import os
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fontTools.ttLib import TTCollection, TTFont, TTLibError
from matplotlib.font_manager import FontPath, FontProperties

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

ENDINGS = (".ttf", ".ttc", ".otf", ".otc")
COLLECTIONS = (".ttc", ".otc")
# What no font need have: a line break.
UNDRAWN = frozenset("\n")


@dataclass(frozen=True)
class FontFile:
    """One face of a font file: ``index`` counts the faces of a collection."""

    path: str
    index: int


@dataclass(frozen=True)
class Typeface:
    """A font that writes Chinese as this machine has it; ``bold`` is the regular face where there is no bold one."""

    name: str
    regular: FontFile
    bold: FontFile

    def font(self, size_pt: float, *, bold: bool = False) -> FontProperties:
        """The font in a size, by its file."""
        file = self.bold if bold else self.regular
        return FontProperties(fname=FontPath(file.path, file.index), size=size_pt)

    def lacks(self, characters: Iterable[str]) -> str:
        """The characters that either weight has no glyph for, in their order."""
        has = characters_of(self.regular) & characters_of(self.bold)
        return "".join(sorted(each for each in set(characters) - UNDRAWN if ord(each) not in has))


def font_folders() -> tuple[Path, ...]:
    """Where Windows, macOS and Linux keep fonts, those of all users and one's own; the ones that are there."""
    home, windows, own = Path.home(), os.environ.get("WINDIR"), os.environ.get("LOCALAPPDATA")
    data = os.environ.get("XDG_DATA_HOME")
    wanted = (
        *([Path(windows) / "Fonts"] if windows else []),
        *([Path(own) / "Microsoft" / "Windows" / "Fonts"] if own else []),
        *(Path(root) / "Fonts" for root in ("/System/Library", "/Library")),
        home / "Library" / "Fonts",
        Path("/System/Library/AssetsV2"),
        Path("/usr/share/fonts"),
        Path("/usr/local/share/fonts"),
        *([Path(data) / "fonts"] if data else []),
        home / ".local" / "share" / "fonts",
        home / ".fonts",
    )
    return tuple(dict.fromkeys(folder for folder in wanted if folder.is_dir()))


def installed_typefaces(folders: tuple[Path, ...]) -> Iterator[Typeface]:
    """The known fonts that lie in these folders, the preferred first."""
    there = _files(folders)
    for family in _known():
        regular = _face(family, "regular", there)
        if regular is not None:
            yield Typeface(family["name"], regular, _face(family, "bold", there) or regular)


@cache
def characters_of(font: FontFile) -> frozenset[int]:
    """The code points that a face has glyphs for."""
    with Path(font.path).open("rb") as file, TTFont(file, fontNumber=font.index, lazy=True) as opened:
        return frozenset(opened.getBestCmap() or ())


def family_names() -> tuple[str, ...]:
    """What the known families are called, the preferred first."""
    return tuple(family["name"] for family in _known())


@cache
def _known() -> tuple[Mapping[str, Any], ...]:
    text = files(__package__).joinpath("fonts.toml").read_text(encoding="utf-8")
    return tuple(tomllib.loads(text)["family"])


def _files(folders: tuple[Path, ...]) -> dict[str, str]:
    """Every font file below some folders by its name in small letters; of two of one name that in the first folder."""
    found: dict[str, str] = {}
    for folder in folders:
        for root, below, names in os.walk(folder):
            below.sort()
            for name in sorted(names):
                if name.lower().endswith(ENDINGS):
                    found.setdefault(name.lower(), str(Path(root) / name))
    return found


def _face(family: Mapping[str, Any], weight: str, there: Mapping[str, str]) -> FontFile | None:
    """The first readable face of a family in one weight."""
    paths = (there[name.lower()] for name in family[weight] if name.lower() in there)
    faces = (_face_of(path, family["face"]) for path in paths)
    return next((face for face in faces if face is not None), None)


@cache
def _face_of(path: str, wanted: str) -> FontFile | None:
    """The face of this name in a file, else its first; None where the file cannot be read as a font."""
    try:
        names = _names(path)
        index = names.index(wanted) if wanted in names else 0
        face = FontFile(path, index)
        return face if characters_of(face) else None
    except (OSError, TTLibError, ValueError, KeyError, AssertionError):
        return None


def _names(path: str) -> list[str]:
    """What the faces of a file are called."""
    if not path.lower().endswith(COLLECTIONS):
        return [""]
    with Path(path).open("rb") as file, TTCollection(file, lazy=True) as collection:
        return [_family_name(font) for font in collection.fonts]


def _family_name(font: TTFont) -> str:
    return str(font["name"].getBestFamilyName() or "")
