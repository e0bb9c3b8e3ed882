"""Which need of a compound standard a site meets, by what its list or its tags call it."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from circle15.catalogue.entries import Need, Service

NONE = -1


def need_of(needs: Iterable[Need], kind: str) -> int:
    """The number of the need that a kind of site meets, ``NONE`` where it meets none.

    The longest word that the kind holds decides, so that a 乡村博物馆 is no 博物馆 where both are named; of words
    of one length that of the first need.

    Examples
    --------
    >>> from circle15.catalogue.entries import Label, Need
    >>> venue = Need(Label("场馆", "venue"), 1, ("博物馆", "图书馆"))
    >>> space = Need(Label("空间", "space"), 2, ("乡村博物馆", "书屋"))
    >>> [need_of((venue, space), kind) for kind in ("县图书馆（一级）", "乡村博物馆", "农家 书屋", "空间", "公园")]
    [0, 1, 1, 1, -1]
    """
    said = _plain(kind)
    found = [
        (-len(word), number)
        for number, need in enumerate(needs)
        for word in (_plain(each) for each in (*need.words, need.label.zh, need.label.en))
        if word and word in said
    ]
    return min(found)[1] if found else NONE


def kind_word(needs: Sequence[Need], number: int) -> str:
    """A word for a kind of site that is taken for this need; "" where other needs claim all its words.

    Examples
    --------
    >>> from circle15.catalogue.entries import Label, Need
    >>> venue, space = Need(Label("场馆", "venue"), 1), Need(Label("小场馆", "small venue"), 2)
    >>> kind_word((venue, space), 1), kind_word((venue, venue), 1)
    ('小场馆', '')
    """
    need = needs[number]
    words = (need.label.zh, *need.words, need.label.en)
    return next((word for word in words if need_of(needs, word) == number), "")


def needs_met(service: Service, kinds: Iterable[str]) -> NDArray[np.int64]:
    """The need that each site meets, by the kind that is told of it: numbers of ``service.needs``, or ``NONE``."""
    known: dict[str, int] = {}
    for kind in (every := list(kinds)):
        if kind not in known:
            known[kind] = need_of(service.needs, kind)
    return np.array([known[kind] for kind in every], dtype=np.int64)


def _plain(text: str) -> str:
    """Without width, case and blanks."""
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())
