"""What a run under a scenario holds beside its results: the same figures before it, and where all of it lies."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from circle15.errors import DataError
from circle15.inputs.scenario.read import read_scenario
from circle15.model.scenario_text import scenario_text
from circle15.results.folder_names import folder_name

if TYPE_CHECKING:
    from pathlib import Path

    from circle15.model.scenario import Scenario

SCENARIO_FILE = "scenario.toml"
SCENARIOS_FOLDER = "scenarios"
FRAMES = ("units", "services")


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
    """

    scenario: Scenario
    units: pd.DataFrame
    services: pd.DataFrame


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
    """Write ``scenario.toml``, ``before_after_units.parquet`` and ``before_after_services.parquet`` into a folder."""
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
