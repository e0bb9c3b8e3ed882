"""Sentences made of templates (``circle15/words``) and of the names and figures that fill them."""

from __future__ import annotations

import string
from dataclasses import replace
from typing import TYPE_CHECKING

from circle15.publish.report.document import Cell, Figure, Name, Paragraph, Sentence
from circle15.words import Bilingual, phrasebook, say

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from circle15.publish.report.document import Kind, Piece

Fact = Figure | Name | Sentence | Bilingual | str


def tell(key: str, lang: str, /, **facts: Fact) -> Sentence:
    """A sentence of a template: its words, with names and figures kept apart from them.

    Text among ``facts`` is a name; a sentence is put in whole.

    Raises
    ------
    KeyError
        No such template, or a fact that it names is missing: a fault of the program.

    Examples
    --------
    >>> tell("steadiness.tier_of", "zh", tier=Name("2")).text
    '第 2 档'
    """
    return Sentence(tuple(_merged(_pieces(phrasebook(lang)[key], facts, lang))))


def _pieces(template: str, facts: dict[str, Fact], lang: str) -> Iterator[Piece]:
    for words, field, _, _ in string.Formatter().parse(template):
        if words:
            yield words
        if field is not None:
            yield from _fact(facts[field], lang)


def _fact(fact: Fact, lang: str) -> tuple[Piece, ...]:
    if isinstance(fact, Sentence):
        return fact.pieces
    if isinstance(fact, Figure | Name):
        return (fact,)
    return (Name(fact if isinstance(fact, str) else fact.in_language(lang)),)


def _merged(pieces: Iterable[Piece]) -> Iterator[Piece]:
    """The pieces, words beside words as one."""
    words = ""
    for piece in pieces:
        if isinstance(piece, str):
            words += piece
            continue
        if words:
            yield words
            words = ""
        yield piece
    if words:
        yield words


def joined(sentences: Iterable[Sentence | Figure | Name], lang: str, between: str = "report.between") -> Sentence:
    """Several in a row, with the words of ``between`` in the gaps."""
    pieces: list[Piece] = []
    for sentence in sentences:
        if pieces:
            pieces.append(say(between, lang))
        pieces += sentence.pieces if isinstance(sentence, Sentence) else (sentence,)
    return Sentence(tuple(_merged(pieces)))


def counted(key: str, figure: Figure, lang: str, /, **facts: Fact) -> Sentence:
    """The template for none, for one, or for several: ``<key>_none``, ``<key>_one``, ``<key>``."""
    end = {0: "_none", 1: "_one"}.get(round(figure.value), "")
    return tell(key + end, lang, count=figure, **facts)


def paragraph(*sentences: Sentence | None, kind: Kind = "body") -> tuple[Paragraph, ...]:
    """The sentences that there are, as a paragraph; nothing where there are none."""
    found = tuple(sentence for sentence in sentences if sentence is not None)
    return (Paragraph(found, kind),) if found else ()


def name_cell(text: str) -> Cell:
    """A cell with a text of the study."""
    return Cell(Sentence((Name(text),)))


def word_cell(text: str) -> Cell:
    """A cell with words of the program."""
    return Cell(Sentence((text,)))


def figure_cell(figure: Figure, shade: float = 0.0) -> Cell:
    """A cell with a figure; whole numbers of a column are read by their thousands.

    Examples
    --------
    >>> from circle15.publish.report.document import Origin
    >>> figure_cell(Figure("123456", 123456.0, Origin("index", "people"))).text
    '123,456'
    """
    return Cell(Sentence((by_thousands(figure),)), shade)


def by_thousands(figure: Figure) -> Figure:
    """A whole number with its thousands parted."""
    return replace(figure, shown=f"{int(figure.shown):,}") if figure.shown.isdecimal() else figure
