"""What-if pages driven in a browser, and the same scenarios evaluated from a changed list of facilities."""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass, replace
from types import MappingProxyType

import numpy as np
import pandas as pd
import pyproj
from opened_pages import Opened

from circle15.assess.circles import deciding_circles
from circle15.assess.clusters import Gathering
from circle15.assess.coverage import coverage_table
from circle15.assess.index import index_parts, index_table, supplies_of_services
from circle15.assess.places import sites_of_services
from circle15.assess.underserved import underserved_areas
from circle15.assess.units import unit_people
from circle15.assess.weights.study import study_weights
from circle15.catalogue.entries import Label, Need
from circle15.inputs.scenario.read import read_scenario
from circle15.inputs.study_file import read_study
from circle15.model.facilities import BETWEEN, FLAG, FLAGS_TOLD, FacilityLayer
from circle15.pipeline.assessing import reach_score
from circle15.pipeline.folders import searches_folder, study_path
from circle15.pipeline.notes.observations import counted_groups
from circle15.pipeline.progress import untold
from circle15.pipeline.reading.study_files import read_files
from circle15.pipeline.reading.study_inputs import whole_inputs
from circle15.pipeline.scenarios.inputs import with_scenario
from circle15.pipeline.search.kept import KeptArrays
from circle15.pipeline.search.searching import cells_frame, facilities_frame, search

SCORES = ("access", "balanced_access", "balance", "quality", "overall")
CLOSE = 1e-9
# What the page has found, as plain data.
TOLD = """
() => {
  const { now, ground, model } = circle15.page;
  const services = Object.fromEntries(ground.services.map(({ id }) => [id, now.services.get(id)]));
  const tally = ({ people, covered, uncovered }) => ({ people, covered, uncovered });
  return {
    root: now.root,
    towns: Object.fromEntries(ground.towns.map((town, t) => [town.code, now.towns[t]])),
    everything: now.everything,
    people: Object.fromEntries(Object.entries(services).map(([id, found]) => [id, {
      root: tally(found.root),
      towns: Object.fromEntries(ground.towns.map((town, t) => [town.code, tally(found.towns[t])])),
    }])),
    areas: Object.fromEntries(ground.services.filter(({ fixed }) => !fixed).map((service) => [service.id,
      model.areas(service, services[service.id]).map((area) =>
        [ground.towns[area.town].code, area.cells.length, area.people])])),
    toml: circle15.scenarioToml(ground, circle15.page.scenario),
  };
}
"""


class WhatIfVisit(Opened):
    """The what-if page, opened."""

    def step(self, name, *facts):
        self.ask("([name, facts]) => { circle15.page.step(name, ...facts); }", [name, list(facts)])

    def told(self):
        return self.ask(TOLD)

    def click_map(self, lon, lat):
        point = self.ask(
            "([lon, lat]) => { const { map } = circle15.page; const at = map.latLngToContainerPoint([lat, lon]);"
            " const box = map.getContainer().getBoundingClientRect(); return [box.left + at.x, box.top + at.y]; }",
            [lon, lat],
        )
        self.page.mouse.move(*point)
        self.page.mouse.click(*point)


def inputs_of(study):
    """A study's files, read, with its searches kept."""
    path = study_path(study)
    reading = read_files(read_study(path), path, untold)
    return replace(whole_inputs(reading), kept=KeptArrays(searches_folder(path, reading.study.study)))


# --- the oracle ----------------------------------------------------------------------------------------------------


