"""Did you mean? The known word nearest to one that is not known."""

from __future__ import annotations

from difflib import SequenceMatcher
from typing import TYPE_CHECKING

from circle15.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Iterable

LIKE_ENOUGH = 0.6


def closest(word: str, candidates: Iterable[str]) -> str | None:
    """The candidate most like ``word``, or None where none is like it at all.

    Case, blanks and the choice between ``-`` and ``_`` do not count. Of two equally like, the smaller is given.

    Examples
    --------
    >>> closest("kindergarden", ["childcare", "kindergarten"])
    'kindergarten'
    >>> closest("Aid-Station", ["aid_point", "aid_station"])
    'aid_station'
    >>> closest("泳池", ["childcare", "kindergarten"]) is None
    True
    """
    scored = [(-_likeness(word, candidate), candidate) for candidate in candidates]
    best = min(scored, default=(0.0, ""))
    return best[1] if -best[0] >= LIKE_ENOUGH else None


def not_known(key: str, word: str, candidates: Iterable[str], **facts: object) -> ConfigurationError:
    """An error about a word that is not known, with the nearest known one and the list of them.

    Parameters
    ----------
    key
        Key of the sentence; where a near word exists, the sentence is that of ``<key>_like``. Both may name the
        facts ``found`` and ``known``, and the second also ``closest``.
    """
    known = list(candidates)
    facts |= {"found": word, "known": ", ".join(known)}
    near = closest(word, known)
    if near is None:
        return ConfigurationError(key, **facts)
    return ConfigurationError(f"{key}_like", closest=near, **facts)


def _likeness(word: str, candidate: str) -> float:
    # Not symmetric in its arguments, so their order is part of the definition.
    return SequenceMatcher(None, _plain(word), _plain(candidate), autojunk=False).ratio()


def _plain(word: str) -> str:
    return word.strip().casefold().replace("-", "_").replace(" ", "_")
