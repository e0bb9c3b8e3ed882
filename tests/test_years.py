"""The invented county of two years: every change is found where it happened, by its own cause, and nowhere else."""

from dataclasses import dataclass

import pytest

from circle15.assess.circles import deciding_circles
from circle15.assess.comparison.years import FACTORS
from circle15.inputs.study_file import read_study
from circle15.pipeline.assessing import assess
from circle15.pipeline.laid_over import laid_over
from circle15.pipeline.observations import counted_groups
from circle15.pipeline.reading import read_files, whole_inputs
from circle15.pipeline.searching import cells_frame, facilities_frame, search
from circle15.sample.plan import load_plan
from circle15.sample.years import write_years

NOWHERE = 1e-12
# What happened where: a town and the service of its site.
OPENED = {("茶坞镇", "childcare"), ("东湖街道", "primary_school"), ("枫岭乡", "canteen"), ("湖口镇", "aid_station")}
CLOSED = {("新安街道", "day_care")}
GROWN = {"柏溪镇"}
# The bridge joins the banks of two streets (街道).
JOINED = {"东湖街道", "南屏街道"}


@dataclass(frozen=True, eq=False)
class Tables:
    """As much of the results of a run as a comparison asks for."""

    index_parts: object
    index: object
    catalogue: object
    study: object


def tables_of(inputs):
    searched = search(inputs)
    cells, facilities = cells_frame(inputs, searched), facilities_frame(inputs, searched)
    circles = deciding_circles(inputs.catalogue, counted_groups(inputs))
    zones, settings = inputs.zones.frame, inputs.study.index
    found = assess(cells, searched.pairs, facilities, zones, inputs.catalogue, circles, settings)
    return Tables(found.index_parts, found.index, inputs.catalogue, inputs.study)


@pytest.fixture(scope="module")
def studies(tmp_path_factory):
    return write_years(tmp_path_factory.mktemp("county") / "data" / "raw" / "shili")


@pytest.fixture(scope="module")
def inputs(studies):
    return tuple(whole_inputs(read_files(read_study(study), study, lambda *_: None)) for study in studies)


@pytest.fixture(scope="module")
def published(inputs):
    return tuple(tables_of(each) for each in inputs)


@pytest.fixture(scope="module")
def found(studies, inputs, published):
    return laid_over(*published, inputs, studies, lambda *_: None)


def touched(split, factor, measure="access"):
    """Towns and services where a factor has a part."""
    rows = split[(split["level"] == "town") & (split["measure"] == measure) & (split["service"] != "all_services")]
    rows = rows[rows[factor].abs() > NOWHERE]
    return set(zip(rows["name"], rows["service"], strict=True))


def test_each_year_has_what_the_plan_says(studies, inputs):
    past, now = (set(each.facilities.facilities["facility_id"]) for each in inputs)
    plan = load_plan().past
    assert now - past == set(plan.opened)
    assert past - now == {plan.closed.id}
    grown = [each.population.persons["all"].sum() for each in inputs]
    assert grown[1] - grown[0] == pytest.approx(plan.grown_persons)
    assert inputs[0].zones.frame.equals(inputs[1].zones.frame)
    assert studies[0].parent == studies[1].parent / "2025"


def test_parts_add_up_to_every_change(found):
    split = found.split
    assert (split[list(FACTORS)].sum(axis=1) - split["change"]).abs().max() < 1e-9
    assert found.notes == ()


def test_both_ends_are_the_figures_of_the_two_runs(found, published):
    for side, run in zip(("old", "new"), published, strict=True):
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
