"""Districts with people, facilities, capacities and flags as tables, and what must hold of their index's tables."""

import math
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pandas as pd
from assessed_towns import make_circle, make_service, walk

from circle15.assess.circles import Circle
from circle15.assess.index import (
    combine_parts,
    index_parts,
    index_table,
    means_over_people,
    supplies_of_services,
    unit_means,
    unit_scores,
)
from circle15.assess.index.explained import explain
from circle15.assess.index.slices import index_slices, people_of_slices
from circle15.assess.places import sites_of_services
from circle15.assess.reach import soft_reach, strict_reach
from circle15.catalogue.entries import QualityTarget, Supply

SCORES = (
    "access", "balanced_access", "balance", "balance_people", "balance_services", "balance_between", "balance_within",
    "quality", "overall", "quality_weight",
)  # fmt: skip
FLAG, TOLD = "flag_普惠", "flags_told"


def _circle(service, group, domain, m_s, supply=None, quality=None, rural=None):
    made = make_service(service, group, domain, walk(15.0) if group == "0-2" else walk(10.0), rural)
    flags = () if quality is None else (quality.flag,)
    return make_circle(replace(made, supply=supply, quality_flags=flags, quality=quality), group, m_s)


CIRCLES = (
    _circle("childcare", "0-2", "young", 1.0, Supply(40.0, "residents"), QualityTarget("普惠", 0.6), walk(20.0)),
    _circle("shelter", "all", "safety", 1.2, Supply(500.0, "group"), QualityTarget("普惠", 1.0)),
    _circle("clinic", "all", "health", 1.2, rural=walk(20.0)),
    _circle("fitness", "all", "health", 1.2, Supply(250.0, "group"), rural=walk(10.0, 500.0, "metres")),
)
SERVICES = tuple(circle.service.id for circle in CIRCLES)
WEIGHTS = {"childcare": 1 / 3, "shelter": 1 / 3, "clinic": 1 / 6, "fitness": 1 / 6}


@dataclass(frozen=True, eq=False)
class District:
    """Cells with people, facilities, and the metres between all of them (``inf``: no way)."""

    cells: pd.DataFrame
    facilities: pd.DataFrame
    metres: np.ndarray
    zones: pd.DataFrame
    circles: tuple[Circle, ...] = CIRCLES
    strict: bool = False

    def score(self):
        return strict_reach if self.strict else soft_reach

    def with_metres(self):
        """The cells with metres to the nearest facility of each service, and its id."""
        cells = self.cells.copy()
        for service in SERVICES:
            own = np.flatnonzero((self.facilities["service"] == service).to_numpy())
            metres = self.metres[:, own]
            nearest = metres.min(axis=1, initial=math.inf)
            ids = self.facilities["facility_id"].to_numpy(dtype=object)[own]
            which = metres.argmin(axis=1) if len(own) else np.zeros(len(cells), dtype=int)
            cells[f"{service}_m"] = nearest
            cells[f"{service}_facility"] = np.where(np.isfinite(nearest), ids[which], "") if len(own) else ""
        return cells

    def pairs(self):
        """Pairs as a run keeps them: as far as the largest limit of the service."""
        speed = {circle.service.id: circle.urban.speed_m_s for circle in self.circles}
        farthest = {circle.service.id: max(circle.urban.limit_m, circle.rural.limit_m) for circle in self.circles}
        services = self.facilities["service"].to_numpy(dtype=object)
        limit = np.array([farthest[service] for service in services], dtype=float)
        cell, facility = np.nonzero(self.metres <= limit) if len(services) else (np.empty(0, int), np.empty(0, int))
        metres = self.metres[cell, facility] if len(cell) else np.empty(0)
        m_s = np.array([speed[services[row]] for row in facility], dtype=float)
        return pd.DataFrame(
            {
                "cell_id": self.cells["cell_id"].to_numpy()[cell],
                "facility_id": self.facilities["facility_id"].to_numpy()[facility],
                "service": services[facility],
                "metres": metres,
                "minutes": metres / np.maximum(m_s, 0.1) / 60.0,
            }
        )


@dataclass(frozen=True, eq=False)
class Indexed:
    """A district's index, its parts, and which services have which supply data."""

    parts: pd.DataFrame
    index: pd.DataFrame
    supplies: dict
    people: pd.DataFrame
    circles: tuple[Circle, ...]

    @cached_property
    def slices(self):
        """The index cut up."""
        return index_slices(self.parts, WEIGHTS, self.people, self.circles)

    @property
    def data(self):
        """Which services have a score of capacity, and which of quality too."""
        return {service: scores.quality is not None for service, scores in self.supplies.items()}


def indexed(district):
    """The index of a district."""
    cells, circles = district.with_metres(), district.circles
    sites = sites_of_services(cells, district.pairs(), district.facilities, circles)
    supplies = supplies_of_services(sites)
    parts = index_parts(cells, district.zones, circles, district.score(), supplies)
    people = people_of_slices(cells, district.zones)
    index = index_table(parts, WEIGHTS, people[people["level"] != "class"])
    return Indexed(parts, index, supplies, people, circles)


def made_zones(towns, villages):
    units = [("county", "1", "County", "")]
    units += [("town", f"1{town}", f"Town {town}", "1") for town in range(towns)]
    units += [
        (("village", f"1{town}{v}", f"V {town}{v}", f"1{town}")) for town in range(towns) for v in range(villages)
    ]
    return pd.DataFrame(units, columns=["level", "code", "name", "parent_code"])


