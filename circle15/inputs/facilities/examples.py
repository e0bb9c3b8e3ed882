"""The example row of a template, which is never counted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from circle15.inputs.files.columns import aliases, plain
from circle15.model.ledger import Note

if TYPE_CHECKING:
    from circle15.inputs.facilities.listed import ListedRow, Spot

EXAMPLE_KEY = "template.example_row"


def example_faults(name: str, spot: Spot) -> tuple[Note, ...]:
    """Why a row of this name is not counted, where it is a template's example; the words are kept as data."""
    words = tuple(plain(word) for word in aliases("words")["example"])
    return (Note(EXAMPLE_KEY, {}, spot.field(None)),) if plain(name).startswith(words) else ()


def is_example(row: ListedRow) -> bool:
    """Whether a row is excluded as an example."""
    return any(note.key == EXAMPLE_KEY for note in row.faults)
