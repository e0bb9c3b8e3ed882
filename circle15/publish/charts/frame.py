"""What all charts share: a page as wide as the text of a report, its title, and how it is read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from circle15.publish.drawing.colours import FAINT, HAIR, NO_DATA, NO_DATA_HATCH, QUIET
from circle15.publish.drawing.letters import drawable, height_mm, wrapped
from circle15.publish.drawing.paper import Paper, new_paper
from circle15.publish.drawing.typeface import typeface
from circle15.words import phrasebook, say

if TYPE_CHECKING:
    from collections.abc import Iterable

    from circle15.publish.drawing.fonts import Typeface

WIDTH_MM = 156.0
# The text of a page of a report is 225 mm high.
MOST_HIGH_MM = 222.0
TITLE_PT, READING_PT, LABEL_PT, SMALL_PT = 10.5, 8.0, 8.0, 7.0
EDGE_MM = 2.0
ROOMS = ("charts.", "terms.", "comparison.", "targets.", "steadiness.")


@dataclass(frozen=True, eq=False)
class Frame:
    """A page with its title written; the drawing begins at ``top``."""

    paper: Paper
    top: float

    @property
    def right(self) -> float:
        """The right edge of the drawing."""
        return self.paper.width - EDGE_MM


def chart_face(names: Iterable[object], lang: str) -> Typeface:
    """A typeface for names of the data and for every word that a chart may say."""
    words = (text for key, text in phrasebook(lang).items() if key.startswith(ROOMS))
    return typeface({letter for name in names for letter in drawable(name)} | set("".join(words)) - set("\n\t"))


def frame(title: str, reading: str, drawing_mm: float, face: Typeface) -> Frame:
    """A page for a drawing of a height: the answer as its title, and below it how the drawing is read."""
    head, told = _head(title, reading, face)
    top = head_height(title, reading, face)
    paper = new_paper(WIDTH_MM, top + drawing_mm + EDGE_MM, face)
    for line, words in enumerate(head):
        paper.text(EDGE_MM, EDGE_MM + height_mm(TITLE_PT, line), words, TITLE_PT, bold=True, level="top")
    for line, words in enumerate(told):
        y = EDGE_MM + height_mm(TITLE_PT, len(head)) + 0.8 + height_mm(READING_PT, line)
        paper.text(EDGE_MM, y, words, READING_PT, level="top", colour=QUIET)
    return Frame(paper, top)


def head_height(title: str, reading: str, face: Typeface) -> float:
    """Where the drawing below a title begins."""
    head, told = _head(title, reading, face)
    return EDGE_MM + height_mm(TITLE_PT, len(head)) + height_mm(READING_PT, len(told)) + 3.0


def _head(title: str, reading: str, face: Typeface) -> tuple[list[str], list[str]]:
    """The lines of a title, and of how the drawing is read."""
    wide = WIDTH_MM - 2 * EDGE_MM
    head = wrapped(title, wide, TITLE_PT, face, bold=True, most_lines=3)
    return head, wrapped(reading, wide, READING_PT, face, most_lines=4) if reading else []


def row_height(rows: int, most_mm: float, other_mm: float) -> float:
    """How high each row may be so that a page holds all of them and what stands above and below."""
    return min(most_mm, (MOST_HIGH_MM - other_mm - EDGE_MM) / max(rows, 1))


def letters_in(row_mm: float) -> float:
    """The size of letters in rows of a height, in points."""
    return min(LABEL_PT, row_mm * 2.0)


def unit_count(level: str, count: int, lang: str) -> str:
    """So many towns, counties, villages, in words."""
    return say(f"charts.{'one' if count == 1 else 'several'}_{level}", lang, count=count)


def no_data_box(paper: Paper, x: float, y: float, width: float, height: float) -> None:
    """A field of which nothing is known."""
    paper.box(x, y, width, height, facecolor=NO_DATA, edgecolor=FAINT, hatch=NO_DATA_HATCH)


def scale_of_hundred(paper: Paper, left: float, right: float, top: float, bottom: float, size_pt: float) -> None:
    """Fine lines at 0, 20, ... 100 with their numbers above."""
    for value in range(0, 101, 20):
        x = left + (right - left) * value / 100
        paper.line([x, x], [top, bottom], width_mm=0.15, color=HAIR, zorder=0.5)
        paper.text(x, top - 1.0, str(value), size_pt, side="center", colour=QUIET)


def points(value: float) -> str:
    """A score out of 100.

    Examples
    --------
    >>> points(0.5750), points(1.0)
    ('57.5', '100.0')
    """
    return f"{value * 100:.1f}"
