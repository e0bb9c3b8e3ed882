"""The report as neither Word nor the web knows it: headings, paragraphs, tables and figures.

Every number in it is a ``Figure``: what is shown, the value behind it, and the table, row and column it was taken from.
Everything a user has written (names, addresses) is a ``Name``. So a writer cannot mistake a name for markup, and a
test can take each number of the finished file back to its table.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["body", "item", "note", "caption", "lead"]
Side = Literal["left", "right", "centre"]


@dataclass(frozen=True)
class Origin:
    """Where a number comes from.

    Attributes
    ----------
    table
        A table of ``Results``, or of what else the report tells of (``split``, ``sightings``, ``sites``).
    column
        Its column; one that begins with ``=`` names what has been counted or added up.
    row
        What picks the row out: names and values of columns.
    """

    table: str
    column: str
    row: tuple[tuple[str, str], ...] = ()

    def told(self) -> str:
        """In one line, to be shown beside the number.

        Examples
        --------
        >>> Origin("index", "access", (("level", "town"), ("code", "330999001"))).told()
        'index.access [level=town, code=330999001]'
        """
        where = ", ".join(f"{name}={value}" for name, value in self.row)
        return f"{self.table}.{self.column}" + (f" [{where}]" if where else "")


@dataclass(frozen=True)
class Figure:
    """A number as it is shown, with its unit, the value behind it, and where that comes from."""

    shown: str
    value: float
    origin: Origin

    def __str__(self) -> str:
        return self.shown


@dataclass(frozen=True)
class Name:
    """What users have written, and texts of the catalogue: never markup, and its digits are no figures."""

    text: str

    def __str__(self) -> str:
        return self.text


Piece = str | Name | Figure


@dataclass(frozen=True)
class Sentence:
    """Words, names and figures, in the order of reading."""

    pieces: tuple[Piece, ...]

    @property
    def text(self) -> str:
        """The sentence as it reads."""
        return "".join(map(str, self.pieces))

    @property
    def figures(self) -> tuple[Figure, ...]:
        """Its figures."""
        return tuple(piece for piece in self.pieces if isinstance(piece, Figure))


@dataclass(frozen=True)
class Heading:
    """A heading: level 1 is a chapter, 2 a section, 3 a part of one; its number is part of the text."""

    level: int
    text: str


@dataclass(frozen=True)
class Paragraph:
    """Sentences that stand together."""

    sentences: tuple[Sentence, ...]
    kind: Kind = "body"

    @property
    def text(self) -> str:
        """The paragraph as it reads."""
        return "".join(sentence.text for sentence in self.sentences)


@dataclass(frozen=True)
class Column:
    """A column of a table: header, where its text stands, and its share of the width."""

    header: str
    side: Side = "left"
    width: float = 1.0


@dataclass(frozen=True)
class Cell:
    """A cell of a table: a figure, or a text; shaded from 0 (not at all) to 1 where the shade says how much."""

    content: Sentence
    shade: float = 0.0

    @property
    def text(self) -> str:
        """The cell as it reads."""
        return self.content.text


@dataclass(frozen=True)
class Table:
    """A table with its title; ``notes`` stand below it. A ``small`` one is set in smaller letters."""

    title: Sentence
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    notes: tuple[Sentence, ...] = ()
    small: bool = False


@dataclass(frozen=True)
class Picture:
    """A map or chart: the bytes of a PNG, its width and height in millimetres, and what it shows in words."""

    title: Sentence
    png: bytes
    width_mm: float
    height_mm: float
    alt: str
    notes: tuple[Sentence, ...] = ()


Block = Heading | Paragraph | Table | Picture


@dataclass(frozen=True)
class Chapter:
    """A part of the report under its own heading; ``annex`` ones follow the others."""

    id: str
    title: str
    blocks: tuple[Block, ...]
    annex: bool = False


@dataclass(frozen=True)
class Document:
    """The whole report.

    Attributes
    ----------
    title_lines
        The title, broken where its sense allows.
    issuer
        Who gives it out; "" where the study does not say.
    day
        The day that it is of, ISO form: the end of the period. Never today's.
    place, period
        What it is about.
    opening
        What stands before the first chapter: the summary.
    chapters
        Chapters, then annexes.
    """

    title_lines: tuple[str, ...]
    issuer: str
    day: str
    place: str
    period: str
    lang: str
    opening: tuple[Block, ...]
    chapters: tuple[Chapter, ...]

    @property
    def title(self) -> str:
        """The title in one line."""
        return (", " if self.lang == "en" else "").join(self.title_lines)

    def blocks(self) -> tuple[Block, ...]:
        """Everything in the order of reading, with the headings of the chapters."""
        found: list[Block] = list(self.opening)
        for chapter in self.chapters:
            found.append(Heading(1, chapter.title))
            found.extend(chapter.blocks)
        return tuple(found)

    def figures(self) -> tuple[Figure, ...]:
        """Every figure of sentences, tables, titles and notes."""
        return tuple(figure for sentence in self.sentences() for figure in sentence.figures)

    def sentences(self) -> tuple[Sentence, ...]:
        """Every sentence and cell."""
        return tuple(sentence for block in self.blocks() for sentence in sentences_of(block))


def sentences_of(block: Block) -> tuple[Sentence, ...]:
    """The sentences and cells of one block."""
    if isinstance(block, Paragraph):
        return block.sentences
    if isinstance(block, Table):
        cells = tuple(cell.content for row in block.rows for cell in row)
        return (block.title, *cells, *block.notes)
    if isinstance(block, Picture):
        return (block.title, *block.notes)
    return ()
