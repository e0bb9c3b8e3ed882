import numpy as np
import pandas as pd
import pytest

from circle15.access.measures import decay
from circle15.access.measures.choice import choice_of_services
from circle15.access.measures.compound import compound_cost, compound_score
from circle15.access.measures.cost_to_closest import cost_to_closest
from circle15.access.measures.cumulative import cumulative_interval
from circle15.access.measures.gravity import gravity
from circle15.access.measures.pair_table import pair_table
from circle15.access.measures.spatial_availability import spatial_availability
from circle15.errors import DataError, Faults
from circle15.words import LANGUAGES, phrasebook

PAIRS = pd.DataFrame({"origin": ["a", "b"], "facility": ["x", "x"], "cost": [4.0, 9.0]})
DEMAND, SUPPLY = pd.Series({"a": 10, "b": 20, "c": 5}), pd.Series({"x": 6, "y": 3})


def costs(*values):
    return PAIRS.assign(cost=pd.Series(values))


def by(**values):
    return pd.Series(values)


NAN, INF = float("nan"), float("inf")
# What is put in place of good pairs, demand or supply; the sentence that refuses it; some of its facts.
WRONG = [
    ({"pairs": PAIRS.drop(columns=["cost", "origin"])}, "columns_missing", {"columns": "origin, cost"}),
    ({"pairs": pd.concat([PAIRS, PAIRS["cost"]], axis=1)}, "columns_repeated", {"columns": "cost"}),
    ({"pairs": costs("4", "9 min")}, "costs_not_numbers", {}),
    ({"pairs": costs(pd.Timedelta(minutes=4), pd.Timedelta(minutes=9))}, "costs_not_numbers", {}),
    ({"pairs": costs(4.0, NAN)}, "cost_unknown", {"origin": "b", "facility": "x", "count": 1}),
    ({"pairs": costs(-1e-9, -5.0)}, "cost_negative", {"origin": "a", "found": -1e-9, "count": 2}),
    ({"pairs": PAIRS.replace("b", "z")}, "origin_unknown", {"id": "z", "count": 1}),
    ({"pairs": PAIRS.assign(origin=[1, 2])}, "origin_unknown", {"id": 1, "count": 2}),
    ({"pairs": PAIRS.assign(origin=["a", None])}, "origin_unknown", {"count": 1}),
    ({"pairs": PAIRS.replace("x", "X")}, "facility_unknown", {"id": "X", "count": 2}),
    ({"pairs": pd.concat([PAIRS, PAIRS])}, "pair_repeated", {"origin": "a", "facility": "x", "count": 2}),
    ({"demand": pd.Series([1, 2, 3], index=["a", "b", "b"])}, "demand_repeated", {"id": "b", "count": 1}),
    ({"demand": pd.Series([1, 2, 3], index=["a", "b", None])}, "demand_ids", {}),
    ({"demand": pd.Series([1, 2, 3], index=["a", "b", 3])}, "demand_ids", {}),
    ({"demand": pd.Series([1], index=pd.MultiIndex.from_tuples([("a", 1)]))}, "demand_ids", {}),
    ({"demand": by(a="10", b="20")}, "demand_not_numbers", {}),
    ({"demand": by(a=1j, b=2)}, "demand_not_numbers", {}),
    ({"demand": by(a=1, b=NAN)}, "demand_unknown", {"id": "b", "count": 1}),
    ({"demand": by(a=1, b=-0.5)}, "demand_impossible", {"id": "b", "found": -0.5}),
    ({"demand": by(a=1, b=INF)}, "demand_impossible", {"id": "b", "found": INF}),
    ({"supply": pd.Series([1, 2], index=["x", "x"])}, "supply_repeated", {"id": "x", "count": 1}),
    ({"supply": pd.Series([1, 2], index=["x", NAN])}, "supply_ids", {}),
    ({"supply": by(x="6")}, "supply_not_numbers", {}),
    ({"supply": by(x=6, y=NAN)}, "supply_unknown", {"id": "y", "count": 1}),
    ({"supply": pd.Series([6, None], index=["x", "y"], dtype="Int64")}, "supply_unknown", {"id": "y", "count": 1}),
    ({"supply": by(x=-1, y=2)}, "supply_impossible", {"id": "x", "found": -1.0}),
    ({"supply": by(x=1e16, y=2)}, "supply_impossible", {"id": "x", "found": 1e16}),
]


def refused(key, facts, wrong):
    """That a call is refused by this sentence, with these facts among its own, and that it can be told."""
    with pytest.raises(DataError) as refusal:
        wrong()
    assert refusal.value.key == f"measures.{key}"
    assert {name: refusal.value.facts[name] for name in facts} == facts
    assert all(refusal.value.sentence(lang) for lang in LANGUAGES)


@pytest.mark.parametrize(("given", "key", "facts"), WRONG, ids=[f"{n} {case[1]}" for n, case in enumerate(WRONG)])
def test_what_is_wrong_is_refused_in_one_sentence(given, key, facts):
    whole = {"pairs": PAIRS, "demand": DEMAND, "supply": SUPPLY} | given
    refused(key, facts, lambda: pair_table(**whole))


def test_several_faults_are_told_together():
    with pytest.raises(Faults) as refusal:
        pair_table(costs(4.0, -1.0), by(a=NAN, b=1), by(x=-6))
    found = [fault.key for fault in refusal.value.faults]
    assert found == ["measures.demand_unknown", "measures.supply_impossible", "measures.cost_negative"]
    with pytest.raises(Faults) as refusal:
        pair_table(PAIRS, by(a=1), by(y=1))
    assert [fault.key for fault in refusal.value.faults] == ["measures.origin_unknown", "measures.facility_unknown"]


