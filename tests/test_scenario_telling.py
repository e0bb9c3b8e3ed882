"""The sentences of a scenario: more, fewer and as many people; steps of the score too small to be shown."""

from types import SimpleNamespace

import pandas as pd
import pytest

from circle15.catalogue.loader import load_catalogue
from circle15.model.scenario import Scenario
from circle15.publish.scenario import scenario_told
from circle15.results.scenario import BeforeAfter

LEVELS = ["county", "town", "town"]


@pytest.fixture(scope="module")
def results():
    return SimpleNamespace(catalogue=load_catalogue(), listed_level=lambda: "town")


def found(people=(100.0, 100.0), reached=(50.0, 50.0), steps=(0.0, 0.0, 0.0)):
    """A county of two towns: people of a service and those reached before and after, and how far the scores move."""
    units = pd.DataFrame({"level": LEVELS, "code": ["c", "1", "2"], "name": ["示例县", "东镇", "西镇"]})
    units = units.assign(balanced_access_before=0.5, balanced_access_after=[0.5 + step for step in steps])
    row = {"level": "county", "code": "c", "name": "示例县", "service": "clinic", "group": "all"}
    for name, ends in (("people", people), ("covered_people", reached)):
        row |= {f"{name}_{when}": end for when, end in zip(("before", "after"), ends, strict=True)}
    for when, of, part in zip(("before", "after"), people, reached, strict=True):
        row |= {f"coverage_{when}": part / of if of else float("nan")}
    return BeforeAfter(Scenario("一"), units, pd.DataFrame([row]))


def told(results, lang="zh", **more):
    return scenario_told(found(**more), results, lang)


def test_people_within_reach_rise_fall_or_stay(results):
    assert "由 50 人增到 60 人（+10）" in told(results, reached=(50.0, 60.0))[1]
    assert "由 50 人减到 40 人（−10）" in told(results, reached=(50.0, 40.0))[1]
    stays = told(results, people=(100.0, 200.0), reached=(50.0, 50.3))[1]
    assert "仍为 50 人，服务对象由 100 人变为 200 人，覆盖率 50.0% → 25.1%" in stays
    assert "stay at 50" in told(results, "en", people=(100.0, 200.0))[1]
    assert "没有一项服务" in told(results)[1]


def test_a_group_of_whom_nobody_lives_there_has_no_share_that_is_no_number(results):
    for ends in ((0.0, 90.0), (90.0, 0.0)):
        assert not any("nan" in line for line in told(results, people=ends, reached=ends))


def test_a_step_that_would_be_shown_as_nothing_is_told_as_hardly_any(results):
    lines = told(results, steps=(1e-5, 1e-5, 0.0))
    assert "变化不足 0.01 分" in lines[0]
    assert not any(" 0.00" in line for line in lines)
    assert "提高 0.02 分" in told(results, steps=(2e-4, 4e-4, 0.0))[0]
    assert "东镇 0.04 分" in told(results, steps=(2e-4, 4e-4, 0.0))[-1]
    assert "没有变化" in told(results)[0]
