"""The test of fit of a list's declared datum: how often it is right, wrong and undecided."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections import Counter
from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import numpy as np
import shapely
from declared_lists import (
    DATUMS,
    METRIC,
    MIDDLE_M,
    TOWNS,
    anywhere,
    beside,
    crooked_streets,
    mark,
    named_lists,
    named_town,
    outcomes,
    truth_of_streets,
)

from circle15.catalogue.loader import load_catalogue
from circle15.inputs.facilities.fit import Fit, Truth, fit_list, verdict
from circle15.inputs.facilities.fit_truth import read_truth
from circle15.inputs.facilities.osm import read_osm_lists
from circle15.inputs.files.datum import shifted_to, to_wgs84
from circle15.model.zones import Zones
from circle15.pipeline.reading.study_inputs import StudyInputs, read_inputs
from circle15.sample.county import write_county

TITLE = "The test of fit of declared datums"
FULL = 500
REPOSITORY = Path(__file__).resolve().parents[2]
FIELD_DATA = Path(os.environ.get("CIRCLE15_FIELD_DATA", REPOSITORY.parent / "shared" / "data"))
POINTS = 30
MOST_WRONG = 0.01
Points = tuple[np.ndarray, np.ndarray, list[str]]


def placed(inputs: StudyInputs, service: str) -> Points:
    """Degrees on WGS 84 and texts of the rows used of one service."""
    frame = inputs.facilities.facilities
    addresses = dict(zip(frame["facility_id"], frame["address"], strict=True))
    rows = [row for row in inputs.ledger.rows if row.kind == service and row.fate != "excluded"]
    degrees = np.array([(row.lon, row.lat) for row in rows])
    return degrees[:, 0], degrees[:, 1], [f"{row.name} {addresses.get(row.object_id, '')}" for row in rows]


def tally_line(name: str, marks: Counter[str]) -> str:
    """A row of the table; AssertionError where more than 1 % are wrong."""
    of = marks.total()
    assert marks["wrong"] <= MOST_WRONG * of, (name, marks)
    shares = " | ".join(f"{marks[each] / of:.1%}" for each in ("right", "wrong", "undecided"))
    return f"| {name} | {of:,} | {shares} |"


def figures(fit: Fit) -> str:
    """What a list gets on each datum."""
    told = zip(DATUMS, fit.street_m, fit.total, fit.chance, strict=True)
    return "; ".join(f"{name}: {metres:.0f} m, {score:+.1f}, {chance:.2%}" for name, metres, score, chance in told)


def invented_towns(count: int) -> list[str]:
    """Lists beside streets, lists anywhere, and lists too short, in invented towns."""
    beside_streets: Counter[str] = Counter()
    nowhere: Counter[str] = Counter()
    for seed in range(count):
        rng = np.random.default_rng(seed)
        streets = crooked_streets(rng)
        truth = truth_of_streets(streets, _one_county())
        for points, marks in ((beside(streets, rng, POINTS), beside_streets), (anywhere(rng, POINTS), nowhere)):
            datum = DATUMS[seed % len(DATUMS)]
            said = fit_list(*shifted_to(*(np.asarray(axis) for axis in points), datum), [""] * POINTS, truth)
            marks.update(mark(datum, declared, verdict(said, declared)) for declared in DATUMS)
    return [
        *(line for kind in TOWNS for line in named_towns(kind, -(-count // 5))),
        tally_line(f"invented towns, {POINTS} points 12 to 40 m from a street", beside_streets),
        tally_line(f"invented towns, {POINTS} points anywhere", nowhere),
    ]


def named_towns(kind: str, count: int) -> list[str]:
    """Lists of which some rows name a street, every fifth of them a wrong one; lists that name streets at random."""
    told: Counter[str] = Counter()
    astray: Counter[str] = Counter()
    for seed in range(count):
        rng = np.random.default_rng(seed)
        lines, truth = named_town(kind, rng)
        truth = replace(truth, zones=_one_county())
        points, texts = named_lists(lines, rng, POINTS, naming=rng.uniform(0.05, 0.4))
        datum = DATUMS[seed % len(DATUMS)]
        for places, marks in ((points, told), (anywhere(rng, POINTS), astray)):
            said = fit_list(*shifted_to(*places, datum), texts, truth)
            marks.update(mark(datum, declared, verdict(said, declared)) for declared in DATUMS)
    return [
        tally_line(
            f"invented towns ({kind}), {POINTS} points, 5 to 40 % naming a street, a fifth of these wrongly", told
        ),
        tally_line(f"the same towns and names, {POINTS} points anywhere", astray),
    ]


def _one_county() -> Zones:
    row = {"level": "county", "code": "1", "name": "县", "parent_code": "", "urban_rural": ""}
    area = shapely.Point(MIDDLE_M).buffer(12000.0)
    return Zones(gpd.GeoDataFrame([row], geometry=[area], crs=METRIC))


def invented_county() -> str:
    """Every list of the sample, on every datum, under every declaration."""
    with tempfile.TemporaryDirectory() as folder:
        inputs = read_inputs(write_county(Path(folder)), lambda *_: None)
        truth = read_truth(inputs.network, inputs.zones, inputs.population, inputs.study.population, Path(folder))
    marks: Counter[str] = Counter()
    for source in inputs.study.facilities:
        lon, lat, texts = placed(inputs, source.service)
        marks.update(mark(*each) for each in outcomes((lon, lat), truth, texts))
    return tally_line("示例县, each of its lists on every datum", marks)


def hangzhou(count: int) -> tuple[list[str], list[str]]:
    """Rows of the table, and what is said of the whole lists."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        own = sorted((REPOSITORY / "tests" / "real" / "hangzhou").glob("*.*"))
        for path in (*sorted((FIELD_DATA / "hangzhou").iterdir()), FIELD_DATA / "zhejiang_census_2020.csv", *own):
            shutil.copy(path, folder)
        inputs = read_inputs(folder / "study.toml", lambda *_: None)
        truth = read_truth(inputs.network, inputs.zones, inputs.population, inputs.study.population, folder)
    rooms, schools = placed(inputs, "culture"), placed(inputs, "high_school")
    said = [
        *(whole("Reading rooms (GCJ-02)", rooms, "gcj02", truth)),
        *(whole("High schools (datum not known, taken for WGS 84)", schools, "wgs84", truth)),
    ]
    return subsamples(rooms, count, truth), said


