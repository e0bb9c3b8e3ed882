"""The panel beside or below a map: headings, the key, a table; drawn from the top down until it is full."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from circle15.publish.drawing.colours import HAIR, INK, QUIET
from circle15.publish.drawing.letters import fitted, height_mm, shortened, wrapped

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from circle15.publish.drawing.paper import Paper, Side
    from circle15.publish.sheets.labels import Box

    # Draws one sign of the key into a box of 6 by 3 mm around a point.
    Sign = Callable[[Paper, float, float, float], None]

HEAD_PT, KEY_PT, CELL_PT = 8.5, 7.2, 6.6
KEY_MM, ROW_PAD_MM = 4.4, 0.7


@dataclass(frozen=True)
class Column:
    """A column of a table: its head, its share of the width, on which side its text stands, in how many lines."""

    head: str
    share: float
    side: Side = "left"
    most_lines: int = 1


class Panel:
    """A column of blocks; ``y`` is where the next one begins.

    It is filled as one writes a page, so it is the one thing here that changes.
    """

    def __init__(self, paper: Paper, box: Box, letters: float) -> None:
        self.paper, self.box, self.letters = paper, box, letters
        self.y = box.top

    @property
    def width(self) -> float:
        """How wide it is, millimetres."""
        return self.box.right - self.box.left

    @property
    def left_over(self) -> float:
        """How much height is left, millimetres."""
        return self.box.bottom - self.y

    def heading(self, words: str) -> None:
        """A heading with a line above."""
        size = HEAD_PT * self.letters
        self.paper.line([self.box.left, self.box.right], [self.y] * 2, width_mm=0.3)
        told = shortened(words, self.width, size, self.paper.face, bold=True)
        self.paper.text(self.box.left, self.y + 0.9 * self.letters, told, size, bold=True, level="top")
        self.y += height_mm(size) + 1.6 * self.letters

    def note(self, words: str, size_pt: float = KEY_PT, colour: str = QUIET, most_lines: int = 6) -> None:
        """A paragraph."""
        size = size_pt * self.letters
        for line in wrapped(words, self.width, size, self.paper.face, most_lines=most_lines):
            if self.left_over < height_mm(size):
                return
            self.paper.text(self.box.left, self.y, line, size, level="top", colour=colour)
            self.y += height_mm(size)
        self.y += 0.8 * self.letters

    def figure(self, number: str, words: str) -> None:
        """A large number with what it counts."""
        large, small = 19.0 * self.letters, KEY_PT * self.letters
        self.paper.text(self.box.left, self.y, number, large, bold=True, level="top")
        wide = self.paper.width_of(number, large, bold=True) + 2.0 * self.letters
        lines = wrapped(words, self.width - wide, small, self.paper.face, most_lines=3)
        top = self.y + max(0.0, (height_mm(large) - height_mm(small, len(lines))) / 2)
        for at, line in enumerate(lines):
            self.paper.text(self.box.left + wide, top + height_mm(small, at), line, small, level="top", colour=QUIET)
        self.y += height_mm(large) + 1.2 * self.letters

    def key(self, entries: Sequence[tuple[Sign, str]], columns: int = 1) -> None:
        """Signs with what they mean."""
        for first in range(0, len(entries), columns):
            row = entries[first : first + columns]
            self.y += max(self._entry(sign, words, at, columns) for at, (sign, words) in enumerate(row))
        self.y += 1.5 * self.letters

    def _entry(self, sign: Sign, words: str, at: int, columns: int) -> float:
        """One sign of a row of the key; gives how high it is."""
        wide = self.width / columns
        left, high = self.box.left + wide * at, KEY_MM * self.letters
        lines, size = self._key_lines(words, wide - 8.5 * self.letters)
        sign(self.paper, left + 3.0 * self.letters, self.y + 0.5 * high, self.letters)
        for line, told in enumerate(lines):
            y = self.y + 0.5 * high + height_mm(size, line)
            self.paper.text(left + 7.5 * self.letters, y, told, size, level="center")
        return high + height_mm(size, len(lines) - 1)

    def _key_lines(self, words: str, wide: float) -> tuple[list[str], float]:
        """What an entry says: in one line, set smaller if that helps, or else in two; and how large."""
        size, face = KEY_PT * self.letters, self.paper.face
        told, smaller = fitted(words, wide, size, face)
        return ([told], smaller) if told == words else (wrapped(words, wide, size, face, most_lines=2), size)

    def table(self, columns: Sequence[Column], rows: Sequence[Sequence[str]]) -> int:
        """Write as many rows as there is room for, and for a line that says how many more there are; gives how many."""
        size, pad = CELL_PT * self.letters, ROW_PAD_MM * self.letters
        self._row(columns, [[column.head] for column in columns], size, bold=True)
        self.paper.line([self.box.left, self.box.right], [self.y - pad / 2] * 2, width_mm=0.2)
        written = 0
        for row in rows:
            cells = [self._lines(column, words, size) for column, words in zip(columns, row, strict=True)]
            after = 0.0 if written == len(rows) - 1 else height_mm(KEY_PT * self.letters)
            if self.left_over < height_mm(size, max(map(len, cells))) + pad + after:
                break
            self._row(columns, cells, size)
            self.paper.line([self.box.left, self.box.right], [self.y - pad / 2] * 2, width_mm=0.1, color=HAIR)
            written += 1
        return written

    def _lines(self, column: Column, words: str, size: float) -> list[str]:
        """A cell's lines: those parted by line breaks are a line each, others go on below where they must."""
        if "\n" in words:
            return words.split("\n")
        return wrapped(words, self._inner(column), size, self.paper.face, most_lines=column.most_lines)

    def _inner(self, column: Column) -> float:
        return self.width * column.share - 1.2 * self.letters

    def _row(
        self, columns: Sequence[Column], cells: Sequence[Sequence[str]], size: float, *, bold: bool = False
    ) -> None:
        x = self.box.left
        for column, lines in zip(columns, cells, strict=True):
            wide = self.width * column.share
            at = x if column.side == "left" else x + wide - 2.2 * self.letters
            for line, words in enumerate(lines):
                told, set_in = fitted(words, self._inner(column), size, self.paper.face, bold=bold)
                style: dict[str, Any] = {"bold": bold, "colour": QUIET if bold else INK}
                top = self.y + height_mm(size, line)
                self.paper.text(at, top, told, set_in, side=column.side, level="top", **style)
            x += wide
        self.y += height_mm(size, max(map(len, cells))) + ROW_PAD_MM * self.letters
