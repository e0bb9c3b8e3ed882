"""Schemes of weights: comparisons against published matrices, what is refused, what follows the data."""

from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from circle15.assess.weights.ahp import RANDOM_INDEX, checked_matrix, consistent_weights, judged, most_doubtful
from circle15.assess.weights.compensability import combined
from circle15.assess.weights.data_driven import entropy_weights, principal_weights
from circle15.assess.weights.league import scenarios_table, weight_schemes, weights_table
from circle15.assess.weights.study import (
    chosen_scheme,
    compared_weights,
    settings_of_some,
    stated_schemes,
    study_weights,
)
from circle15.catalogue.loader import load_catalogue, narrow_catalogue
from circle15.errors import ConfigurationError, DataError, Faults
from circle15.inputs.comparisons import read_comparisons
from circle15.model.study import IndexSettings

# Saaty (2008), Decision making with the AHP: how much is drunk in the USA; coffee, wine, tea, beer, sodas, milk, water.
DRINKS = np.array(
    [
        [1, 9, 5, 2, 1, 1, 1 / 2],
        [1 / 9, 1, 1 / 3, 1 / 9, 1 / 9, 1 / 9, 1 / 9],
        [1 / 5, 3, 1, 1 / 3, 1 / 4, 1 / 3, 1 / 9],
        [1 / 2, 9, 3, 1, 1 / 2, 1, 1 / 3],
        [1, 9, 4, 2, 1, 2, 1 / 2],
        [1, 9, 3, 1, 1 / 2, 1, 1 / 3],
        [2, 9, 9, 3, 2, 3, 1],
    ]
)
# Saaty (1980): which school; learning, friends, school life, vocational training, college preparation, music.
SCHOOLS = np.array(
    [
        [1, 4, 3, 1, 3, 4],
        [1 / 4, 1, 7, 3, 1 / 5, 1],
        [1 / 3, 1 / 7, 1, 1 / 5, 1 / 5, 1 / 6],
        [1, 1 / 3, 5, 1, 1, 1 / 3],
        [1 / 3, 5, 5, 1, 1, 3],
        [1 / 4, 1, 6, 3, 1 / 3, 1],
    ]
)
SERVICES = ("childcare", "clinic", "canteen")


def narrow(*services):
    return narrow_catalogue(load_catalogue(), services, {}, {})


def test_the_weights_of_a_published_matrix():
    found = judged(DRINKS)
    assert found.weights.round(3).tolist() == [0.177, 0.019, 0.042, 0.116, 0.190, 0.129, 0.327]
    assert found.ratio == pytest.approx(0.022, abs=0.001)


def test_a_published_matrix_that_contradicts_itself():
    found = judged(SCHOOLS)
    assert found.weights.round(2).tolist() == [0.32, 0.14, 0.03, 0.13, 0.24, 0.14]
    assert found.eigenvalue == pytest.approx(np.linalg.eigvals(SCHOOLS).real.max(), rel=1e-12)
    assert found.ratio == pytest.approx((found.eigenvalue - 6) / 5 / 1.24)
    assert found.ratio > 0.2
    with pytest.raises(ConfigurationError) as fault:
        consistent_weights(list("abcdef"), SCHOOLS, "x.csv")
    assert fault.value.key == "weights.inconsistent"


@given(st.lists(st.floats(0.2, 5), min_size=2, max_size=15))
@settings(max_examples=60, deadline=None)
def test_judgements_that_agree_give_back_their_weights(given_weights):
    weights = np.array(given_weights) / sum(given_weights)
    found = judged(weights[:, None] / weights[None, :])
    assert found.weights == pytest.approx(weights, rel=1e-9)
    assert found.ratio == pytest.approx(0, abs=1e-9)


@given(st.lists(st.floats(0.3, 3), min_size=4, max_size=9), st.data())
@settings(max_examples=15, deadline=None)
def test_the_one_wrong_judgement_is_named_with_the_value_that_agrees(given_weights, data):
    weights = np.array(given_weights)
    matrix = weights[:, None] / weights[None, :]
    row = data.draw(st.integers(0, len(weights) - 2))
    column = data.draw(st.integers(row + 1, len(weights) - 1))
    right = matrix[row, column]
    matrix[row, column], matrix[column, row] = right * 9, 1 / (right * 9)
    doubt = most_doubtful(matrix)
    assert {doubt.row, doubt.column} == {row, column}
    expected = right if (doubt.row, doubt.column) == (row, column) else 1 / right
    assert doubt.consistent == pytest.approx(expected, rel=1e-6)
    assert doubt.judged >= 1


