"""Which cells each service counts by which mode."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from circle15.assess.rules import counted_classes, rules_by_class, rules_of_mode

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from circle15.catalogue.entries import Catalogue, Mode, Service
    from circle15.pipeline.search.joining import Way

    Classes = NDArray[np.object_]


@dataclass(frozen=True, eq=False)
class Part:
    """The cells that a service counts by one mode.

    Attributes
    ----------
    service, mode
        What is counted, and how.
    rows
        int64: the cells, ascending.
    limit_m
        The farthest that any rule of this mode allows: metres of level travel.
    speed_m_s
        Metres of level travel per second.
    """

    service: Service
    mode: Mode
    rows: NDArray[np.int64]
    limit_m: float
    speed_m_s: float

    @property
    def way(self) -> Way:
        """The mode, and whether people go to the site or it comes to them."""
        return self.mode, self.service.travel


def own_parts(catalogue: Catalogue, service: Service, classes: Classes) -> tuple[Part, ...]:
    """The cells of a study as the rules of a service part them by mode: each cell is in one part.

    Parameters
    ----------
    catalogue
        The speeds.
    service
        One of its services.
    classes
        (cells,): "urban", "rural" or "", the class of each cell's town.
    """
    kinds, rural = counted_classes(classes.tolist()), classes == "rural"
    own = rules_by_class(catalogue, service)
    parts = []
    for mode in dict.fromkeys(own[kind].mode for kind in kinds):
        counted = np.zeros(len(classes), dtype=np.bool_)
        for kind in kinds:
            if own[kind].mode == mode:
                counted |= rural if kind == "rural" else ~rural
        parts.append(_part(catalogue, service, mode, np.flatnonzero(counted), classes))
    return tuple(parts)


def further_parts(catalogue: Catalogue, service: Service, classes: Classes) -> tuple[Part, ...]:
    """All cells, for each mode of a further circle that is not the mode of every cell's rule."""
    own = rules_by_class(catalogue, service)
    modes = dict.fromkeys(
        reach.mode
        for reach in service.also
        if any(own[kind].mode != reach.mode for kind in counted_classes(classes.tolist()))
    )
    every = np.arange(len(classes))
    return tuple(_part(catalogue, service, mode, every, classes) for mode in modes)


def _part(catalogue: Catalogue, service: Service, mode: Mode, rows: NDArray[np.int64], classes: Classes) -> Part:
    rules = rules_of_mode(catalogue, service, counted_classes(classes.tolist()))[mode]
    return Part(service, mode, rows, max(rule.limit_m for rule in rules), rules[0].speed_m_s)
