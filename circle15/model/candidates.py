"""A place where a new site may be built, as somebody lists it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import shapely

    from circle15.model.ledger import Place


@dataclass(frozen=True, eq=False)
class Candidate:
    """One row of a list of candidates.

    Attributes
    ----------
    id, name
        The list's own; the name of the file, its sheet where it has several, and the row where it gives no id.
    x, y
        Metres in the study's system: a point, or one within the parcel.
    parcel
        The parcel in metres; None for a point.
    cost, places
        NaN where not said.
    must, forbidden
        Whether it has to be chosen, or must not be.
    services
        Ids of those that it may take in; empty for any.
    at
        Where it stands in its file, and where on the ground.
    """

    id: str
    name: str
    x: float
    y: float
    parcel: shapely.Geometry | None
    cost: float
    places: float
    must: bool
    forbidden: bool
    services: tuple[str, ...]
    at: Place