def test_the_refusal_names_the_judgement_in_both_languages():
    comparisons = {"childcare": {"clinic": 9, "canteen": 1 / 9}, "clinic": {"canteen": 9}}
    with pytest.raises(ConfigurationError) as fault:
        compared_weights(narrow(*SERVICES), comparisons)
    assert "一致性比率" in fault.value.sentence("zh")
    assert "托育机构" in fault.value.sentence("zh")
    assert "consistency ratio" in fault.value.sentence("en")


def test_comparisons_by_name_and_in_either_direction():
    by_id = compared_weights(narrow(*SERVICES), {"childcare": {"clinic": 3, "canteen": 6}, "clinic": {"canteen": 2}})
    catalogue = narrow(*SERVICES)
    names = {id_: service.label.zh for id_, service in catalogue.services.items()}
    reverse = {
        names["clinic"]: {names["childcare"]: 1 / 3},
        names["canteen"]: {names["childcare"]: 1 / 6, names["clinic"]: 0.5},
    }
    assert compared_weights(catalogue, reverse) == pytest.approx(by_id, abs=1e-12)
    assert by_id == pytest.approx({"childcare": 0.6, "clinic": 0.2, "canteen": 0.1}, rel=0.2)
    assert sum(by_id.values()) == pytest.approx(1)


def test_domains_share_their_weight_equally_among_their_services():
    catalogue = narrow("childcare", "clinic", "health_centre")
    young, health = (catalogue.services[id_].domain for id_ in ("childcare", "clinic"))
    found = compared_weights(catalogue, {young: {health: 3}})
    assert found == pytest.approx({"childcare": 0.75, "clinic": 0.125, "health_centre": 0.125})


@pytest.mark.parametrize(
    ("comparisons", "key"),
    [
        pytest.param({"childcare": {"clinic": 3}}, "weights.pairs_missing", id="pairs missing"),
        pytest.param({"childcare": {"clinic": 3, "pool": 2}}, "weights.unknown_names", id="unknown name"),
        pytest.param(
            {"childcare": {"clinic": 3, "canteen": 1}, "clinic": {"childcare": 3, "canteen": 1}},
            "weights.not_reciprocal",
            id="not reciprocal",
        ),
        pytest.param(
            {"childcare": {"clinic": -3, "canteen": 1}, "clinic": {"canteen": 1}}, "weights.not_positive", id="negative"
        ),
        pytest.param(
            {"childcare": {"childcare": 2, "clinic": 1, "canteen": 1}, "clinic": {"canteen": 1}},
            "weights.own_not_one",
            id="diagonal",
        ),
    ],
)
def test_comparisons_that_cannot_be_are_refused(comparisons, key):
    with pytest.raises((ConfigurationError, Faults)) as fault:
        compared_weights(narrow(*SERVICES), comparisons)
    keys = [each.key for each in getattr(fault.value, "faults", [fault.value])]
    assert key in keys
    assert all(each.sentence(lang) for each in [fault.value] for lang in ("zh", "en"))


def test_more_than_fifteen_cannot_be_tested():
    with pytest.raises(ConfigurationError) as fault:
        checked_matrix([str(n) for n in range(16)], np.ones((16, 16)), "x")
    assert fault.value.key == "weights.too_many"
    assert len(RANDOM_INDEX) == 15


