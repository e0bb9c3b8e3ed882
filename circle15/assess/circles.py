"""A service's circle as it is judged here: who is counted, and the rule of each cell's town."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from circle15.assess.rules import is_rural, rule_of, rules_by_class
from circle15.errors import ConfigurationError, DataError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import pandas as pd
    from numpy.typing import NDArray

    from circle15.assess.rules import Rule
    from circle15.catalogue.entries import Catalogue, Mode, Service, UrbanRural


@dataclass(frozen=True)
class Circle:
    """One standard of one service, ready to be applied to cells.

    Attributes
    ----------
    service
        The service.
    group
        The group of people actually counted: the service's own, or its fallback where the place has no figures.
    urban, rural
        The rule in towns of either class; an unknown class counts as urban.
    column
        The cells' column with the metres to the facility that decides, by the mode of each cell's rule.
    """

    service: Service
    group: str
    urban: Rule
    rural: Rule
    column: str

    def rule(self, kind: UrbanRural) -> Rule:
        """The rule in towns of a class."""
        return self.rural if kind == "rural" else self.urban

    def persons(self, cells: pd.DataFrame) -> NDArray[np.float64]:
        """People of the group, per cell."""
        return cells[f"persons_{self.group}"].to_numpy(dtype=np.float64)

    def metres(self, cells: pd.DataFrame) -> NDArray[np.float64]:
        """Metres of level travel to the facility that decides, per cell; ``inf`` where none can be reached.

        By the mode of the cell's own rule; of a compound standard the last of the facilities that it asks for.

        Raises
        ------
        DataError
            A cell's distance is unknown. An unknown is neither in reach nor out of it.
        """
        metres = cells[self.column].to_numpy(dtype=np.float64)
        unknown = np.flatnonzero(np.isnan(metres))
        if len(unknown):
            raise DataError("assess.metres_unknown", service=self.service.id, cell=cells["cell_id"].iloc[unknown[0]])
        return metres

    def minutes(self, cells: pd.DataFrame) -> NDArray[np.float64]:
        """Minutes to the facility that decides by the cell's rule, per cell; ``inf`` where none can be reached."""
        return self.metres(cells) / self.speeds_m_s(cells) / 60.0

    def speeds_m_s(self, cells: pd.DataFrame) -> NDArray[np.float64]:
        """Metres of level travel per second by each cell's rule."""
        return np.where(is_rural(cells), self.rural.speed_m_s, self.urban.speed_m_s)

    def limits_m(self, cells: pd.DataFrame) -> NDArray[np.float64]:
        """The farthest distance within this circle, per cell, by the class of the cell's town."""
        return np.where(is_rural(cells), self.rural.limit_m, self.urban.limit_m)

    def modes(self, cells: pd.DataFrame) -> NDArray[np.object_]:
        """How one travels by each cell's rule."""
        modes: NDArray[np.object_] = np.where(is_rural(cells), self.rural.mode, self.urban.mode).astype(object)
        return modes

    def on_network(self, cells: pd.DataFrame) -> NDArray[np.bool_]:
        """Whether a cell is joined to the streets of its rule's mode."""
        joined = np.empty(len(cells), dtype=np.bool_)
        modes = self.modes(cells)
        for mode in set(modes.tolist()):
            of_mode = modes == mode
            joined[of_mode] = cells[joined_column(mode)].to_numpy(dtype=np.bool_)[of_mode]
        return joined

    def served(self, cells: pd.DataFrame) -> NDArray[np.bool_]:
        """Whether the facility that decides lies within reach, per cell: compared in metres, nothing rounded."""
        inside: NDArray[np.bool_] = self.metres(cells) <= self.limits_m(cells)
        return inside


def deciding_circles(catalogue: Catalogue, counted: Mapping[str, str]) -> tuple[Circle, ...]:
    """The circle of each service that decides: in coverage, under-served areas and the index.

    Parameters
    ----------
    catalogue
        The study's services, in the order of its tables, and speeds, the study's own values put in.
    counted
        Group of people actually counted, by service id.

    Raises
    ------
    ConfigurationError
        There is no service at all.
    """
    if not catalogue.services:
        raise ConfigurationError("assess.no_services")
    return tuple(
        Circle(service, counted[service.id], column=f"{service.id}_m", **rules_by_class(catalogue, service))
        for service in catalogue.services.values()
    )


def further_circles(
    catalogue: Catalogue, deciding: Sequence[Circle], classes: Iterable[UrbanRural]
) -> tuple[Circle, ...]:
    """The other circles that texts name for the same services: reported beside, never part of the index.

    Parameters
    ----------
    catalogue
        The speeds.
    deciding
        The circles that decide.
    classes
        The classes of town that the study has. Where the deciding rule of one of them goes by another mode, the
        metres of the further circle are those of a search of its own (``further_column``).
    """
    kinds = tuple(classes)
    circles = []
    for circle in deciding:
        for reach in circle.service.also:
            rule = rule_of(catalogue, circle.service, reach)
            own = all(circle.rule(kind).mode == rule.mode for kind in kinds)
            column = circle.column if own else further_column(circle.service.id, rule.mode)
            circles.append(Circle(circle.service, circle.group, rule, rule, column))
    return tuple(circles)


def joined_column(mode: Mode) -> str:
    """The cells' column that says whether they are joined to the streets of a mode.

    Examples
    --------
    >>> joined_column("walk"), joined_column("drive")
    ('on_network', 'drive_on_network')
    """
    return "on_network" if mode == "walk" else f"{mode}_on_network"


def further_column(service: str, mode: str) -> str:
    """The cells' column with the metres to a service by a mode that is not everywhere the one of the rule.

    Examples
    --------
    >>> further_column("health_centre", "walk")
    'health_centre_walk_m'
    """
    return f"{service}_{mode}_m"
