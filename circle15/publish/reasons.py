"""Why an area is under-served, in words."""

from __future__ import annotations

from circle15.words import say


def reason_in_words(reason: str, mode: str, lang: str) -> str:
    """A reason of an under-served area by the mode that it is counted by: a slow road keeps drivers away too.

    Examples
    --------
    >>> reason_in_words("barrier", "walk", "en"), reason_in_words("barrier", "drive", "en")
    ('a barrier, long way round', 'a long way round, or slow roads')
    """
    if reason == "barrier" and mode == "drive":
        return say("rules.reason_barrier_drive", lang)
    return say(f"assess.reason_{reason}", lang)
