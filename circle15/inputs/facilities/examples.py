"""The example row of a template, which is never counted."""

from __future__ import annotations

from circle15.inputs.files.columns import aliases, plain
from circle15.model.ledger import Note, Place

EXAMPLE_KEY = "template.example_row"


def example_fault(name: str, at: Place | None = None) -> Note | None:
    """Why a row of this name is not counted, where it is a template's example; the words are kept as data.

    Examples
    --------
    >>> example_fault("示例：某某托育园").key, example_fault("示例幼儿园") is None
    ('template.example_row', True)
    """
    words = tuple(plain(word) for word in aliases("words")["example"])
    return Note(EXAMPLE_KEY, at=at) if plain(name).startswith(words) else None
