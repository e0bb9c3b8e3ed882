"""Sentences of the phrasebook as facts of other sentences."""

from __future__ import annotations

from circle15.catalogue.entries import Label
from circle15.words import say


def label_of(key: str) -> Label:
    """A phrase without facts, in both languages.

    Examples
    --------
    >>> label_of("terms.town").en
    'Town or street'
    """
    return Label(say(key, "zh"), say(key, "en"))