def changed_layer(layer, zones, scenario):
    """The facilities with sites closed, resized and opened, written down as a list would have them."""
    facilities, doors = layer.facilities.copy(), layer.entrances
    for site in scenario.resized:
        facilities.loc[facilities["facility_id"] == site.facility, "capacity"] = site.capacity
    gone = facilities.index[facilities["facility_id"].isin([site.facility for site in scenario.closed])]
    facilities, doors = facilities.drop(index=gone), doors[~doors["facility"].isin(gone)]
    to_metres = pyproj.Transformer.from_crs(4326, zones.crs, always_xy=True)
    rows, entrances = [], []
    for number, site in enumerate(scenario.opened):
        x, y = to_metres.transform(site.lon, site.lat)
        key = int(layer.facilities.index.max()) + 1 + number
        own = facilities[facilities["service"] == site.service]
        told = {flag for said in own[FLAGS_TOLD] for flag in said.split(BETWEEN) if flag} | set(site.flags)
        row = dict.fromkeys(facilities.columns, "") | {
            column: column.removeprefix(FLAG) in site.flags
            for column in facilities
            if column.startswith(FLAG) and column != FLAGS_TOLD
        }
        row |= {f"{FLAG}{flag}": True for flag in site.flags}
        row |= {"facility_id": f"new-{number}", "service": site.service, "name": site.name, "inside": True, "row": 0}
        row["kind"] = site.kind
        row |= {"capacity": np.nan if site.capacity is None else site.capacity, FLAGS_TOLD: BETWEEN.join(sorted(told))}
        rows.append(pd.DataFrame([row], index=[key]))
        entrances.append({"facility": key, "x": x, "y": y})
    facilities = pd.concat([facilities, *rows])
    for column in [name for name in facilities if name.startswith(FLAG) and name != FLAGS_TOLD]:
        facilities[column] = [value is True or value is np.True_ for value in facilities[column]]
    facilities["inside"] = facilities["inside"].astype(bool)
    facilities["capacity"] = facilities["capacity"].astype(float)
    facilities = facilities.sort_values(["service", "facility_id"], kind="stable")
    place = pd.Series(np.arange(len(facilities)), index=facilities.index)
    doors = pd.concat([doors, pd.DataFrame(entrances, columns=["facility", "x", "y"])], ignore_index=True)
    doors = doors.assign(facility=doors["facility"].map(place).astype(np.int64))
    doors = doors.sort_values(["facility", "x", "y"], ignore_index=True)
    return FacilityLayer(layer.crs, facilities.reset_index(drop=True), doors)


@dataclass(frozen=True)
class RunFigures:
    """The tables of a run that the page shows too."""

    coverage: pd.DataFrame
    index: pd.DataFrame
    underserved: pd.DataFrame


def compound(inputs):
    """The study with a standard of clinics that asks for one site of one kind and two of another."""
    needs = Need(Label("大院", "big"), 1, ("院",)), Need(Label("小站", "small"), 2, ("站", "室"))
    catalogue = inputs.catalogue
    clinic = replace(catalogue.services["clinic"], needs=needs)
    services = MappingProxyType(dict(catalogue.services) | {"clinic": clinic})
    sites = inputs.facilities.facilities.copy()
    kinds = itertools.cycle(["卫生院", "服务站", "医务室", "公园", "大院", "小站"])
    sites.loc[sites["service"] == "clinic", "kind"] = list(
        itertools.islice(kinds, int((sites["service"] == "clinic").sum()))
    )
    layer = FacilityLayer(inputs.facilities.crs, sites, inputs.facilities.entrances)
    return replace(inputs, catalogue=replace(catalogue, services=services), facilities=layer)


def run_figures(inputs):
    """What a run finds of coverage, index and under-served areas."""
    searched = search(inputs)
    cells, facilities = cells_frame(inputs, searched), facilities_frame(inputs, searched)
    circles = deciding_circles(inputs.catalogue, counted_groups(inputs))
    zones, settings = inputs.zones.frame, inputs.study.index
    sites = sites_of_services(cells, searched.pairs, facilities, circles)
    parts = index_parts(cells, zones, circles, reach_score(settings), supplies_of_services(sites))
    index = index_table(parts, study_weights(inputs.catalogue, settings), unit_people(cells, zones))
    doors = inputs.facilities.facilities.loc[inputs.facilities.entrances["facility"], ["service", "facility_id"]]
    doors = doors.reset_index(drop=True).assign(x=inputs.facilities.entrances["x"], y=inputs.facilities.entrances["y"])
    gathering = Gathering(inputs.study.underserved.within_m, inputs.study.underserved.least_residents)
    areas = underserved_areas(cells, zones, circles, doors, inputs.population.cell_m, gathering, "en").areas
    return RunFigures(coverage_table(cells, zones, circles), index, areas)


def evaluated(inputs, toml, folder):
    """The figures of a run of an exported scenario."""
    file = folder / "scenario.toml"
    file.write_text(toml, encoding="utf-8", newline="\n")
    scenario = read_scenario(file)
    return run_figures(replace(inputs, facilities=changed_layer(inputs.facilities, inputs.zones, scenario)))


