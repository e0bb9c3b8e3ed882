"""Scenarios drawn at random for the small study, and the same said by its files; shared by suite and verification."""

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
from small_study import EAST, NORTH, SOUTH, WEST, write_small_study

from circle15.inputs.study_file import read_study
from circle15.model.scenario import ClosedSite, OpenedSite, Scenario
from circle15.pipeline.progress import untold
from circle15.pipeline.reading.study_files import read_files
from circle15.pipeline.reading.study_inputs import whole_inputs
from circle15.pipeline.scenarios.assessed import assessed_only
from circle15.pipeline.scenarios.inputs import with_scenario

FRAMES = ("coverage", "rules", "service_states", "loads", "catchments", "index_parts", "index", "index_slices")
LIST = "clinics.xlsx"


def inputs_of(path):
    return whole_inputs(read_files(read_study(path), path, untold))


def drawn_scenario(number, names):
    """Up to four clinics that open anywhere in the study's area, and up to five of the six that close."""
    draw = np.random.default_rng(number)
    opened = tuple(
        OpenedSite("clinic", f"新{at}", round(draw.uniform(WEST, EAST), 7), round(draw.uniform(SOUTH, NORTH), 7))
        for at in range(draw.integers(0, 5))
    )
    closed = draw.choice(names, size=draw.integers(0, len(names)), replace=False).tolist()
    return Scenario(f"第{number}", opened, tuple(ClosedSite("clinic", name=name) for name in closed))


class Drawn:
    """The small study, and a copy whose list of clinics is written anew for each scenario."""

    def __init__(self, folder: Path):
        self.study = write_small_study(folder / "base")
        self.copy = folder / "copy"
        shutil.copytree(self.study.parent, self.copy)
        self.base = inputs_of(self.study)
        rows = self.base.facilities.facilities
        self.names = rows.loc[rows["service"] == "clinic", "name"].tolist()

    def listed(self, scenario):
        """The study's inputs with the list as the scenario has it."""
        book = openpyxl.load_workbook(self.study.parent / LIST)
        closed = {site.name for site in scenario.closed}
        for row in range(book.active.max_row, 1, -1):
            if book.active.cell(row, 1).value in closed:
                book.active.delete_rows(row)
        for site in scenario.opened:
            book.active.append([site.name, site.lon, site.lat, ""])
        book.save(self.copy / LIST)
        return replace(inputs_of(self.copy / "study.toml"), study=self.base.study)

    def check(self, number):
        """Assess a scenario both ways; raises AssertionError where any bit differs. Gives the scenario."""
        scenario = drawn_scenario(number, self.names)
        changed = with_scenario(self.base, scenario, "scenario.toml", self.study.parent)
        found = [assessed_only(inputs) for inputs in (changed, self.listed(scenario))]
        for name in FRAMES:
            one, other = (getattr(each, name) for each in found)
            pd.testing.assert_frame_equal(one, other, check_exact=True, obj=f"{number} {name}")
        return scenario
