"""A finished run looked at with another speed, limit or weight."""

from __future__ import annotations

import importlib.util
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from racing.streets import REPOSITORY, field_data
from racing.task import Absent, Contender, Task, Unequal

if TYPE_CHECKING:
    from racing.task import Arrays

PLACE, CENSUS = "hangzhou", "zhejiang_census_2020.csv"
STUDY = REPOSITORY / "tests" / "real" / PLACE
SPEED_FACTOR, MINUTES, WEIGHT_FACTOR = 0.9, 12.0, 2.0


def work(quick: bool) -> dict[str, Any]:
    """Where the study's files lie; there is no small version of them."""
    if importlib.util.find_spec("circle15.pipeline.variation") is None:
        raise Absent("circle15 has no circle15.pipeline.variation yet, which changes a finished run")
    if quick:
        raise Absent("a study in a city has no small version")
    streets, census = field_data(PLACE, "roads.gpkg"), field_data(CENSUS)
    return {"raw": str(streets.parent), "census": str(census), "minutes": MINUTES}


def finished(asked: Arrays) -> Path:
    """The folder of the study's finished run; it is run once."""
    from circle15.pipeline.run import run_study

    home = Path(asked["folder"]) / "home"
    kept = home / "tables.txt"
    if not kept.is_file():
        folder = home / "data" / "raw" / PLACE
        shutil.copytree(asked["raw"], folder, dirs_exist_ok=True)
        shutil.copy(asked["census"], folder)
        shutil.copytree(STUDY, folder, dirs_exist_ok=True)
        tables = run_study(folder / "study.toml").tables
        kept.write_text(str(tables), encoding="utf-8")
    return Path(kept.read_text(encoding="utf-8"))


def changed(tables: Path, _: Arrays) -> Arrays:
    """``Results.load`` and ``varied`` for one speed, one limit and one weight."""
    from circle15.pipeline.variation import Variation, varied
    from circle15.results import Results

    results = Results.load(tables)
    service = next(iter(results.catalogue.services.values()))
    speed = results.catalogue.speeds[service.speed]
    variations = (
        Variation(speeds_m_s={speed.id: speed.m_s * SPEED_FACTOR}),
        Variation(minutes={service.id: MINUTES}),
        Variation(weight_factors={service.id: WEIGHT_FACTOR}),
    )
    indices = [varied(results, variation).assessed.index for variation in variations]
    return {"access": np.stack([index["access"].to_numpy(dtype=np.float64) for index in indices])}


def access_off(ours: Arrays, theirs: Arrays, tolerance: float) -> float:
    """How far the index of access differs; missing where the other is missing."""
    if not np.allclose(ours["access"], theirs["access"], rtol=0.0, atol=tolerance, equal_nan=True):
        raise Unequal("another index of access")
    return float(np.nanmax(np.abs(ours["access"] - theirs["access"]), initial=0.0))


TASK = Task(
    title="Another speed, limit or weight on a finished run",
    about="""
The study of Hangzhou's four inner districts, run once before. "Work" reads its results from disk and makes all tables
anew three times: for another speed, for {minutes:g} minutes instead of a service's own limit, for another weight.
Nothing is searched.
""",
    work=work,
    contenders=(Contender("circle15 `varied`", "circle15", finished, changed),),
    difference=access_off,
)