NO_PARAMETER = [0, -1, NAN, INF, "15", None, 1e101]
BY_PARAMETER = {
    "binary": decay.binary,
    "linear": decay.linear,
    "negative_exponential": decay.negative_exponential,
    "inverse_power": decay.inverse_power,
    "gaussian": decay.gaussian,
    "gaussian_within": decay.gaussian_within,
    "epanechnikov": decay.epanechnikov,
    "median": lambda value: decay.logistic(value, 2),
    "deviation": lambda value: decay.logistic(15, value),
    "within": lambda value: decay.within(value, decay.gaussian(9)),
    "start": lambda value: cumulative_interval(PAIRS, DEMAND, SUPPLY, value, 30),
    "step": lambda value: cumulative_interval(PAIRS, DEMAND, SUPPLY, 10, 30, value),
    "bound": lambda value: decay.step({value: 1.0}),
}


@pytest.mark.parametrize("maker", BY_PARAMETER)
def test_parameters_that_are_no_numbers_above_0_are_refused(maker):
    for value in NO_PARAMETER:
        with pytest.raises(DataError) as refusal:
            BY_PARAMETER[maker](value)
        assert refusal.value.key == "measures.not_positive"


def test_decays_that_give_no_weights_are_refused():
    at_no_cost = costs(0.0, 9.0)
    refused("not_a_weight", {"weight": INF, "cost": 0.0, "count": 1}, lambda: power_at(at_no_cost))
    for wrong in (lambda c: -c, lambda c: c * NAN, lambda c: np.exp(c * 1000)):
        refused("not_a_weight", {"count": 2}, lambda wrong=wrong: gravity(PAIRS, DEMAND, SUPPLY, wrong))
    for wrong in (lambda _: 1.0, lambda c: c[:1], lambda c: c[:, None], lambda _: None, lambda c: c.astype(str)):
        refused("weights_shape", {"pairs": 2}, lambda wrong=wrong: gravity(PAIRS, DEMAND, SUPPLY, wrong))


def power_at(pairs):
    return gravity(pairs, DEMAND, SUPPLY, decay.inverse_power(1))


def test_other_parameters_that_make_no_sense_are_refused():
    whole = PAIRS, DEMAND, SUPPLY
    refused("no_steps", {}, lambda: decay.step({}))
    refused("not_a_step", {"bound": 5.0}, lambda: decay.step({5: NAN}))
    refused("not_a_step", {"bound": 5.0, "weight": "1"}, lambda: decay.step({5: "1"}))
    refused("not_a_step", {"bound": 5.0, "weight": -0.1}, lambda: decay.step({5: -0.1}))
    rising = {"bound": 10.0, "weight": 0.68, "before": 0.22}
    refused("step_rises", rising, lambda: decay.step({10: 0.68, 5: 0.22}))
    for k in (0, -1, 1.5, 2.0, "1", None):
        refused("not_a_rank", {"found": k}, lambda k=k: cost_to_closest(*whole, k))
    refused("interval_backwards", {"start": 30.0, "stop": 20.0}, lambda: cumulative_interval(*whole, 30, 20))
    refused("interval_too_fine", {"step": 1e-9}, lambda: cumulative_interval(*whole, 10, 20, 1e-9))
    for alpha in (0, -1, NAN, 11, "1"):
        with pytest.raises(DataError) as refusal:
            spatial_availability(*whole, decay.binary(15), alpha)
        assert refusal.value.key == "measures.alpha_out"


def test_parts_of_a_compound_rule_must_fit_together():
    part = by(a=1.0, b=0.5)
    refused("no_parts", {}, lambda: compound_cost([]))
    refused("parts_differ", {"part": 2}, lambda: compound_cost([part, by(a=1.0)]))
    refused("parts_differ", {"part": 2}, lambda: compound_cost([part, by(a=1.0, c=2.0)]))
    refused("part_not_numbers", {"part": 2}, lambda: compound_cost([part, by(a="1", b="2")]))
    twice = pd.Series([1.0, 2.0], index=["a", "a"])
    refused("parts_differ", {"part": 1}, lambda: compound_score([twice, part]))
    refused("compound_cost", {"found": -1.0}, lambda: compound_cost([part, by(a=-1.0, b=3.0)]))
    refused("compound_cost", {}, lambda: compound_cost([part, by(a=NAN, b=3.0)]))
    refused("compound_score", {"found": 1.5}, lambda: compound_score([part, by(a=0.0, b=1.5)]))
    refused("compound_score", {}, lambda: compound_score([by(a=NAN, b=0.0)]))


def test_every_facility_must_have_one_service():
    whole = PAIRS, DEMAND, SUPPLY
    refused("service_unknown", {"id": "y", "count": 1}, lambda: choice_of_services(*whole, by(x="clinic"), 15))
    unknown = by(x="clinic", y=None)
    refused("service_unknown", {"id": "y", "count": 1}, lambda: choice_of_services(*whole, unknown, 15))
    twice = pd.Series(["clinic", "canteen"], index=["x", "x"])
    refused("service_repeated", {"id": "x", "count": 1}, lambda: choice_of_services(*whole, twice, 15))


def test_every_sentence_of_the_room_is_told_by_some_case_here():
    told = {case[1] for case in WRONG} | {
        "not_positive", "not_a_weight", "weights_shape", "no_steps", "not_a_step", "step_rises", "not_a_rank",
        "interval_backwards", "interval_too_fine", "alpha_out", "no_parts", "parts_differ", "part_not_numbers",
        "compound_cost", "compound_score", "service_unknown", "service_repeated",
    }  # fmt: skip
    assert {key.removeprefix("measures.") for key in phrasebook("zh") if key.startswith("measures.")} == told