def run_of(inputs, toml, folder, raw):
    """The figures of a run of an exported scenario, as the program itself reads and applies it.

    ``raw`` is where the study's files lie.
    """
    file = folder / "scenario.toml"
    file.write_text(toml, encoding="utf-8", newline="\n")
    return run_figures(with_scenario(inputs, read_scenario(file), file.name, raw))


def same(told, run, zones):
    """Whether the page tells what the run found: people exactly, the index to 1e-9, areas one by one.

    Gives the largest difference of an index.
    """
    root = zones.root.iloc[0]
    level = "town" if "town" in zones.levels else str(root["level"])
    units = [(str(root["level"]), str(root["code"]), None), *((level, code, code) for code in told["towns"])]
    worst = 0.0
    coverage = run.coverage.drop_duplicates(["level", "code", "service"]).set_index(["level", "code", "service"])
    index = run.index.set_index(["level", "code"])
    for of_level, code, town in units:
        scores = told["root"] if town is None else told["towns"][town]
        for name in SCORES:
            value = index.loc[(of_level, code), name]
            assert (scores[name] is None) == math.isnan(value), (code, name, scores[name], value)
            if scores[name] is not None:
                worst = max(worst, abs(scores[name] - value))
        for service, people in told["people"].items():
            row, tally = (
                coverage.loc[(of_level, code, service)],
                people["root"] if town is None else people["towns"][town],
            )
            found = (tally["people"], tally["covered"], tally["uncovered"])
            assert found == (row["people"], row["covered_people"], row["uncovered_people"]), (code, service)
    every = coverage.loc[(str(root["level"]), str(root["code"]), "all_services")]
    assert told["everything"]["covered"] == every["covered_people"]
    for service, areas in told["areas"].items():
        own = run.underserved[run.underserved["service"] == service]
        expected = list(zip(own["town_code"], own["cells"], own["people"], strict=True))
        assert [tuple(area) for area in areas] == expected, service
    assert worst <= CLOSE, worst
    return worst


# --- random scenarios ----------------------------------------------------------------------------------------------

FACTS = """
() => {
  const { ground, history } = circle15.page;
  const free = ground.services.filter((service) => !service.fixed);
  const { opened, closed, resized } = history.now;
  return {
    candidates: ground.candidates.length,
    services: free.map(({ id, unit, supply, needs }) =>
      ({ id, unit, needs: needs.length, flag: Boolean(supply && supply.quality) })),
    sites: free.flatMap((service) => service.sites.map((site) => site.id)),
    opened: opened.map((site) => site.key),
    closed: Object.keys(closed),
    resized: Object.keys(resized),
    canUndo: history.canUndo,
  };
}
"""


def random_step(visit, rng):
    """Take one random step in the page; gives its name."""
    facts = visit.ask(FACTS)
    open_sites = sorted(set(facts["sites"]) - set(facts["closed"]))
    weights = {
        "open": 5,
        "close": 3 if len(open_sites) > 1 else 0,
        "resize": 3 if open_sites else 0,
        "reopen": 1 if facts["closed"] else 0,
        "takeBack": 1 if facts["opened"] else 0,
        "restore": 1 if facts["resized"] else 0,
        "undo": 1 if facts["canUndo"] else 0,
    }
    chances = np.array(list(weights.values()), dtype=float)
    name = str(rng.choice(list(weights), p=chances / chances.sum()))
    if name == "open":
        service = facts["services"][rng.integers(len(facts["services"]))]
        places = None if not service["unit"] or rng.random() < 0.3 else float(np.round(rng.uniform(0, 300), 1))
        flagged = bool(service["flag"] and rng.random() < 0.5)
        site = {
            "service": service["id"],
            "candidate": int(rng.integers(facts["candidates"])),
            "name": f"新 {rng.integers(10**9)}",
        }
        need = int(rng.integers(service["needs"])) if service["needs"] else None
        visit.step("open", site | {"capacity": places, "flagged": flagged, "need": need})
    elif name == "resize":
        visit.step("resize", str(rng.choice(open_sites)), float(rng.integers(0, 500)))
    elif name == "undo":
        visit.ask("() => { circle15.page.travel('undo'); }")
    else:
        among = {
            "close": open_sites,
            "reopen": facts["closed"],
            "takeBack": facts["opened"],
            "restore": facts["resized"],
        }[name]
        visit.step(name, among[rng.integers(len(among))])
    return name
