"""Text as it can be drawn: one line without what has no picture, and its width on paper."""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING

from matplotlib.font_manager import FontPath, get_font
from matplotlib.ft2font import LoadFlags

if TYPE_CHECKING:
    from circle15.publish.drawing.fonts import Typeface

POINTS_PER_INCH, MM_PER_INCH = 72.0, 25.4
ELLIPSIS = "…"
LEAST_SHARE = 0.8
# A line that was set smaller until it fits is not held to be too wide by the last bit.
ROUNDING = 1e-9
# Widths are measured at this size and scaled, since they grow with it.
MEASURED_PT = 100.0
# What never begins a line.
NOT_FIRST = "，。、；：？！）》」』】〕”’,.;:?!)]}%％…"
# What never ends one.
NOT_LAST = "（《「『【〔“‘([{"
SPACES, PICTURELESS = {"Cc", "Zl", "Zp", "Zs"}, {"Cf"}


def drawable(text: object) -> str:
    r"""A text as one line: breaks and control characters as spaces, characters without a picture left out.

    Examples
    --------
    >>> drawable("云溪\n托育\u200b园 ")
    '云溪 托育园'
    """
    kinds = ((letter, unicodedata.category(letter)) for letter in str(text))
    line = "".join(" " if kind in SPACES else letter for letter, kind in kinds if kind not in PICTURELESS)
    return " ".join(line.split())


def width_mm(text: str, size_pt: float, face: Typeface, *, bold: bool = False) -> float:
    """How wide one line is."""
    font = face.bold if bold else face.regular
    return _width(text, font.path, font.index) * size_pt / MEASURED_PT


@lru_cache(maxsize=65_536)
def _width(text: str, path: str, index: int) -> float:
    """Millimetres at ``MEASURED_PT``."""
    font = get_font(FontPath(path, index))
    font.set_size(MEASURED_PT, POINTS_PER_INCH)
    font.set_text(text, 0.0, flags=LoadFlags.NO_HINTING)
    return float(font.get_width_height()[0]) / 64.0 / POINTS_PER_INCH * MM_PER_INCH


def height_mm(size_pt: float, lines: int = 1) -> float:
    """How high some lines are, with the space that belongs to them."""
    return lines * size_pt * 1.3 / POINTS_PER_INCH * MM_PER_INCH


def shortened(text: str, most_mm: float, size_pt: float, face: Typeface, *, bold: bool = False) -> str:
    """A line that fits a width; its end is left out where it does not."""
    if width_mm(text, size_pt, face, bold=bold) <= most_mm:
        return text
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        fits = width_mm(text[:middle].rstrip() + ELLIPSIS, size_pt, face, bold=bold) <= most_mm
        low, high = (middle, high) if fits else (low, middle - 1)
    return text[:low].rstrip() + ELLIPSIS


def fitted(
    text: str, most_mm: float, size_pt: float, face: Typeface, *, bold: bool = False, least: float = LEAST_SHARE
) -> tuple[str, float]:
    """A line that fits a width, and its size: set smaller before anything of it is left out.

    Parameters
    ----------
    least
        No line is set smaller than this share of ``size_pt``.
    """
    wide = width_mm(text, size_pt, face, bold=bold)
    size = size_pt * max(least, min(1.0, most_mm / wide)) if wide > 0 else size_pt
    return shortened(text, most_mm * (1 + ROUNDING), size, face, bold=bold), size


def wrapped(
    text: str, most_mm: float, size_pt: float, face: Typeface, *, bold: bool = False, most_lines: int = 99
) -> list[str]:
    """A text in lines of a width: Latin words whole, Chinese parted anywhere but at the inside of brackets.

    The last of ``most_lines`` lines is shortened.
    """
    lines, line = [], ""
    for piece in _pieces(text):
        if line and width_mm((line + piece).rstrip(), size_pt, face, bold=bold) > most_mm:
            lines.append(line.rstrip())
            line = ""
        line += piece.lstrip() if not line else piece
    lines.append(line.rstrip())
    if len(lines) > most_lines:
        rest = " ".join(lines[most_lines - 1 :]) if " " in text else "".join(lines[most_lines - 1 :])
        lines = [*lines[: most_lines - 1], rest]
    return [shortened(each, most_mm, size_pt, face, bold=bold) for each in lines]


def _pieces(text: str) -> list[str]:
    """What may not be parted: words with the space after them, and brackets with what they open or close."""
    pieces: list[str] = []
    for letter in text:
        latin = not _wide(letter) and not letter.isspace()
        grows = bool(pieces) and (
            letter in NOT_FIRST
            or pieces[-1][-1] in NOT_LAST
            or letter.isspace()
            or (latin and not _wide(pieces[-1][-1]) and not pieces[-1][-1].isspace())
        )
        if grows:
            pieces[-1] += letter
        else:
            pieces.append(letter)
    return pieces


def _wide(letter: str) -> bool:
    return unicodedata.east_asian_width(letter) in "WF"
