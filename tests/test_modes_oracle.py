"""Rules of two classes in their own modes, compound standards and the border, over random counties."""

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lattice_towns import towns
from modes_oracle import MODES, Asked, inputs_of, limits, true_deciding

from circle15.access.inside import streets_inside
from circle15.assess.circles import deciding_circles
from circle15.pipeline.search.edge_effects import effects_of_border
from circle15.pipeline.search.searching import cells_frame, search

CASES = settings(
    max_examples=25, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
)
NEAR_M = 1e-6


@st.composite
def asked(draw):
    rule = st.tuples(st.sampled_from(MODES), st.sampled_from([0.5, 2.0, 5.0]))
    counts = st.tuples(st.integers(1, 2), st.integers(1, 3))
    return Asked(draw(rule), draw(rule), draw(counts), draw(st.sampled_from(["to_site", "to_site", "from_site"])))


def check_metres(ours, true):
    np.testing.assert_allclose(ours, true, rtol=0, atol=NEAR_M)


@CASES
@given(towns(), asked(), st.integers(0, 10_000))
def test_each_cell_is_decided_by_its_own_rule_and_a_compound_standard_by_its_last_site(town, rules, seed):
    inputs = inputs_of(town, rules, seed)
    cells = cells_frame(inputs, search(inputs))
    for service in inputs.catalogue.services.values():
        check_metres(cells[f"{service.id}_m"].to_numpy(), true_deciding(inputs, service, rules))
        rural = inputs.population.cells["town_code"] == "12"
        assert cells[f"{service.id}_mode"].tolist() == [rules.rule(own)[0] for own in rural]


def share(people, metres, limit_m):
    """Share of people within their limit; None where somebody stands just at it."""
    if (np.abs(metres - limit_m) <= NEAR_M).any():
        return None
    return people[metres <= limit_m].sum() / people.sum()


@CASES
@given(towns(), asked(), st.integers(0, 10_000))
def test_the_border_takes_away_first_the_sites_beyond_it_then_the_streets(town, rules, seed):
    inputs = inputs_of(town, rules, seed)
    searched = search(inputs)
    circles = deciding_circles(inputs.catalogue, dict.fromkeys(inputs.catalogue.services, "all"))
    table = effects_of_border(inputs, searched, cells_frame(inputs, searched), circles)
    county = table[table["level"] == "county"].set_index("service")
    people, limit_m = inputs.population.persons["all"].to_numpy(), limits(inputs, rules)
    inside = inputs.facilities.facilities["inside"].to_numpy(bool)
    area = inputs.zones.root.geometry.iloc[0]
    clipped = {mode: streets_inside(network, area) for mode, network in inputs.networks.items()}
    for service in inputs.catalogue.services.values():
        columns = {
            "coverage": true_deciding(inputs, service, rules),
            "coverage_without_outside_facilities": true_deciding(inputs, service, rules, only=inside),
            "coverage_inside_only": true_deciding(inputs, service, rules, clipped, only=inside),
        }
        for column, metres in columns.items():
            true = share(people, metres, limit_m)
            assert true is None or abs(county.loc[service.id, column] - true) < 1e-12, (service.id, column)