# --- What must hold of one district ---


def assert_close(one, other, rtol=1e-12, atol=1e-12):
    np.testing.assert_allclose(np.asarray(one, float), np.asarray(other, float), rtol=rtol, atol=atol)


def check_grouping(found, seed):
    """The county from its towns, in any grouping on the way, is the county from its cells."""
    rng = np.random.default_rng(seed)
    towns = found.parts[found.parts["level"] == "town"]
    codes = sorted(set(towns["code"]))
    region_of = {code: str(rng.integers(0, 3)) for code in codes}
    regions = combine_parts(towns, region_of, "region")
    whole = found.index.iloc[:1]
    for parts in (
        combine_parts(towns, dict.fromkeys(codes, "1"), "county"),
        combine_parts(regions, dict.fromkeys(set(region_of.values()), "1"), "county"),
    ):
        combined = index_table(parts, WEIGHTS, found.people.iloc[:1], "town")
        assert_close(combined[list(SCORES)], whole[list(SCORES)])


def check_explained(district, found, seed):
    """What a unit lacks adds up to its shown scores, in every table."""
    rng = np.random.default_rng(seed)
    units = found.people[found.people["people"] > 0]
    if not len(units):
        return
    unit = units.iloc[int(rng.integers(0, len(units)))]
    told = explain(
        district.with_metres(), district.zones, district.circles, WEIGHTS, district.facilities,
        (unit["level"], unit["code"]), district.score(), found.supplies,
    )  # fmt: skip
    whole = found.slices[found.slices["slice"] == "all"].set_index(["level", "code"]).loc[(unit["level"], unit["code"])]
    lacks = {
        "lost_access": 1 - whole["access"],
        "lost_root": 1 - math.sqrt(whole["balanced_access"]),
        "lost_balanced_access": 1 - whole["balanced_access"],
        "lost_quality": 1 - whole["quality"],
    }
    for table in (told.services, told.units, told.facilities, told.cells):
        for loss, lack in lacks.items():
            assert_close(table[loss].sum(min_count=1), lack)
    assert_close(told.units["people"].sum(), unit["people"])


def check_drawn(district, found, seed):
    """Scores of many weights at once, and means over people by plain sums, are those of the table."""
    rng = np.random.default_rng(seed)
    weights = rng.dirichlet(np.ones(len(SERVICES)), 3)
    units = found.people[found.people["level"] != "class"]
    scores = unit_scores(unit_means(found.parts, units, SERVICES), weights)
    for draw, own in enumerate(weights):
        table = index_table(found.parts, dict(zip(SERVICES, own, strict=True)), units)
        for name in SCORES:
            assert_close(getattr(scores, name)[draw], table[name])
    cells = district.with_metres().sort_values("cell_id", ignore_index=True)
    towns = found.people[found.people["level"] == "town"]
    of_cell = pd.Index(towns["code"]).get_indexer(cells["town_code"])
    persons = np.column_stack([circle.persons(cells) for circle in district.circles])
    reach = [district.score()(circle.metres(cells), circle.limits_m(cells)) for circle in district.circles]
    means = means_over_people(np.column_stack(reach), persons, of_cell, len(towns))
    assert_close(means, unit_means(found.parts, towns, SERVICES).access)


def check_supply(district, found):
    """Capacity and quality of each cell against 2SFCA in plain loops."""
    cells = district.with_metres().sort_values("cell_id", ignore_index=True)
    metres = district.metres[np.argsort(district.cells["cell_id"].to_numpy(), kind="stable")]
    for circle in district.circles:
        expected = plain_supply(district, circle, cells, metres)
        scores = found.supplies.get(circle.service.id)
        assert (scores is None) == (expected is None)
        if scores is not None:
            capacity, quality = expected
            assert_close(scores.capacity, capacity)
            assert (scores.quality is None) == (quality is None)
            both = capacity if quality is None else (np.array(capacity) + quality) / 2
            assert_close(scores.score, both)


def plain_supply(district, circle, cells, metres):
    """m and q of each cell, None where there is no data."""
    persons, limits = circle.persons(cells).tolist(), circle.limits_m(cells).tolist()
    own = [row for row in district.facilities.itertuples() if row.service == circle.service.id]
    near = {row.Index: [i for i in range(len(cells)) if metres[i, row.Index] <= limits[i]] for row in own}
    reached = [row for row in own if near[row.Index]]
    supply, group = circle.service.supply, math.fsum(persons)
    if supply is None or group <= 0 or sum(math.isnan(row.capacity) for row in reached) > 0.2 * len(reached):
        return None
    due = supply.per_1000 / 1000 * (1 if supply.of == "group" else math.fsum(cells["persons_all"]) / group)
    per_head, of_flagged = [0.0] * len(cells), [0.0] * len(cells)
    for row in reached:
        people = math.fsum(persons[i] for i in near[row.Index])
        places = 0.0 if math.isnan(row.capacity) or people == 0 else row.capacity / people
        for i in near[row.Index]:
            per_head[i] += places
            of_flagged[i] += places * getattr(row, FLAG)
    target = circle.service.quality
    told = target is not None and sum(getattr(row, TOLD) == "" for row in reached) <= 0.2 * len(reached)
    capacity = [min(1.0, each / due) for each in per_head]
    return capacity, [min(1.0, each / due / target.share) for each in of_flagged] if told else None
