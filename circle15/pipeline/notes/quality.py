"""What the reader of the quality score should know: which services it speaks of, and which it cannot."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from circle15.assess.index.capacity import quality_lack
from circle15.catalogue.entries import Label
from circle15.model.ledger import Note

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from circle15.assess.places import Places


def quality_notes(places: Sequence[Places], weights: Mapping[str, float]) -> tuple[Note, ...]:
    """All notes on quality, the one on the whole first.

    Parameters
    ----------
    places
        Every service of the study.
    weights
        Of the services, adding up to 1.
    """
    known = [each.circle.service for each in places if not each.lack]
    others = [each.circle.service for each in places if each.lack]
    flags = [each for each in places if quality_lack(each) == "flag"]
    facts = [{"service": each.circle.service.label, "flag": _flag(each)} for each in flags]
    unflagged = [Note("index_notes.flag_unknown", each) for each in facts]
    if not known:
        return (Note("index_notes.quality_none"), *unflagged)
    if not others:
        return tuple(unflagged)
    told = {
        "services": Label.listing(service.label for service in known),
        "weight": f"{math.fsum(weights[service.id] for service in known):.0%}",
        "others": Label.listing(service.label for service in others),
    }
    return (Note("index_notes.quality_of", told), *unflagged)


def _flag(places: Places) -> str:
    target = places.circle.service.quality
    assert target is not None  # a service without a target lacks the target, not the flag
    return target.flag
