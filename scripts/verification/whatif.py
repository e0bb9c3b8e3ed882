"""The what-if page in Chromium, against runs of the scenarios that it exports; and how fast and large it is."""

from __future__ import annotations

import platform
import tempfile
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from made_district import write_district
from opened_pages import CHROMIUM, QUIET
from playwright.sync_api import sync_playwright
from small_study import write_small_study
from whatif_pages import WhatIfVisit, compound, evaluated, inputs_of, random_step, run_of, same

from circle15.pipeline.scenarios.whatif import WhatIfAsked, whatif_ground, write_whatif
from circle15.publish.whatif.page import whatif_html
from circle15.sample.county import write_county

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from circle15.pipeline.reading.study_inputs import StudyInputs

TITLE = "The what-if page"
FULL = 200
BYTES_PER_MB = 1e6
# A district of some 25,000 cells, with streets for 7 km beyond.
DISTRICT_KM, RIM_KM = 15.9, 7.0
FACTS = """
() => {
  const { ground } = circle15.page;
  const nodes = ground.ways.reduce((sum, way) => sum + way.streets.nodes, 0);
  return { cells: ground.cells.count, services: ground.services.length, sites: ground.sites.length,
    candidates: ground.candidates.length, nodes, ready: performance.getEntriesByName('circle15-ready')[0].startTime };
}
"""
# Opens, closes and resizes sites of each service in turn, with that service shown: all of it is drawn anew.
STEP = """
(number) => {
  const { page } = circle15;
  const free = page.ground.services.filter((service) => !service.fixed);
  const service = free[number % free.length];
  page.setService(service.id);
  const site = service.sites[(7 * number) % service.sites.length];
  const kind = Math.floor(number / free.length) % 3;
  if (kind === 0) page.openAt((997 * number) % page.ground.candidates.length);
  else if (kind === 1) page.step("close", site.id);
  else page.step("resize", site.id, 10 * number);
  return page.took;
}
"""


@dataclass
class Tally:
    """What was compared."""

    steps: Counter[str] = field(default_factory=Counter)
    scenarios: int = 0
    oracle: int = 0
    worst: float = 0.0


def check(
    visit: WhatIfVisit, study: Path, inputs: StudyInputs, steps: int, tally: Tally, seed: int, *, independent: bool
) -> None:
    """Take random steps in an open page and run the scenario after each; raises AssertionError where they differ."""
    rng = np.random.default_rng(seed)
    with tempfile.TemporaryDirectory() as folder:
        for number in range(steps):
            tally.steps[random_step(visit, rng)] += 1
            told = visit.told()
            run = run_of(inputs, told["toml"], Path(folder), study.parent)
            tally.worst = max(tally.worst, same(told, run, inputs.zones))
            tally.scenarios += 1
            if independent:
                same(told, evaluated(inputs, told["toml"], Path(folder)), inputs.zones)
                tally.oracle += 1
            print(f"\r{study.parent.name}: {number + 1} of {steps} steps ", end="", flush=True)
    print()


def _check_kinds(chromium: Browser, study: Path, steps: int, tally: Tally) -> None:
    """The same with a service of which one site of one kind and two of another are asked for."""
    inputs = compound(inputs_of(study))
    page = study.parent / "kinds.html"
    page.write_text(whatif_html(whatif_ground(inputs, study.parent, WhatIfAsked(every_m=100))), encoding="utf-8")
    visit = WhatIfVisit(chromium, page)
    assert visit.ask("circle15.page.agrees")
    check(visit, study, inputs, steps, tally, len(tally.steps), independent=True)
    visit.close()


def timed(visit: WhatIfVisit, steps: int) -> np.ndarray:
    """Milliseconds of each of some steps in an open page, till all is drawn."""
    took = [float(visit.ask(STEP, number)) for number in range(steps)]
    return np.array(took)


def section(count: int) -> str:
    """Check ``count`` steps; the page's section as markdown."""
    tally = Tally()
    with tempfile.TemporaryDirectory() as home, sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        raw = Path(home) / "data" / "raw"
        studies = {
            write_small_study(raw / "xiao"): (count - 3 * count // 10 - 2 * (count // 10), 100, True),
            write_district(raw / "daqu", 3.2, 1.0, scale=0.1): (3 * count // 10, 300, False),
            write_county(raw / "shili"): (count // 10, 300, False),
        }
        for seed, (study, (steps, every_m, independent)) in enumerate(studies.items()):
            visit = WhatIfVisit(chromium, write_whatif(study, WhatIfAsked(every_m=every_m)))
            assert visit.ask("circle15.page.agrees")
            check(visit, study, inputs_of(study), steps, tally, seed, independent=independent)
            visit.close()
        _check_kinds(chromium, raw / "xiao" / "study.toml", count // 10, tally)
        page = write_whatif(write_district(raw / "large", DISTRICT_KM, RIM_KM), WhatIfAsked())
        size = page.stat().st_size
        visit = WhatIfVisit(chromium, page)
        facts, took = visit.ask(FACTS), timed(visit, max(20, count // 2))
        visit.close()
        browser = chromium.version
        chromium.close()
    return _told(tally, facts, took, size, browser)


def _told(tally: Tally, facts: dict[str, float], took: np.ndarray, size: int, browser: str) -> str:
    steps = ", ".join(f"{name} {number}" for name, number in sorted(tally.steps.items()))
    rows = [
        ("random steps, each followed by a run of the exported `scenario.toml`", f"{tally.scenarios:,}"),
        ("of these", steps),
        ("compared besides with an oracle that changes the list of facilities by itself", f"{tally.oracle:,}"),
        ("people covered and not, of any service, town or the whole area, that differ by a bit", "0"),
        ("under-served areas that differ in town, cells or people", "0"),
        ("largest difference of a score", f"{tally.worst:.1e}"),
        ("size of the page of the large district", f"{size / BYTES_PER_MB:.1f} MB"),
        ("its opening, till the first figures stand", f"{facts['ready'] / 1000:.1f} s"),
        ("a step in it, computed and drawn: median", f"{np.median(took):.0f} ms"),
        ("the same: 90th percentile", f"{np.quantile(took, 0.9):.0f} ms"),
    ]
    table = "\n".join(f"| {what} | {figure} |" for what, figure in rows)
    return f"""
Random sites are opened, closed and resized, taken back and undone in Chromium, on the small study of the tests (once
more with a standard that asks for several kinds of site), a made district with all modes and flags, and the sample
county. After each step the page's figures are held against a run of the scenario that it exports: people must be the
same to the last bit, scores to 1e-9, under-served areas one by one.
Size and speed are those of a made district of {facts["cells"]:,.0f} cells, {facts["services"]:.0f} services,
{facts["sites"]:,.0f} sites, {facts["candidates"]:,.0f} places for new ones and {facts["nodes"]:,.0f} nodes in the
streets of its three modes; sites of each service are opened, closed and resized with that service shown.

| | |
|---|---|
{table}

Python {platform.python_version()}, Chromium {browser}, {platform.machine()}.

The tests take 24 such steps on the small study.
"""
