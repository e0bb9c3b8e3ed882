"""What a run under a scenario holds beside its results: the same figures before it, and where all of it lies."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pandas as pd

from circle15.catalogue.entries import ALL_SERVICES
from circle15.errors import DataError
from circle15.inputs.scenario.read import read_scenario
from circle15.model.scenario_text import scenario_text
from circle15.results.folder_names import folder_name

if TYPE_CHECKING:
    from pathlib import Path

    from circle15.model.scenario import Scenario

SCENARIO_FILE = "scenario.toml"
SCENARIOS_FOLDER = "scenarios"
FRAMES = ("units", "services", "alone")
# Scores of the whole area that a change may move.
WHOLE = ("balanced_access", "overall")
# Columns of people within the standard of a service.
REACHED = "reached_"


def nothing_alone() -> pd.DataFrame:
    """The table of changes by themselves where there are no several."""
    kinds = {"table": "str", "number": "int64", "done": "bool", **dict.fromkeys(WHOLE, "float64")}
    return pd.DataFrame(columns=list(kinds)).astype(kinds)


@dataclass(frozen=True, eq=False)
class BeforeAfter:
    """A scenario, and what it changes.

    Attributes
    ----------
    scenario
        What was otherwise.
    units
        See ``assess.before_after.units_before_after``.
    services
        See ``assess.before_after.services_before_after``.
    alone
        By change, where there are several: ``table`` of the scenario's file and ``number`` in it (0 for all of a kind,
        where they are many), whether it could be ``done`` without the others, and what it would do then in the whole
        area: the steps of ``balanced_access``, ``overall`` and ``reached_<service>``, people within the standard.
    """

    scenario: Scenario
    units: pd.DataFrame
    services: pd.DataFrame
    alone: pd.DataFrame = field(default_factory=nothing_alone)

    def whole(self, when: str) -> dict[str, float]:
        """The whole area: its scores (``WHOLE``), and people within the standard of each service (``reached_<id>``).

        Parameters
        ----------
        when
            ``before`` or ``after``.
        """
        unit, rows = self.units.iloc[0], self.services
        own = rows[(rows["level"] == unit["level"]) & (rows["code"] == unit["code"])]
        own = own[own["service"] != ALL_SERVICES]
        reached = dict(zip(own["service"], own[f"covered_people_{when}"], strict=True))
        figures = {f"{REACHED}{service}": float(people) for service, people in reached.items()}
        return {**{score: float(unit[f"{score}_{when}"]) for score in WHOLE}, **figures}


def scenario_folders(home: Path, place: str, name: str, period: str) -> tuple[Path, Path]:
    """Where the tables and the maps of a study under a scenario lie.

    Examples
    --------
    >>> from pathlib import Path
    >>> [folder.as_posix() for folder in scenario_folders(Path(), "shili", "方案一", "2026")]
    ['data/processed/shili/scenarios/方案一/2026', 'maps/shili/scenarios/方案一/2026']
    """
    own = (place, SCENARIOS_FOLDER, folder_name(name), period)
    return home.joinpath("data", "processed", *own), home.joinpath("maps", *own)


def save_before_after(found: BeforeAfter, folder: Path) -> None:
    """Write ``scenario.toml``, ``before_after_units.parquet`` and its like into a folder."""
    (folder / SCENARIO_FILE).write_text(scenario_text(found.scenario), encoding="utf-8", newline="\n")
    for name in FRAMES:
        getattr(found, name).to_parquet(_frame(folder, name), index=False, compression="zstd")


def load_before_after(folder: Path) -> BeforeAfter:
    """Read back what ``save_before_after`` wrote.

    Raises
    ------
    DataError
        The folder holds no run under a scenario, or a file of it is missing.
    """
    try:
        frames = [pd.read_parquet(_frame(folder, name)) for name in FRAMES]
        return BeforeAfter(read_scenario(folder / SCENARIO_FILE), *frames)
    except (OSError, ValueError) as fault:
        raise DataError("scenario.not_run", folder=str(folder)) from fault


def _frame(folder: Path, name: str) -> Path:
    return folder / f"before_after_{name}.parquet"
