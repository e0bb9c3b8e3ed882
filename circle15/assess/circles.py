"""A service's circle as it is judged here: its standard, who is counted, and how fast they walk."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from circle15.assess.reach import limits_m
from circle15.errors import ConfigurationError, DataError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd
    from numpy.typing import NDArray

    from circle15.catalogue.entries import Service


@dataclass(frozen=True)
class Circle:
    """One standard of one service, ready to be applied to cells.

    Attributes
    ----------
    service
        The service; its ``urban`` and ``rural`` reach are the ones this circle judges by.
    group
        The group of people actually counted: the service's own, or its fallback where the place has no figures.
    speed_m_s
        Their speed, metres per second.
    """

    service: Service
    group: str
    speed_m_s: float

    @property
    def minutes(self) -> float:
        """The minutes that name this circle: those of towns of urban class."""
        return self.service.urban.minutes

    @property
    def urban_limit_m(self) -> float:
        """The farthest distance within this circle in towns of urban class: metres of level walking."""
        return self.service.urban.limit_m(self.speed_m_s)

    def persons(self, cells: pd.DataFrame) -> NDArray[np.float64]:
        """People of the group, per cell."""
        return cells[f"persons_{self.group}"].to_numpy(dtype=np.float64)

    def metres(self, cells: pd.DataFrame) -> NDArray[np.float64]:
        """Metres of level walking to the nearest facility, per cell; ``inf`` where none can be reached.

        Raises
        ------
        DataError
            A cell's distance is unknown. An unknown is neither in reach nor out of it.
        """
        metres = cells[f"{self.service.id}_m"].to_numpy(dtype=np.float64)
        unknown = np.flatnonzero(np.isnan(metres))
        if len(unknown):
            raise DataError("assess.metres_unknown", service=self.service.id, cell=cells["cell_id"].iloc[unknown[0]])
        return metres

    def minutes_walked(self, cells: pd.DataFrame) -> NDArray[np.float64]:
        """Minutes to the nearest facility at the group's speed, per cell; ``inf`` where none can be reached."""
        return self.metres(cells) / self.speed_m_s / 60.0

    def limits_m(self, cells: pd.DataFrame) -> NDArray[np.float64]:
        """The farthest distance within this circle, per cell, by the class of the cell's town."""
        return limits_m(self.service, self.speed_m_s, cells["urban_rural"].to_numpy())

    def served(self, cells: pd.DataFrame) -> NDArray[np.bool_]:
        """Whether the nearest facility lies within reach, per cell: compared in metres, nothing rounded."""
        inside: NDArray[np.bool_] = self.metres(cells) <= self.limits_m(cells)
        return inside


def deciding_circles(
    services: Sequence[Service], speeds_m_s: Mapping[str, float], counted: Mapping[str, str]
) -> tuple[Circle, ...]:
    """The circle of each service that decides: in coverage, under-served areas and the index.

    Parameters
    ----------
    services
        The study's services, in the order of its tables.
    speeds_m_s
        Metres per second by speed id, the study's own values put in.
    counted
        Group of people actually counted, by service id.

    Raises
    ------
    ConfigurationError
        There is no service at all.
    """
    if not services:
        raise ConfigurationError("assess.no_services")
    return tuple(Circle(service, counted[service.id], speeds_m_s[service.speed]) for service in services)


def further_circles(deciding: Sequence[Circle]) -> tuple[Circle, ...]:
    """The other circles that texts name for the same services: reported beside, never part of the index."""
    return tuple(
        replace(circle, service=replace(circle.service, urban=reach, rural=reach, also=()))
        for circle in deciding
        for reach in circle.service.also
    )
