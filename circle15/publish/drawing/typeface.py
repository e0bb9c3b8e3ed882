"""The font that a figure is written in: one of this machine's that has a glyph for every character of it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from matplotlib.font_manager import FontPath, findfont
from matplotlib.text import Text

from circle15.errors import DataError
from circle15.publish.drawing.fonts import FontFile, Typeface, family_names, font_folders, installed_typefaces

if TYPE_CHECKING:
    from collections.abc import Iterable

    from matplotlib.figure import Figure

BETWEEN = "、"
# So many missing characters are named; and so many of the fonts that have them.
SHOWN, FONTS_NAMED = 12, 3


def typeface(characters: Iterable[str] = "", folders: tuple[Path, ...] | None = None) -> Typeface:
    """The first of this machine's Chinese fonts that has every one of some characters.

    Parameters
    ----------
    characters
        Whatever is to be written.
    folders
        Where to look; where fonts are kept, if not given.

    Raises
    ------
    DataError
        There is no Chinese font, or none has all of the characters.

    Examples
    --------
    >>> typeface("均衡可及").lacks("均衡")
    ''
    """
    wanted = frozenset(characters)
    faces = list(installed_typefaces(font_folders() if folders is None else folders))
    if not faces:
        raise DataError("drawing.no_font", fonts=_to_install())
    best = min(faces, key=lambda face: len(face.lacks(wanted)))
    _require_all(best, wanted)
    return best


def check_glyphs(figure: Figure) -> None:
    """Find out whether each text of a figure is in a font that has a glyph for every character of it.

    Raises
    ------
    DataError
        A glyph is missing: a box would be drawn in its place.
    """
    lettered: dict[FontFile, set[str]] = {}
    for text in figure.findobj(Text):
        if text.get_text():
            lettered.setdefault(_font_of(text), set()).update(text.get_text())
    for font, characters in lettered.items():
        face = Typeface(Path(font.path).name, font, font)
        _require_all(face, characters)


def _font_of(text: Text) -> FontFile:
    """The face of a text; one that was given none by its file is in matplotlib's own, which writes no Chinese."""
    file = text.get_fontproperties().get_file() or findfont(text.get_fontproperties())
    return FontFile(file.path, file.face_index) if isinstance(file, FontPath) else FontFile(str(file), 0)


def _require_all(face: Typeface, wanted: Iterable[str]) -> None:
    missing = face.lacks(wanted)
    if missing:
        named = BETWEEN.join(f"{each} (U+{ord(each):04X})" for each in missing[:SHOWN])
        facts = {"characters": named, "count": len(missing), "font": face.name}
        raise DataError("drawing.no_glyph", **facts, fonts=_to_install())


def _to_install() -> str:
    return BETWEEN.join(family_names()[:FONTS_NAMED])
