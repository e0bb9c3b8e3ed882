"""Names, numbers and signs on a map, in their places."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matplotlib.patheffects import withStroke

from circle15.publish.drawing.colours import INK, PAPER, QUIET
from circle15.publish.drawing.letters import drawable, height_mm, shortened
from circle15.publish.sheets.labels import Box, Label, Placed
from circle15.words import say

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from circle15.publish.drawing.paper import Paper
    from circle15.publish.sheets.ground import Ground

HALO_PT, HEXAGON = 2.2, "H"
NAME_PT, SMALL_PT, BADGE_PT = 8.0, 6.2, 6.6
BADGE_MM, SIGN_MM, LONGEST_MM = 3.9, 3.5, 30.0
BADGE, SITE, PROJECT = "#8C2D04", "#0B3F6E", "#7A0177"


def map_name(ground: Ground, name: object, size_pt: float, *, bold: bool) -> str:
    """A name as it is written on a map: no longer than ``LONGEST_MM`` on A4."""
    letters = ground.layout.letters
    return shortened(drawable(name), LONGEST_MM * letters, size_pt * letters, ground.paper.face, bold=bold)


def name_label(ground: Ground, key: str, words: str, at: tuple[float, float], size_pt: float, *, bold: bool) -> Label:
    """A name to be placed at a point of the ground."""
    size = size_pt * ground.layout.letters
    lines = words.split("\n")
    wide = max(ground.paper.width_of(line, size, bold=bold) for line in lines)
    x, y = ground.layout.place(*at)
    return Label(key, x, y, wide + 1.0, height_mm(size, len(lines)), clear=0.4, centred=True)


def round_label(ground: Ground, key: str, at: tuple[float, float], across_mm: float) -> Label:
    """A round sign to be placed at a point of the ground."""
    x, y = ground.layout.place(*at)
    across = across_mm * ground.layout.letters
    return Label(key, x, y, across, across, clear=across * 0.25, centred=True)


def draw_name(paper: Paper, placed: Placed, words: str, size_pt: float, *, bold: bool, colour: str = INK) -> None:
    """A name with a pale rim, so that it is read on any ground; a fine line to its point where it lies away."""
    lead(paper, placed)
    x, y = placed.box.centre
    text = paper.text(
        x, y, words, size_pt, bold=bold, side="center", level="center", colour=colour, zorder=9, linespacing=1.15
    )
    text.set_path_effects([withStroke(linewidth=HALO_PT, foreground=PAPER)])


def draw_badge(
    paper: Paper, placed: Placed, words: str, letters: float, colour: str = BADGE, marker: str = "o"
) -> None:
    """A number or letter on a dark disc, square or hexagon."""
    lead(paper, placed)
    x, y = placed.box.centre
    across = placed.box.right - placed.box.left
    paper.mark(x, y, (across - 0.3) * (0.88 if marker == "s" else 1.0), marker, color=colour, zorder=8)
    size = (BADGE_PT if len(words) < 2 else BADGE_PT - 1.1) * letters * min(1.0, across / (BADGE_MM * letters))
    paper.text(x, y, words, size, bold=True, side="center", level="center", colour=PAPER, zorder=9)


def lead(paper: Paper, placed: Placed) -> None:
    """A fine line from what lies away from its point."""
    if placed.led:
        x, y = placed.box.centre
        ends = [placed.label.x, x], [placed.label.y, y]
        paper.line(*ends, width_mm=0.5, color=PAPER, zorder=6.5)
        paper.line(*ends, width_mm=0.18, color=QUIET, zorder=7)


def boxes_around(places: Iterable[tuple[float, float]], across_mm: float) -> list[Box]:
    """Boxes of a size around places on the page."""
    half = across_mm / 2
    return [Box(x - half, y - half, x + half, y + half) for x, y in places]


def one_letter_each(names: Sequence[str]) -> list[str]:
    """A sign of one or two letters for each name, no two alike: the first of its letters that is still free.

    Examples
    --------
    >>> one_letter_each(["托育机构", "幼儿园", "托老所", "Clinic", "Canteen"])
    ['托', '幼', '老', 'C', 'Ca']
    """
    signs: list[str] = []
    for name in names:
        letters = [letter for letter in drawable(name) if letter.isalnum()]
        latin = bool(letters) and letters[0].isascii()
        pairs = [letters[0] + letter for letter in letters[1:] if letter.isascii()] if latin else []
        wanted = [*(letters[:1] if latin else letters), *pairs, *map(str, range(1, len(names) + 1))]
        signs.append(next(sign for sign in wanted if sign not in signs))
    return signs


def project_sign(at: int, lang: str) -> str:
    """What a planned site is called on the map."""
    return say("map_sheets.project_sign", lang, number=at)