@pytest.mark.parametrize(
    ("given_settings", "scheme"),
    [
        pytest.param({}, "equal", id="nothing"),
        pytest.param({"weights": {"childcare": 1, "clinic": 3}}, "expert", id="weights"),
        pytest.param({"comparisons": {"childcare": {"clinic": 3}}}, "ahp", id="comparisons"),
        pytest.param({"scheme": "equal", "weights": {"childcare": 1, "clinic": 3}}, "equal", id="equal said"),
    ],
)
def test_the_scheme_is_what_is_said_else_what_is_given(given_settings, scheme):
    own = IndexSettings(**given_settings)
    assert chosen_scheme(own) == scheme
    assert next(iter(stated_schemes(narrow("childcare", "clinic"), own))) == scheme
    expected = {"equal": 0.5, "expert": 0.25, "ahp": 0.75}[scheme]
    assert study_weights(narrow("childcare", "clinic"), own)["childcare"] == pytest.approx(expected)


def test_a_scheme_at_fault_that_is_not_chosen_is_left_out():
    wrong = {"childcare": {"clinic": -1, "canteen": 0}, "clinic": {"canteen": -2}}
    own = IndexSettings(scheme="equal", comparisons=wrong)
    assert list(stated_schemes(narrow("childcare", "clinic", "canteen"), own)) == ["equal"]


@pytest.mark.parametrize(
    ("given_settings", "expected"),
    [
        pytest.param({}, {"childcare": 0.5, "clinic": 0.5}, id="equal"),
        pytest.param({"weights": {"childcare": 3, "clinic": 1, "canteen": 5}}, {"childcare": 0.75, "clinic": 0.25},
                     id="expert"),
        pytest.param({"comparisons": {"childcare": {"clinic": 4, "canteen": 2}, "canteen": {"clinic": 2}}},
                     {"childcare": 0.8, "clinic": 0.2}, id="ahp of services"),
        pytest.param({"scheme": "equal", "weights": {"childcare": 3, "clinic": 1, "canteen": 5}},
                     {"childcare": 0.5, "clinic": 0.5}, id="equal said"),
    ],
)  # fmt: skip
def test_some_services_are_weighted_by_the_same_scheme(given_settings, expected):
    own = settings_of_some(narrow("childcare", "clinic", "canteen"), IndexSettings(**given_settings), list(expected))
    assert study_weights(narrow(*expected), own) == pytest.approx(expected)


@pytest.mark.parametrize("scheme", ["expert", "ahp"])
def test_a_scheme_without_what_it_needs_is_refused(scheme):
    with pytest.raises(ConfigurationError) as fault:
        study_weights(narrow("childcare"), IndexSettings(scheme=scheme))
    assert fault.value.key == f"weights.no_{scheme}"


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_a_table_of_comparisons_from_a_list(tmp_path, encoding):
    path = tmp_path / "权重比较.csv"
    path.write_text("重要性比较,,\n,托育机构,老年食堂\n托育机构,1,3\n老年食堂,1/3,1\n", encoding=encoding)
    found = read_comparisons(path)
    assert found["托育机构"] == {"托育机构": 1.0, "老年食堂": 3.0}
    assert found["老年食堂"]["托育机构"] == pytest.approx(1 / 3)


def test_a_table_with_words_instead_of_judgements_names_the_cell(tmp_path):
    path = tmp_path / "ahp.csv"
    path.write_text(",a,b\na,1,很重要\nb,,1\n", encoding="utf-8")
    with pytest.raises(DataError) as fault:
        read_comparisons(path)
    assert fault.value.facts["row"] == 2
    assert fault.value.facts["found"] == "很重要"


@pytest.mark.parametrize(
    ("table", "key", "row"),
    [
        (",a,b\na,1,3\nb,,1\na,1,9\n", "weights.row_twice", 4),
        (",a,b,a\na,1,3,5\nb,,1,\n", "weights.column_twice", 1),
    ],
    ids=["row", "column"],
)
def test_a_name_that_stands_twice_is_refused_and_neither_wins(tmp_path, table, key, row):
    path = tmp_path / "ahp.csv"
    path.write_text(table, encoding="utf-8")
    with pytest.raises(DataError) as fault:
        read_comparisons(path)
    assert (fault.value.key, fault.value.facts["name"], fault.value.facts["row"]) == (key, "a", row)


def test_a_file_without_a_table_of_comparisons_is_refused(tmp_path):
    path = tmp_path / "ahp.csv"
    path.write_text("a\nb\n", encoding="utf-8")
    with pytest.raises(DataError) as fault:
        read_comparisons(path)
    assert fault.value.key == "weights.no_table"


