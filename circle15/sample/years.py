"""The invented county of two years: as it is today, and as it was before four openings, a closing and a bridge."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from circle15.sample.county import County, make_county, study_text, write_files
from circle15.sample.streets import make_streets

if TYPE_CHECKING:
    from pathlib import Path

    from circle15.sample.people import Homes
    from circle15.sample.plan import Plan


def write_years(folder: Path) -> tuple[Path, Path]:
    """Write the raw files of both years: today's into ``folder``, the past's into a folder named for its year there.

    Since then four facilities have been opened, one has been closed, one village has grown and one bridge has been
    built (``[past]`` of the plan); all else is the same. The same bytes on every run, today's as ``write_county``
    writes them.

    Returns
    -------
    tuple of Path
        ``study.toml`` of the past and of today.
    """
    today = make_county()
    past, period = past_county(today), today.plan.past.period
    now = write_files(today, folder, study_text())
    return write_files(past, folder / period, _study_of(today.plan, period)), now


def past_county(today: County) -> County:
    """The county as it was a year before."""
    plan = _past_plan(today.plan)
    return replace(
        today,
        plan=plan,
        streets=make_streets(plan, today.terrain, today.mesh, today.settlements),
        homes=_past_homes(today),
        facilities={service: _past_list(today, service, rows) for service, rows in today.facilities.items()},
    )


def _study_of(plan: Plan, period: str) -> str:
    """The study of another year: only its period and dates differ."""
    return study_text().replace(_today(plan), period)


def _today(plan: Plan) -> str:
    return str(int(plan.past.period) + 1)


def _past_plan(today: Plan) -> Plan:
    """A bridge less, the town of the village that has grown with fewer people, and nothing reported on later years."""
    core, past = today.core, today.past
    before = core.model_copy(
        update={
            "bridge_columns": tuple(column for column in core.bridge_columns if column != past.bridge_column),
            "bridges_under_construction_columns": (*core.bridges_under_construction_columns, past.bridge_column),
        }
    )
    towns = tuple(
        town.model_copy(update={"persons": town.persons - past.grown_persons})
        if past.grown_village in (*town.communities, *town.villages)
        else town
        for town in today.towns
    )
    reported = tuple(each for each in today.targets.reported if each.year <= int(past.period))
    targets = today.targets.model_copy(update={"reported": reported})
    return today.model_copy(update={"core": before, "towns": towns, "targets": targets})


def _past_homes(county: County) -> Homes:
    """Fewer people in every home of the village that has grown, in all others as many as today.

    The raster misses the town's official total by the same share in both years, so that its other homes keep their
    people when they are raked to it.
    """
    past, homes = county.plan.past, county.homes
    index = _village(county, past.grown_village)
    own = county.units.village_of[county.mesh.nearest(homes.xy)] == index
    bias = county.plan.towns[county.units.villages[index].town].raster_bias
    persons = homes.persons.copy()
    persons[own] *= 1.0 - past.grown_persons * (1.0 + bias) / persons[own].sum()
    return replace(homes, persons=persons)


def _village(county: County, name: str) -> int:
    return next(index for index, village in enumerate(county.units.villages) if village.short_name == name)


def _past_list(county: County, service: str, rows: pd.DataFrame) -> pd.DataFrame:
    """A list without what has been opened since, and with what has been closed."""
    past = county.plan.past
    before = rows[~rows["id"].isin(past.opened)]
    if past.closed.service != service:
        return before.reset_index(drop=True)
    x, y = _seat(county, past.closed.village)
    closed = {"id": past.closed.id, "name": past.closed.name, "address": past.closed.address, "x": x, "y": y}
    row = pd.DataFrame([closed | {"capacity": float(past.closed.capacity), "flag": False}])
    return pd.concat([before, row], ignore_index=True)


def _seat(county: County, village: str) -> tuple[float, float]:
    """A street corner in the middle of a village."""
    middle = county.mesh.xy[county.units.villages[_village(county, village)].seat]
    corners = np.concatenate([grid.open_xy for grid in county.streets.grids])
    corner = corners[np.linalg.norm(corners - middle, axis=1).argmin()]
    return float(corner[0]), float(corner[1])
