"""Tables that fit the window: headers break before numbers do, and no number or name is ever cut."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.cells import cell_len, chop_cells
from rich.console import Console
from rich.table import Table
from rich.text import Text

if TYPE_CHECKING:
    from typing import Any

    from rich.table import Column

# A header is broken into lines of so many places at least: two Chinese characters.
LEAST_HEADER = 4
NARROWER = (7, 6, 5, LEAST_HEADER)
# A column of names is folded to so many places at least: six Chinese characters.
LEAST_NAME = 12
# Names longer than this are folded before headers are broken within words: fourteen Chinese characters.
ROOMY_NAME = 28
ANY_WIDTH = 1_000_000


class FittingConsole(Console):
    """A console that fits each table to its width before it prints it."""

    def print(self, *objects: Any, **options: Any) -> None:  # noqa: ANN401  as rich has it
        """Print, tables fitted."""
        for each in objects:
            if isinstance(each, Table):
                fit(each, self.width)
        super().print(*objects, **options)


def fit(table: Table, width: int) -> None:
    """Narrow a table until it fits ``width`` places; one that fits stays as it is.

    First the headers of numbers are broken at blanks, then the space beside the lines goes, then headers are broken
    anywhere. What is still missing is for columns of text, which are folded.

    Examples
    --------
    >>> table = Table("Town", "Balanced access")
    >>> table.columns[1].justify = "right"
    >>> table.add_row("A", "93.1")
    >>> fit(table, 20)
    >>> str(table.columns[1].header).splitlines()
    ['Balanced', 'access']
    """
    for column in table.columns:
        column.overflow = "fold"
    if needed_width(table) <= width:
        return
    numbers = [(column, str(column.header)) for column in table.columns if column.justify == "right"]
    for column, header in numbers:
        column.no_wrap = True
        column.header = _broken(header, _least(column, LEAST_HEADER), whole_words=True)
    if needed_width(table, ROOMY_NAME) > width:
        table.padding = (0, 0)
    for least in NARROWER:
        if needed_width(table, ROOMY_NAME) > width:
            for column, header in numbers:
                column.header = _broken(header, _least(column, least), whole_words=False)
    _fold(table, [column for column, _ in numbers], width)


def _least(column: Column, least: int) -> int:
    """How many places a header may take: as many as what stands below it, and some at least."""
    return max(_width_of_cells(column), least)


def _fold(table: Table, numbers: list[Column], width: int) -> None:
    """What is still missing, from the texts; where these cannot give it, from cells of several numbers, at blanks."""
    missing = needed_width(table) - width
    for column in table.columns:
        if column not in numbers:
            own = _width_of_cells(column)
            column.min_width = min(own, LEAST_NAME)
            missing -= own - column.min_width
    for column in numbers:
        words = [len(word) for cell in column.cells for word in str(cell).split()]
        if missing > 0 and max(words, default=0) < _width_of_cells(column):
            column.no_wrap = False
            column.min_width = max(words)


def needed_width(table: Table, widest_text: int = ANY_WIDTH) -> int:
    """How many places a table takes whose columns are as wide as what they hold, those of text up to a width."""
    lines = len(table.columns) + 1 if table.box is not None else 0
    beside = table.padding[1] + table.padding[3]
    widths = (max(_width(str(column.header)), _width_of_cells(column)) for column in table.columns)
    texts = (column.justify != "right" for column in table.columns)
    kept = (min(own, widest_text) if text else own for own, text in zip(widths, texts, strict=True))
    return sum(kept) + beside * len(table.columns) + lines


def _width_of_cells(column: Column) -> int:
    return max((_width(str(cell)) for cell in column.cells), default=0)


def _width(markup: str) -> int:
    return max((cell_len(line) for line in Text.from_markup(markup).plain.split("\n")), default=0)


def _broken(header: str, width: int, *, whole_words: bool) -> str:
    """A header in lines of at most ``width`` places; a word of letters that is longer has a line of its own."""
    lines: list[str] = []
    for word in header.split():
        joined = f"{lines[-1]} {word}" if lines else word
        if lines and cell_len(joined) <= width:
            lines[-1] = joined
        elif whole_words and word.isascii():
            lines.append(word)
        else:
            lines.extend(chop_cells(word, width))
    return "\n".join(lines)
