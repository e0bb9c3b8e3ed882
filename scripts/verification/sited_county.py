"""Sitings of the sample county, before and after, against a fresh run of it with the new sites in a list."""

from __future__ import annotations

import platform
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from circle15.assess.before_after import SCORES
from circle15.pipeline.progress import untold
from circle15.pipeline.reading.checking import check_study
from circle15.pipeline.run import run_study
from circle15.pipeline.siting.asked import Asked
from circle15.pipeline.siting.record import siting_record
from circle15.pipeline.siting.sited_study import site_checked
from circle15.sample.county import write_county

if TYPE_CHECKING:
    from circle15.results import Results
    from circle15.results.siting import SitingRecord

TITLE = "Sitings of the sample county"
FULL = 2

ADDED = "新增.csv"
LISTED = """
[[facilities]]
service = "{service}"
file = "{file}"
datum = "wgs84"
provider = "选址方案"
date = 2026-06-30
licence = "CC0-1.0"
"""


@dataclass(frozen=True)
class Case:
    """What is sited, and how it is told."""

    title: str
    asked: Asked


CASES = (
    Case("5 more childcare sites", Asked("childcare", 5)),
    Case(
        "10 more canteens, at least 5 in 东湖街道, 4 in 茶坞镇, 3 in 云岭乡 and 枫岭乡",
        Asked(
            "canteen",
            10,
            settings={"floors": {"东湖街道": 5, "茶坞镇": 4, "云岭乡": 3, "枫岭乡": 3}},
        ),
    ),
)


def sited(study: Path, asked: Asked) -> SitingRecord:
    """The record of a siting."""
    return siting_record(site_checked(check_study(study, untold, "zh"), asked), asked, study.parent, "方案")


def run_with(folder: Path, record: SitingRecord) -> Results:
    """A fresh run, in a workspace of its own, of the county whose lists hold the new sites."""
    study = write_county(folder / "data" / "raw" / "shili")
    rows = [f"{site.name},{site.lon:.7f},{site.lat:.7f}" for site in record.scenario.opened]
    (study.parent / ADDED).write_text("\n".join(["名称,经度,纬度", *rows, ""]), encoding="utf-8", newline="\n")
    with study.open("a", encoding="utf-8", newline="\n") as text:
        text.write(LISTED.format(service=record.service, file=ADDED))
    return run_study(study).results


def compare(record: SitingRecord, fresh: Results) -> int:
    """How many figures after are the same to the last bit; raises AssertionError at the first that differs."""
    told, count = record.units.set_index(["level", "code"]), 0
    index = fresh.index.set_index(["level", "code"])
    coverage = fresh.coverage[fresh.coverage["service"] == record.service]
    coverage = coverage.drop_duplicates(["level", "code"]).set_index(["level", "code"])
    own = [(f"{score}_after", index[score]) for score in SCORES if f"{score}_after" in told]
    own += [("reached_after", coverage["covered_people"]), ("coverage_after", coverage["coverage"])]
    for name, expected in own:
        found = told[name].to_numpy(np.float64)
        assert np.array_equal(found, expected.reindex(told.index).to_numpy(np.float64), equal_nan=True), name
        count += len(found)
    return count


def section(count: int) -> str:
    """Check ``count`` sitings; the page's section as markdown."""
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        study = write_county(Path(folder) / "sited" / "data" / "raw" / "shili")
        for number, case in enumerate(CASES[:count]):
            record = sited(study, case.asked)
            figures = compare(record, run_with(Path(folder) / str(number), record))
            rows.append(_row(case, record, figures))
            print(rows[-1], flush=True)
    table = "\n".join(rows)
    return f"""
The sample county as `circle15 demo` writes it. Each siting tells before and after for the county, every town and every
village; then the new sites are put into a list with their coordinates as told, in a workspace of its own where nothing
has been searched before, and the county is run.

| | people reached | proven | figures by unit, all the same to the last bit |
|---|---|---|---|
{table}

Python {platform.python_version()}. The tests do the same with a small study.
"""


def _row(case: Case, record: SitingRecord, figures: int) -> str:
    reached = f"{record.reached_before:,.0f} → {record.reached_after:,.0f} of {record.persons:,.0f}"
    return f"| {case.title} | {reached} | {'yes' if record.proven else f'gap {record.gap:.2%}'} | {figures:,} |"