def whole(name: str, points: Points, datum: str, truth: Truth) -> list[str]:
    """What is said of a whole list under each declaration."""
    fit = fit_list(*shifted_to(points[0], points[1], datum), points[2], truth)
    verdicts = []
    for declared in DATUMS:
        said = verdict(fit, declared)
        verdicts.append(f"declared {declared}: {said.outcome}{f' ({said.datum})' if said.datum else ''}")
    return [f"- {name}, {fit.places} places: {', '.join(verdicts)}. {figures(fit)}."]


def subsamples(points: Points, count: int, truth: Truth) -> list[str]:
    """Marks of ``count`` samples of the rooms, under each declaration, and pushed to where they never were."""
    rng = np.random.default_rng(15)
    marks: dict[str, Counter[str]] = {declared: Counter() for declared in DATUMS}
    pushed: Counter[str] = Counter()
    nameless: Counter[str] = Counter()
    lon, lat = shifted_to(points[0], points[1], "gcj02")
    for number in range(count):
        rows = rng.choice(len(lon), POINTS, replace=False)
        texts = [points[2][row] for row in rows]
        fit = fit_list(lon[rows], lat[rows], texts, truth)
        for declared in DATUMS:
            marks[declared][mark("gcj02", declared, verdict(fit, declared))] += 1
        if number % 4:
            continue
        fit = fit_list(lon[rows], lat[rows], [""] * POINTS, truth)
        nameless.update(mark("gcj02", declared, verdict(fit, declared)) for declared in DATUMS)
        away = fit_list(*off_all_datums(lon[rows], lat[rows], rng), texts, truth)
        said = verdict(away, DATUMS[number // 4 % len(DATUMS)])
        pushed["undecided" if said.outcome == "undecided" else "wrong"] += 1
    lines = [tally_line(f"杭州, samples of {POINTS} rooms declared {declared}", marks[declared]) for declared in DATUMS]
    lines.append(tally_line("the same without names and addresses, each declaration", nameless))
    of = pushed.total()
    return [*lines, f"| the same samples pushed aside at random, on no datum at all | {of:,} | – | "
            f"{pushed['wrong'] / of:.1%} | {pushed['undecided'] / of:.1%} |"]  # fmt: skip


def off_all_datums(lon: np.ndarray, lat: np.ndarray, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """A list on GCJ-02 moved aside as a whole by 500 to 1500 m, on whatever datum it is read over 300 m off."""
    right = np.array(to_wgs84(lon, lat, "gcj02"))
    while True:
        turn, degrees = rng.uniform(0, 2 * np.pi), rng.uniform(0.005, 0.015)
        moved = lon + degrees * np.cos(turn), lat + degrees * np.sin(turn)
        gaps = [np.array(to_wgs84(*moved, datum)) - right for datum in DATUMS]
        if min(np.hypot(*gap.mean(axis=1)) for gap in gaps) > 0.0032:
            return moved


def las_palmas() -> str:
    """OSM's points as if they were a list, where no datum is shifted."""
    services = load_catalogue(None).services
    lists = read_osm_lists(FIELD_DATA / "las_palmas" / "las_palmas.osm.pbf", [services["kindergarten"]])
    rows = [row for row in lists[0].rows if not row.faults]
    lon, lat = np.array([row.lon for row in rows]), np.array([row.lat for row in rows])
    truth = truth_of_streets(np.zeros((1, 2)), _one_county())
    assert fit_list(lon, lat, [""] * len(lon), truth) is None
    return f"- Las Palmas, {len(rows)} kindergartens, outside China: nothing is said, as it should be."


def section(count: int) -> str:
    """Judge ``count`` lists of each kind; the page's section as markdown."""
    lines = [*invented_towns(count), invented_county()]
    if FIELD_DATA.is_dir():
        of_city, said = hangzhou(count)
        lines += of_city
        said.append(las_palmas())
    else:
        said = ["- The field data are not at hand: Hangzhou and Las Palmas were not judged."]
    table = "\n".join(lines)
    return f"""
A verdict is right if it names the list's true datum and wrong if it names another. The reading rooms were scraped from
a map service and lie on GCJ-02; samples are drawn from those within the study's area. Figures per datum: median metres
to the nearest street, log-likelihood ratio against a place that means nothing, share of such places that fit as well.
The method is told in [datum.md](datum.md). More than 1 % wrong stops this check.

| lists | verdicts | right | wrong | undecided |
|---|---|---|---|---|
{table}

{chr(10).join(said)}
"""
