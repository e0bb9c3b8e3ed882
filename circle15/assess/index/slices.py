"""The index cut up: by service, domain, department and group of people, for every unit and for urban and rural."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd

from circle15.assess.index.parts import class_units
from circle15.assess.index.scores import UnitMeans, exact_mean, unit_scores
from circle15.assess.index.table import unit_means
from circle15.assess.units import ordered_cells, total, unit_people
from circle15.catalogue.entries import ALL_SERVICES
from circle15.model.population import EVERYONE

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import geopandas as gpd
    from numpy.typing import NDArray

    from circle15.assess.circles import Circle
    from circle15.assess.index.scores import Scores

Slice = Literal["all", "service", "domain", "department", "group"]
SLICES: tuple[Slice, ...] = ("all", "service", "domain", "department", "group")
# The one slice that is the whole index; units of class urban and rural have it here alone.
SLICE_SCORES = (
    "access", "balanced_access", "balance", "balance_people", "balance_services", "quality", "overall",
)  # fmt: skip
SLICE_COLUMNS = ("level", "code", "name", "slice", "slice_id", "people", "weight", *SLICE_SCORES)


def index_slices(
    parts: pd.DataFrame, weights: Mapping[str, float], people: pd.DataFrame, circles: Sequence[Circle]
) -> pd.DataFrame:
    """The index of every unit as if it were made of a part of the services only.

    Parameters
    ----------
    parts
        What ``index_parts`` gives.
    weights
        Weight of each service; need not add up to 1.
    people
        ``level, code, name, people`` of the units to report: ``people_of_slices``.
    circles
        The circle of each service that decides: which group it counts.

    Returns
    -------
    pandas.DataFrame
        ``SLICE_COLUMNS``, per unit in the order of ``people``, then per slice in the order of ``SLICES`` and of the
        services. A slice is scored as the index is, from its own services with their weights scaled up to 1.
        The slice ``all`` is the whole index. ``weight`` is the share that they have in it: those of the services, of
        the domains, of the departments and of the groups each add up to 1. ``people`` are those of the group where
        all services of the slice count the same one, else, and of ``all``, all residents: groups overlap, and a sum
        would count some people twice. The group is the one counted, so a service for people of low income stands under
        all residents where those are counted in their stead. NaN where there are no people or no data.
    """
    services = [circle.service.id for circle in circles]
    means = unit_means(parts, people, services)
    given = np.array([weights[service] for service in services], dtype=np.float64)
    residents = people["people"].to_numpy(dtype=np.float64)
    slices = [
        (kind, slice_id, _columns(kind, means, given, residents, members, circles))
        for kind, slice_id, members in _members(circles)
    ]
    return _table(people, slices)


def _table(units: pd.DataFrame, slices: Sequence[tuple[str, str, Mapping[str, NDArray[np.float64]]]]) -> pd.DataFrame:
    """Rows of ``SLICE_COLUMNS`` per unit and slice, from (units,) arrays per slice."""
    columns: dict[str, Any] = {
        name: np.repeat(units[name].to_numpy(dtype=object), len(slices)) for name in ("level", "code", "name")
    }
    columns |= {"slice": [kind for kind, _, _ in slices] * len(units)}
    columns |= {"slice_id": [slice_id for _, slice_id, _ in slices] * len(units)}
    for name in ("people", "weight", *SLICE_SCORES):
        columns[name] = np.stack([of_slice[name] for _, _, of_slice in slices], axis=1).ravel()
    return pd.DataFrame(columns)


def people_of_slices(cells: pd.DataFrame, zones: gpd.GeoDataFrame) -> pd.DataFrame:
    """All residents of every unit, and of urban and rural towns: ``level, code, name, people``."""
    ordered = ordered_cells(cells)
    everyone = ordered[f"persons_{EVERYONE}"].to_numpy(dtype=np.float64)
    rows = [(unit.level, unit.code, unit.name, total(everyone[unit.rows])) for unit in class_units(ordered)]
    units = unit_people(cells, zones)
    return pd.concat([units, pd.DataFrame(rows, columns=list(units))], ignore_index=True)


def slice_of(circle: Circle, kind: Slice) -> str:
    """The id of the slice of a kind that a service is in."""
    service = circle.service
    ids = {"service": service.id, "domain": service.domain, "department": service.department, "group": circle.group}
    return ids.get(kind, ALL_SERVICES)


def _members(circles: Sequence[Circle]) -> Iterator[tuple[Slice, str, list[int]]]:
    """Every slice with the numbers of its services."""
    for kind in SLICES:
        of_slice: dict[str, list[int]] = {}
        for number, circle in enumerate(circles):
            of_slice.setdefault(slice_of(circle, kind), []).append(number)
        yield from ((kind, slice_id, members) for slice_id, members in of_slice.items())


def _columns(
    kind: Slice,
    means: UnitMeans,
    weights: NDArray[np.float64],
    residents: NDArray[np.float64],
    members: list[int],
    circles: Sequence[Circle],
) -> dict[str, NDArray[np.float64]]:
    """People, weight and scores of one slice, (units,) each."""
    one_group = kind != "all" and len({circles[number].group for number in members}) == 1
    own = np.isin(np.arange(len(weights)), members).astype(np.float64)
    scores = _scores_of(means, weights, members)
    return {
        "people": means.people[:, members[0]] if one_group else residents,
        "weight": exact_mean(np.where(means.people > 0, weights, 0.0), own),
        **{name: getattr(scores, name) for name in SLICE_SCORES},
    }


def _scores_of(means: UnitMeans, weights: NDArray[np.float64], members: list[int]) -> Scores:
    """Scores from some of the services."""
    own = UnitMeans(
        means.people[:, members], means.access[:, members], means.root_access[:, members], means.root_supply[:, members]
    )
    return unit_scores(own, weights[members], exact_mean)
