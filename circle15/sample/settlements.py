"""Where people live: the core, town centres, villages and hamlets, and the shape of each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
import shapely

from circle15.sample.terrain import blob
from circle15.sample.zones import NOWHERE, livability

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from shapely import Polygon
    from shapely.geometry.base import BaseGeometry

    from circle15.sample.plan import Place, Plan
    from circle15.sample.terrain import Mesh, Terrain
    from circle15.sample.zones import Units

Kind = Literal["core", "town", "village", "hamlet"]
SIZES_M: dict[Kind, Place] = {"core": (0, 0), "town": (760, 560), "village": (330, 210), "hamlet": (170, 105)}
SPACINGS_M: dict[Kind, float] = {"core": 110, "town": 95, "village": 66, "hamlet": 54}
PERSONS_PER_HA: dict[Kind, float] = {"core": 125, "town": 75, "village": 42, "hamlet": 26}
HAMLETS_PER_VILLAGE = 7
HAMLETS_APART_M = 620.0
HAMLET_FROM_VILLAGE_M = 330.0
CLEAR_OF_BARRIERS_M = 45.0
NEIGHBOUR_VILLAGES_APART_M = 2300.0


@dataclass(frozen=True, eq=False)
class Settlement:
    """A built-up place.

    Attributes
    ----------
    place
        Its middle, as an index into the mesh.
    village
        Index of the village it belongs to; ``NOWHERE`` beyond the border.
    outline
        As meant; houses and streets keep clear of water and railway within it.
    angle
        Radians; the direction of its main street.
    parent
        Index of the settlement that its road leads to; its own for the core.
    """

    kind: Kind
    place: int
    village: int
    outline: Polygon
    angle: float
    spacing_m: float
    parent: int

    def ground(self, barriers: BaseGeometry) -> BaseGeometry:
        """The part that can be built on; of small places only the side their middle is on, so nobody is cut off."""
        dry = self.outline.difference(barriers)
        if self.kind == "core" or dry.geom_type == "Polygon":
            return dry
        return min(dry.geoms, key=lambda part: float(part.distance(self.outline.centroid)))


def barriers(terrain: Terrain) -> BaseGeometry:
    """Water and railway with the strip beside them that is not built on."""
    water = terrain.water.buffer(CLEAR_OF_BARRIERS_M)
    return shapely.union_all([water, terrain.railway.buffer(30.0)])


def make_settlements(plan: Plan, terrain: Terrain, mesh: Mesh, units: Units) -> tuple[Settlement, ...]:
    """The core, then town centres, villages, hamlets and the neighbours beyond the border, in this order."""
    rng = plan.random("settlements")
    core_place = int(mesh.nearest(plan.metres((plan.core.centre,)))[0])
    core = Settlement(
        "core", core_place, int(units.village_of[core_place]), terrain.core,
        np.radians(plan.core.angle_deg), plan.core.spacing_m, 0,
    )  # fmt: skip
    found = [core]
    found += _town_centres(plan, mesh, units, rng)
    found += _villages(mesh, units, found, rng)
    found += _hamlets(plan, terrain, mesh, units, found, rng)
    found += _beyond(terrain, mesh, units, found, rng)
    return tuple(found)


def _settle(
    kind: Kind, place: int, mesh: Mesh, village: int, parent: int, rng: np.random.Generator, size: float = 1.0
) -> Settlement:
    angle = rng.uniform(0, np.pi)
    long, short = SIZES_M[kind]
    stretch = size * rng.uniform(0.8, 1.2)
    shape = blob(mesh.xy[place], (long * stretch, short * stretch), angle, rng.uniform(0, 6, 2), wobble=0.12)
    return Settlement(kind, place, village, shape, angle, SPACINGS_M[kind], parent)


def _town_centres(plan: Plan, mesh: Mesh, units: Units, rng: np.random.Generator) -> list[Settlement]:
    centres = []
    for town in plan.towns:
        if town.kind != "street":
            place = int(mesh.nearest(plan.metres((town.centre,)))[0])
            size = (town.persons / 22000) ** 0.5
            centres.append(_settle("town", place, mesh, int(units.village_of[place]), 0, rng, size))
    return centres


def _villages(mesh: Mesh, units: Units, found: list[Settlement], rng: np.random.Generator) -> list[Settlement]:
    """A village around every seat that does not lie in the core or a town centre already."""
    taken = shapely.union_all([settlement.outline.buffer(250) for settlement in found])
    town_centre = {units.villages[each.village].town: index for index, each in enumerate(found) if index}
    villages = []
    for index, village in enumerate(units.villages):
        if not taken.intersects(shapely.Point(mesh.xy[village.seat])):
            parent = town_centre.get(village.town, 0)
            size = 1.5 if village.urban else 1.0
            villages.append(_settle("village", village.seat, mesh, index, parent, rng, size))
    return villages


def _hamlets(
    plan: Plan, terrain: Terrain, mesh: Mesh, units: Units, found: list[Settlement], rng: np.random.Generator
) -> list[Settlement]:
    """Hamlets where the land is fit, apart from each other; one of them on the island."""
    fit = livability(mesh, terrain) * rng.uniform(0.3, 1.0, len(mesh.xy))
    away = (
        shapely.distance(shapely.union_all([each.outline for each in found]), shapely.points(mesh.xy))
        > HAMLET_FROM_VILLAGE_M
    )
    seats = {each.village: index for index, each in enumerate(found)}
    lake = int(mesh.nearest(plan.metres((plan.reservoir.centre,)))[0])
    hamlets = [_settle("hamlet", lake, mesh, int(units.village_of[lake]), seats[int(units.village_of[lake])], rng, 1.2)]
    free = away & (shapely.distance(terrain.water, shapely.points(mesh.xy)) > 60) & (fit > 0.04)
    for index in range(len(units.villages)):
        mine = np.flatnonzero((units.village_of == index) & free)
        places = _apart(mesh.xy, mine[np.argsort(-fit[mine], kind="stable")], HAMLETS_APART_M, HAMLETS_PER_VILLAGE)
        parent = seats.get(index, 0)
        hamlets += [_settle("hamlet", place, mesh, index, parent, rng, 0.7 + 0.6 * fit[place]) for place in places]
    return hamlets


def _beyond(
    terrain: Terrain, mesh: Mesh, units: Units, found: list[Settlement], rng: np.random.Generator
) -> list[Settlement]:
    """Villages of the neighbouring counties, which share streets and services with ours."""
    fit = livability(mesh, terrain)
    points = shapely.points(mesh.xy)
    free = (units.village_of == NOWHERE) & (fit > 0.12) & (shapely.distance(terrain.water, points) > 60)
    free &= shapely.distance(terrain.outline, points) < 2800
    order = np.flatnonzero(free)
    places = _apart(mesh.xy, order[np.argsort(-fit[order], kind="stable")], NEIGHBOUR_VILLAGES_APART_M, 16)
    ours = np.array([each.place for each in found])
    village_seats = np.array([index for index, each in enumerate(found) if each.kind != "hamlet"])
    neighbours = []
    for place in places:
        apart = np.linalg.norm(mesh.xy[ours[village_seats]] - mesh.xy[place], axis=1)
        neighbours.append(_settle("village", place, mesh, NOWHERE, int(village_seats[apart.argmin()]), rng))
    return neighbours


def _apart(xy: NDArray[np.float64], order: NDArray[np.int64], apart_m: float, most: int) -> list[int]:
    """Up to ``most`` of the places in ``order``, none nearer than ``apart_m`` to another."""
    chosen: list[int] = []
    for place in order.tolist():
        if all(np.hypot(*(xy[place] - xy[other])) >= apart_m for other in chosen):
            chosen.append(place)
        if len(chosen) == most:
            break
    return chosen


def island_index(settlements: tuple[Settlement, ...]) -> int:
    """Which settlement lies on the island: the first hamlet of all."""
    return next(index for index, each in enumerate(settlements) if each.kind == "hamlet")
