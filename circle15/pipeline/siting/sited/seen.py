"""A study before and after the plan of a siting, cell by cell."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from circle15.assess.circles import deciding_circles
from circle15.pipeline.notes.observations import counted_groups
from circle15.pipeline.scenarios.assessed import assessed_only
from circle15.pipeline.scenarios.inputs import with_scenario
from circle15.results.siting import SCENARIO_FILE

if TYPE_CHECKING:
    from pathlib import Path

    import geopandas as gpd
    from numpy.typing import NDArray

    from circle15.assess.circles import Circle
    from circle15.pipeline.assessing import Assessed
    from circle15.pipeline.reading.study_inputs import StudyInputs
    from circle15.pipeline.siting.plan_scenario import PlannedScenario
    from circle15.pipeline.siting.sited_study import SitedStudy

    Floats = NDArray[np.float64]
    Flags = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class SeenPlan:
    """A plan's study before and after, cell by cell, for the service that was asked for first.

    ``cells`` has the study's cells as assessed before; the arrays are by their rows.
    """

    sited: SitedStudy
    planned: PlannedScenario
    changed: StudyInputs
    before: Assessed
    after: Assessed
    circle: Circle

    @property
    def service(self) -> str:
        """Its id."""
        return self.sited.service.id

    @property
    def cells(self) -> gpd.GeoDataFrame:
        """The study's cells as assessed before the plan."""
        return self.before.cells

    @property
    def persons(self) -> Floats:
        """People of the service's group in each cell."""
        return self.circle.persons(self.cells)

    @property
    def newly(self) -> Flags:
        """Cells that the plan brings within reach."""
        name = f"{self.service}_covered"
        found: Flags = self.after.cells[name].to_numpy(np.bool_) & ~self.before.cells[name].to_numpy(np.bool_)
        return found


def seen_plan(sited: SitedStudy, planned: PlannedScenario, folder: Path) -> SeenPlan:
    """Assess a study without and with its plan, just as a run and a run under the plan as a scenario do.

    Parameters
    ----------
    sited, planned
        What was found, and the scenario that it is.
    folder
        That of ``study.toml``.
    """
    changed = with_scenario(sited.inputs, planned.scenario, SCENARIO_FILE, folder)
    before, after = assessed_only(sited.inputs), assessed_only(changed)
    circles = deciding_circles(sited.inputs.catalogue, counted_groups(sited.inputs))
    circle = next(each for each in circles if each.service.id == sited.service.id)
    return SeenPlan(sited, planned, changed, before, after, circle)


def unit_names(seen: SeenPlan) -> dict[str, str]:
    """Names of all units by their codes."""
    zones = seen.sited.inputs.zones.frame
    return dict(zip(zones["code"].astype(str), zones["name"].astype(str), strict=True))
