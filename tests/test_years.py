"""The invented county of two years: every change is found where it happened, by its own cause, and nowhere else."""

import shutil
from dataclasses import replace

import pytest

from circle15.assess.comparison.years import FACTORS
from circle15.assess.issues.registry import Registry
from circle15.assess.issues.states import state_history
from circle15.pipeline.issues.updating import enter_run
from circle15.pipeline.years.comparing import compare_years
from circle15.results import Results
from circle15.sample.plan import load_plan

NOWHERE = 1e-12
# What happened where: a town and the service of its site.
OPENED = {("茶坞镇", "childcare"), ("东湖街道", "primary_school"), ("枫岭乡", "canteen"), ("湖口镇", "aid_station")}
CLOSED = {("新安街道", "day_care")}
GROWN = {"柏溪镇"}
# The bridge joins the banks of two streets (街道).
JOINED = {"东湖街道", "南屏街道"}


@pytest.fixture(scope="module")
def runs(demo_years):
    return {period: Results.load(demo_years / "data" / "processed" / "shili" / period) for period in ("2025", "2026")}


@pytest.fixture(scope="module")
def found(demo_years, tmp_path_factory):
    home = tmp_path_factory.mktemp("compared")
    shutil.copytree(demo_years / "data", home / "data")
    return compare_years(home, "2025", "2026")[0]


@pytest.fixture(scope="module")
def registry(runs):
    """Both years entered, and after them the first one's data again."""
    study = runs["2025"].study
    third = study.model_copy(update={"study": study.study.model_copy(update={"period": "2027"})})
    entered = Registry()
    for results in (*runs.values(), replace(runs["2025"], study=third)):
        entered = enter_run(entered, results, results.study.study.period, "zh")
    return entered


def touched(split, factor, measure="access"):
    """Towns and services where a factor has a part."""
    rows = split[(split["level"] == "town") & (split["measure"] == measure) & (split["service"] != "all_services")]
    rows = rows[rows[factor].abs() > NOWHERE]
    return set(zip(rows["name"], rows["service"], strict=True))


def test_each_year_has_what_the_plan_says(runs, demo_years):
    past, now = (set(each.facilities["facility_id"]) for each in runs.values())
    plan = load_plan().past
    assert now - past == set(plan.opened)
    assert past - now == {plan.closed.id}
    grown = [each.cells["persons_all"].sum() for each in runs.values()]
    assert grown[1] - grown[0] == pytest.approx(plan.grown_persons)
    assert runs["2025"].zones.equals(runs["2026"].zones)
    raw = demo_years / "data" / "raw" / "shili"
    assert (raw / "study.toml").is_file()
    assert (raw / "2025" / "study.toml").is_file()


def test_parts_add_up_to_every_change(found):
    split = found.split
    assert (split[list(FACTORS)].sum(axis=1) - split["change"]).abs().max() < 1e-9
    assert found.notes == ()


def test_both_ends_are_the_figures_of_the_two_runs(found, runs):
    for side, run in zip(("old", "new"), runs.values(), strict=True):
        for measure in ("access", "balanced_access", "quality", "overall"):
            rows = found.split[(found.split["service"] == "all_services") & (found.split["measure"] == measure)]
            assert (
                rows[side].to_numpy() - run.index[run.index["level"] != "class"][measure].to_numpy()
            ) == pytest.approx(0, abs=1e-12)


def test_facilities_count_where_sites_were_opened_or_closed(found):
    assert touched(found.split, "facilities") == OPENED | CLOSED
    rows = found.split[(found.split["level"] == "town") & (found.split["measure"] == "access")]
    signs = {
        (town, service): part > 0
        for town, service, part in zip(rows["name"], rows["service"], rows["facilities"], strict=True)
        if (town, service) in OPENED | CLOSED
    }
    assert signs == dict.fromkeys(OPENED, True) | dict.fromkeys(CLOSED, False)


def test_people_count_where_the_village_grew(found):
    assert {town for town, _ in touched(found.split, "population")} == GROWN


