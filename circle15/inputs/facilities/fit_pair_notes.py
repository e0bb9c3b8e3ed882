"""What is said of two files that put the same facilities at different places."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from circle15.catalogue.entries import Label
from circle15.inputs.facilities.fit_pairs import ListedPlaces, lists_apart
from circle15.model.ledger import Note, Place
from circle15.words import say

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pyproj

    from circle15.inputs.facilities.fit_pairs import Apart


def pair_notes(lists: Sequence[ListedPlaces], to_metres: pyproj.Transformer) -> tuple[Note, ...]:
    """A note for each two files whose common facilities lie one shift apart.

    Parameters
    ----------
    lists
        The lists of all services; those of one file count as one.
    to_metres
        From WGS 84 degrees to the study's metres.
    """
    return tuple(_note(apart) for apart in lists_apart(_by_file(lists), to_metres))


def _by_file(lists: Sequence[ListedPlaces]) -> list[ListedPlaces]:
    """One list per file and datum, in order of the files."""
    together: dict[tuple[str, str], list[ListedPlaces]] = {}
    for each in lists:
        together.setdefault((each.file, each.declared), []).append(each)
    return [
        ListedPlaces(
            parts[0].file,
            parts[0].declared,
            np.concatenate([part.lon for part in parts]),
            np.concatenate([part.lat for part in parts]),
            [name for part in parts for name in part.names],
            [address for part in parts for address in part.addresses],
        )
        for _, parts in sorted(together.items())
    ]


def _note(apart: Apart) -> Note:
    facts: dict[str, object] = {
        "one": apart.one.file,
        "one_declared": apart.one.declared,
        "other": apart.other.file,
        "other_declared": apart.other.declared,
        "pairs": apart.pairs,
        "sharing": apart.sharing,
        "metres": apart.metres,
    }
    at = Place(apart.one.file, field="datum")
    if not apart.changes:
        return Note("fit.lists_apart_else", facts, at=at)
    told = [{"file": each.file, "datum": each.datum, "metres": each.metres} for each in apart.changes]
    zh, en = ([say("fit.change", lang, **each) for each in told] for lang in ("zh", "en"))
    return Note("fit.lists_apart", facts | {"changes": Label("，或".join(zh), ", or ".join(en))}, at=at)