def test_entropy_by_hand():
    # Shares 3/4, 1/4, 0 of the first service, thirds of the second: 1 - E = 1 - 0.562335 / ln 3, and 0.
    scores = np.array([[0.75, 0.5], [0.25, 0.5], [0.0, 0.5]])
    assert entropy_weights(scores).tolist() == [1.0, 0.0]
    mixed = np.array([[0.75, 0.6], [0.25, 0.4], [0.0, 0.0]])
    parts = [
        1 + sum(q * np.log(q) for q in (0.75, 0.25)) / np.log(3),
        1 + sum(q * np.log(q) for q in (0.6, 0.4)) / np.log(3),
    ]
    assert entropy_weights(mixed) == pytest.approx(np.array(parts) / sum(parts))


def test_services_that_go_together_outvote_one_that_stands_alone_by_principal_components():
    together = np.linspace(0, 1, 12)
    alone = np.tile([0.0, 1.0, 0.5], 4)
    found = principal_weights(np.column_stack([together, together**1.1, alone]))
    assert found[0] == pytest.approx(found[1], abs=0.02)
    assert found[2] < 0.1
    assert found.sum() == pytest.approx(1)


@pytest.mark.parametrize("weigh", [entropy_weights, principal_weights], ids=["entropy", "pca"])
def test_no_weights_follow_from_two_units_or_from_units_all_alike(weigh):
    assert np.isnan(weigh(np.array([[0.1, 0.2], [0.3, 0.4]]))).all()
    assert np.isnan(weigh(np.full((5, 3), 0.4))).all()


roots = st.lists(st.floats(0, 1), min_size=2, max_size=6)


@given(roots, st.data())
@settings(max_examples=100, deadline=None)
def test_the_less_can_be_made_up_for_the_lower_the_score(values, data):
    weights = np.array(data.draw(st.lists(st.floats(0.05, 1), min_size=len(values), max_size=len(values))))
    found = [float(combined(np.array(values), weights, p)) for p in (1.0, 0.5, 0.25, 0.0)]
    assert all(more >= less - 1e-9 for more, less in pairwise(found))
    assert found[1] == pytest.approx((weights @ np.array(values) / weights.sum()) ** 2, abs=1e-12)
    assert found[3] == pytest.approx(min(values) ** 2)


def parts_of(table):
    rows = [("town", code, service, 10.0, root, np.nan) for code, own in table.items() for service, root in own.items()]
    return pd.DataFrame(rows, columns=["level", "code", "service", "people", "root_access", "root_supply"])


def test_the_league_under_other_weights_by_hand():
    parts = parts_of({"a": {"x": 1.0, "y": 0.2}, "b": {"x": 0.5, "y": 0.6}, "c": {"x": 0.0, "y": 0.9}})
    units = pd.DataFrame({"level": "town", "code": ["a", "b", "c"], "name": ["A", "B", "C"]})
    schemes = weight_schemes({"equal": {"x": 0.5, "y": 0.5}, "expert": {"x": 0.0, "y": 1.0}}, parts, units)
    assert list(schemes) == ["equal", "expert", "pca", "entropy"]
    table = scenarios_table(schemes, parts, units).set_index(["scheme", "exponent", "code"]).sort_index()
    equal, expert = table.loc[("equal", 0.5)], table.loc[("expert", 0.5)]
    assert equal["score"].round(4).tolist() == [0.36, 0.3025, 0.2025]
    assert equal["rank"].tolist() == [1, 2, 3]
    assert expert["score"].round(4).tolist() == [0.04, 0.36, 0.81]
    assert expert["rank"].tolist() == [3, 2, 1]
    assert expert["rank_change"].tolist() == [-2, 0, 2]
    assert table.loc[("equal", 0.0)]["score"].round(4).tolist() == [0.04, 0.25, 0.0]
    assert table.loc[("equal", 1.0)]["score"].round(4).tolist() == [0.52, 0.305, 0.405]
    assert table["overall"].isna().all()
    told = weights_table(schemes).groupby("scheme")["weight"].sum()
    assert told.to_numpy() == pytest.approx(np.ones(4))