def test_streets_count_where_the_bridge_was_built(found):
    assert {town for town, _ in touched(found.split, "network")} == JOINED


def test_capacity_and_definitions_count_nowhere(found):
    assert (found.split[["capacity", "definitions"]].fillna(0.0) == 0.0).all(axis=None)


def test_sites_are_named_and_add_up_to_the_part_of_facilities(found):
    sites, split = found.sites, found.split
    assert set(sites["site"]) == {
        "茶坞镇托育综合服务中心", "和悦小学", "枫岭村老年食堂", "溪北助联体服务站", "竹园村居家养老服务站",
    }  # fmt: skip
    keys = ["level", "code", "service"]
    for measure in ("coverage", "access", "root_access"):
        whole = split[split["measure"] == measure].set_index(keys)["facilities"]
        sums = sites.groupby(keys)[measure].sum()
        assert (sums - whole.loc[sums.index]).abs().max() < 1e-9
        assert whole.drop(sums.index).drop("all_services", level="service", errors="ignore").abs().max() < NOWHERE
    lost = sites[(sites["change"] == "closed") & (sites["level"] == "town")]
    assert (lost["people_in_reach"] < 0).all()


# --- The list of issues over these years ---

# What was opened, and where it closed issues: the service and the town.
CLOSED_BY = {
    ("和悦小学", "primary_school", "东湖街道"): 1,
    ("枫岭村老年食堂", "canteen", "枫岭乡"): 3,
    ("溪北助联体服务站", "aid_station", "湖口镇"): 1,
}


def told(registry, period, *states):
    """The ids in these states in a period."""
    history = state_history(registry)
    return set(history.loc[(history["period"] == period) & history["state"].isin(states), "id"])


def test_issues_live_on_under_their_ids(registry, runs):
    seen = {period: set(rows["id"]) for period, rows in registry.sightings.groupby("period")}
    assert len(seen["2025"]) > 1000
    assert told(registry, "2025", "new") == seen["2025"]
    # All but what was closed or has grown together with another one is seen again, and nothing else has an old id.
    assert seen["2025"] - told(registry, "2026", "closed", "merged") == told(registry, "2026", "open")
    assert seen["2026"] == told(registry, "2026", "open", "new")
    people = registry.sightings[registry.sightings["period"] == "2026"]["people"].sum()
    assert people == pytest.approx(runs["2026"].underserved["people"].sum() + places_lacking(registry, "2026"))


def places_lacking(registry, period):
    rows = registry.sightings[(registry.sightings["period"] == period) & (registry.sightings["kind"] == "places")]
    return rows["people"].sum()


def test_five_close_where_sites_were_opened_and_say_by_which(registry, runs):
    checks = registry.checks[(registry.checks["period"] == "2026") & (registry.checks["outcome"] == "closed")]
    assert set(checks["id"]) == told(registry, "2026", "closed")
    issued = registry.issued.set_index("id")
    towns = runs["2026"].zones.set_index("code")["name"]
    causes = [(row.facility, issued.at[row.id, "service"], towns[row.id.split("-")[1]]) for row in checks.itertuples()]
    assert {cause: causes.count(cause) for cause in causes} == CLOSED_BY
    assert set(checks["change"]) == {"opened"}
    assert (checks["still"] < checks["people_before"] / 2).all()


def test_new_ones_arise_where_a_site_was_closed_and_people_came(registry, runs):
    towns = runs["2026"].zones.set_index("code")["name"]
    new = told(registry, "2026", "new")
    services = registry.issued.set_index("id")["service"]
    assert {towns[id_.split("-")[1]] for id_ in new if services[id_] == "day_care"} >= {"新安街道"}


def test_the_first_years_data_again_bring_the_five_back(registry):
    closed = told(registry, "2026", "closed")
    assert len(closed) == 5
    assert told(registry, "2027", "returned") == closed
    history = state_history(registry)
    assert (history.loc[history["state"] == "returned", "returned"] == 1).all()
    assert not told(registry, "2027", "new") & closed
