"""Draws over what the index rests on: nothing drawn is the published index, and what is drawn does what it should."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from drawn_districts import WIDTHS, seen_district
from hypothesis import given, settings
from hypothesis import strategies as st
from known_functions import (
    G_FIRST,
    G_TOTAL,
    ISHIGAMI_FIRST,
    ISHIGAMI_TOTAL,
    g_shares,
    ishigami,
    ishigami_shares,
)
from scipy import stats
from test_weights import parts_of

from circle15.assess.uncertainty.chance import key_of, uniforms
from circle15.assess.uncertainty.draws import published_scores, run_draws
from circle15.assess.uncertainty.kernel import uniform_at
from circle15.assess.uncertainty.parameters import (
    NO_WIDTH,
    SOURCES,
    draw_parameters,
    study_widths,
)
from circle15.assess.uncertainty.ranks import beats, rank_intervals, ranks_of, tiers
from circle15.assess.uncertainty.removals import removals_table
from circle15.assess.uncertainty.sobol import sobol_shares
from circle15.assess.uncertainty.tables import settled_pairs_share, uncertainty_tables
from circle15.assess.weights.league import scenarios_table
from circle15.model.study import UncertaintySettings

SMALL = {"columns": 24, "rows": 18, "services": 3}


@pytest.fixture(scope="module")
def seen():
    return seen_district(7, **SMALL)


@pytest.fixture(scope="module")
def drawn(seen):
    return run_draws(seen.district, seen.weights, WIDTHS, 120)


# --- chance ------------------------------------------------------------------------------------------------------


def test_the_numbers_of_the_published_generator():
    # SplitMix64 with seed 1234567, as published with its reference code.
    words = [6457827717110365317, 3203168211198807973, 9817491932198370423, 4593380528125082431, 16408922859458223821]
    assert uniforms(1234567, 5).tolist() == [(word >> 11) * 2.0**-53 for word in words]


def test_compiled_code_looks_up_the_same_numbers():
    key = key_of(15, 3, 8)
    assert [uniform_at(np.uint64(key), at) for at in range(50)] == uniforms(key, 50).tolist()


def test_the_numbers_are_even_and_streams_are_apart():
    one, other = uniforms(key_of(1, 2), 50_000), uniforms(key_of(1, 3), 50_000)
    assert stats.kstest(one, "uniform").pvalue > 0.01
    assert abs(np.corrcoef(one, other)[0, 1]) < 0.015
    assert abs(np.corrcoef(one[1:], one[:-1])[0, 1]) < 0.015


def test_a_draw_is_the_same_whatever_stands_beside_it():
    ask = (WIDTHS, np.full(3, 1 / 3), ("adult", "elder"), 20, False)
    alone, among = draw_parameters([7], *ask), draw_parameters([3, 7, 9], *ask)
    for name in ("weights", "exponent", "speeds", "limits", "strict", "present", "cell_key", "offset_key"):
        assert getattr(alone, name)[0].tolist() == getattr(among, name)[1].tolist()


def test_what_is_drawn_has_the_stated_distributions():
    weights = np.array([0.5, 0.3, 0.2, 0.0])
    found = draw_parameters(range(3000), WIDTHS, weights, ("elder",), 50, False)
    assert found.weights.mean(axis=0) == pytest.approx(weights, abs=0.005)
    variance = weights * (1 - weights) / (WIDTHS.weight_concentration + 1)
    assert found.weights.var(axis=0) == pytest.approx(variance, rel=0.1, abs=1e-12)
    assert (found.weights[:, 3] == 0).all()
    assert found.weights.sum(axis=1) == pytest.approx(np.ones(3000))
    assert np.median(found.exponent) == pytest.approx(0.5, abs=0.02)
    assert (found.exponent.min(), found.exponent.max()) == pytest.approx((0.25, 1.0), abs=0.01)
    assert (found.speeds.min(), found.speeds.max()) == pytest.approx((0.86, 1.22), abs=0.01)
    assert 1 - found.present.mean() == pytest.approx(0.03, abs=0.003)
    assert found.strict.mean() == pytest.approx(0.5, abs=0.03)


def test_a_studys_own_ranges_take_the_place_of_the_catalogues():
    own = UncertaintySettings(speeds={"elder": (0.6, 0.9)}, missing_facility=0.1)
    widths = study_widths(own, {"elder": 0.8, "adult": 1.2, "wheelchair": 0.5})
    assert widths.speeds["elder"] == pytest.approx((0.75, 1.125))
    assert widths.speeds["adult"] == pytest.approx((1.0 / 1.2, 1.4 / 1.2))
    assert widths.speeds["wheelchair"] == pytest.approx((0.85, 1.15))
    assert widths.missing_facility == 0.1
    assert widths.limit_share == 0.1


@pytest.mark.parametrize(
    "wrong",
    [
        pytest.param({"draws": -1}, id="draws"),
        pytest.param({"speeds": {"elder": [1.1, 0.7]}}, id="range"),
        pytest.param({"least_exponent": 0.8, "most_exponent": 0.4}, id="exponents"),
        pytest.param({"missing_facility": 0.9}, id="share"),
        pytest.param({"drawz": 3}, id="unknown"),
    ],
)
def test_ranges_that_cannot_be_are_refused(wrong):
    with pytest.raises(ValueError, match=next(iter(wrong))):
        UncertaintySettings.model_validate(wrong)


# --- draws -------------------------------------------------------------------------------------------------------


def plain_scores(seen, strict):
    """The index by its definition, from the same distances."""
    district, found = seen.district, []
    for unit in range(len(district.units)):
        rows = np.concatenate(
            [
                np.arange(district.atom_start[atom], district.atom_start[atom + 1])
                for atom in np.flatnonzero((district.unit_of_atom == unit).any(axis=1))
            ]
        )
        people, root = district.people[0][rows], 0.0
        for service, (need,) in enumerate(district.needs):
            share = need.metres[rows, 0] / district.limits_m[service, district.rural[rows]]
            reach = (share <= 1).astype(float) if strict else np.clip(2 - share, 0, 1)
            root += seen.weights[service] * (people * np.sqrt(reach)).sum() / people.sum()
        found.append(root**2)
    return np.array(found)


@pytest.mark.parametrize("strict", [False, True], ids=["soft", "strict"])
def test_nothing_drawn_is_the_published_index(seen, strict):
    plain = plain_scores(seen, strict)
    assert published_scores(seen.district, seen.weights, strict) == pytest.approx(plain, abs=1e-12)
    still = run_draws(seen.district, seen.weights, NO_WIDTH, 6, strict)
    assert np.abs(still.all - plain).max() <= 1e-12
    assert np.abs(still.mixed - plain).max() <= 1e-12


def test_threads_and_blocks_leave_no_trace(seen, drawn):
    again = run_draws(seen.district, seen.weights, WIDTHS, 120, threads=3)
    assert again.a.tobytes() == drawn.a.tobytes()
    assert again.mixed.tobytes() == drawn.mixed.tobytes()
    fewer = run_draws(seen.district, seen.weights, WIDTHS, 41)
    assert fewer.b.tobytes() == drawn.b[:21].tobytes()


ALONE = {
    "weights": {"weight_concentration": 20.0},
    "aggregation": {"least_exponent": 0.25, "most_exponent": 1.0},
    "speeds": {"speeds": WIDTHS.speeds},
    "limits": {"limit_share": 0.1},
    "reach": {"other_reach": 0.5},
    "omissions": {"missing_facility": 0.1},
    "people": {"people_cell_share": 0.5},
    "snapping": {"most_leg_factor": 1.5},
}


@pytest.mark.parametrize("source", SOURCES)
def test_a_source_drawn_alone_makes_all_of_the_variance_and_no_other_any(seen, source):
    found = run_draws(seen.district, seen.weights, replace(NO_WIDTH, **ALONE[source]), 60)
    own = SOURCES.index(source)
    assert found.a.std(axis=0).max() > 1e-4
    assert (found.mixed[own] == found.b).all()
    others = [found.mixed[at] for at in range(len(SOURCES)) if at != own]
    assert all((other == found.a).all() for other in others)


def test_a_site_that_is_missing_gives_way_to_the_next(seen):
    """A chance of almost one takes every site away; of the few nearest none is left, and nobody is served."""
    gone = run_draws(seen.district, seen.weights, replace(NO_WIDTH, missing_facility=1.0), 4)
    assert (gone.all == 0).all()
    some = run_draws(seen.district, seen.weights, replace(NO_WIDTH, missing_facility=0.1), 40)
    assert (some.all <= published_scores(seen.district, seen.weights) + 1e-12).all()


def test_people_who_live_elsewhere_in_a_town_leave_its_total(seen):
    """With reach the same everywhere in the district it does not matter who lives where."""
    alike = tuple(
        (replace(need, metres=np.full_like(need.metres, 700.0)),) for own in seen.district.needs for need in own
    )
    district = replace(seen.district, needs=alike, leg_m=np.zeros_like(seen.district.leg_m))
    found = run_draws(district, seen.weights, replace(NO_WIDTH, people_cell_share=0.6, people_block_share=0.3), 20)
    assert np.abs(found.all - published_scores(district, seen.weights)).max() < 1e-12


def test_a_second_source_of_people_is_mixed_in(seen):
    other = seen.district.people[:, ::-1].copy()
    towns = np.repeat(np.arange(12), np.diff(seen.district.atom_start))
    scale = np.bincount(towns, seen.district.people[0]) / np.bincount(towns, other[0])
    other *= scale[towns]
    both = replace(seen.district, second=other)
    found = run_draws(both, seen.weights, replace(NO_WIDTH, people_cell_share=0.5), 200)
    first, second = (
        published_scores(seen.district, seen.weights),
        published_scores(replace(seen.district, people=other), seen.weights),
    )
    low, high = np.minimum(first, second), np.maximum(first, second)
    assert (found.all >= low - 1e-9).all()
    assert (found.all <= high + 1e-9).all()
    assert found.all.std(axis=0)[1:].max() > 1e-3


# --- ranks and tiers ---------------------------------------------------------------------------------------------


@given(st.integers(1, 6), st.integers(2, 8), st.integers(0, 10_000))
@settings(max_examples=60, deadline=None)
def test_tiers_never_part_what_is_not_settled(draws, units, seed):
    scores = np.random.default_rng(seed).integers(0, 4, (draws * 10, units)) / 4 + np.arange(units) * 0.3
    won, published = beats(scores), scores.mean(axis=0)
    tier = tiers(published, won)
    parted = tier[:, None] < tier[None, :]
    assert (won[parted] >= 0.95).all()
    assert sorted(set(tier.tolist())) == list(range(1, tier.max() + 1))
    by_score = tier[np.argsort(-published, kind="stable")]
    assert (np.diff(by_score) >= 0).all()


@given(st.integers(1, 7), st.integers(0, 10_000))
@settings(max_examples=40, deadline=None)
def test_ranks_are_counted_by_who_is_above(units, seed):
    scores = np.random.default_rng(seed).integers(0, 4, (5, units)).astype(float)
    scores[0, 0] = np.nan
    ranks = ranks_of(scores)
    for draw in range(5):
        for unit in range(units):
            own = scores[draw, unit]
            expected = 0 if np.isnan(own) else 1 + int((scores[draw] > own).sum())
            assert ranks[draw, unit] == expected


def test_the_tables_of_a_district(seen, drawn):
    published = published_scores(seen.district, seen.weights)
    tables = uncertainty_tables(drawn, seen.district.units, published, "town")
    found = tables.uncertainty
    assert found["level"].tolist() == ["county"] + ["town"] * 12
    assert (found["score_low"] <= found["score_high"]).all()
    assert (found.loc[1:, "rank_low"] <= found.loc[1:, "rank_high"]).all()
    assert sorted(found.loc[1:, "rank"]) == list(range(1, 13))
    assert found["draws"].unique().tolist() == [120]
    low, high = rank_intervals(ranks_of(drawn.all[:, 1:]))
    assert found.loc[1:, "rank_low"].tolist() == low.tolist()
    assert found.loc[1:, "rank_high"].tolist() == high.tolist()
    pairs = tables.settled_pairs
    assert len(pairs) == 66
    assert (pairs["settled"] == (np.maximum(pairs["beats_share"], 1 - pairs["beats_share"]) >= 0.95)).all()
    shares = 2 * settled_pairs_share(pairs) * 66 / 12 / 11
    assert found.loc[1:, "pairs_settled"].mean() == pytest.approx(shares)
    sensitivity = tables.sensitivity
    assert len(sensitivity) == 14 * len(SOURCES)
    assert set(sensitivity["outcome"]) == {"score", "rank_shift"}


def test_intervals_of_scores_are_of_the_studys_own_scoring(seen, drawn):
    published = published_scores(seen.district, seen.weights)
    table = uncertainty_tables(drawn, seen.district.units, published, "town").uncertainty
    own = drawn.all[drawn.as_scored]
    assert 0 < len(own) < len(drawn.all)
    np.testing.assert_allclose(table["score_low"], np.quantile(own, 0.05, axis=0), rtol=1e-12)
    np.testing.assert_allclose(table["score_high"], np.quantile(own, 0.95, axis=0), rtol=1e-12)
    assert (drawn.all[~drawn.as_scored].mean(axis=0) < own.mean(axis=0)).all()  # strict scores are a scale of their own


def test_a_unit_without_people_has_no_score_no_place_and_no_tier(seen):
    towns = np.repeat(np.arange(12), np.diff(seen.district.atom_start))
    empty = replace(seen.district, people=np.where(towns == 4, 0.0, seen.district.people))
    found = run_draws(empty, seen.weights, WIDTHS, 20)
    published = published_scores(empty, seen.weights)
    table = uncertainty_tables(found, empty.units, published, "town").uncertainty
    gone = table[table["code"] == "05"].iloc[0]
    assert np.isnan([gone["score"], gone["rank"], gone["rank_low"], gone["tier"], gone["pairs_settled"]]).all()
    assert table.loc[table["level"] == "town", "rank"].max() == 11


def test_one_unit_alone_has_no_tier_and_no_place(seen, drawn):
    published = published_scores(seen.district, seen.weights)
    county = uncertainty_tables(drawn, seen.district.units, published, "county")
    assert county.settled_pairs.empty
    whole = county.uncertainty.iloc[0]
    assert whole["level"] == "county"
    assert np.isnan([whole["tier"], whole["tier_units"], whole["rank"], whole["rank_low"], whole["rank_high"]]).all()
    assert county.uncertainty.loc[county.uncertainty["level"] == "town", "tier"].notna().all()
    assert np.isnan(settled_pairs_share(county.settled_pairs))


def test_true_ranks_lie_in_their_intervals():
    """The check of the verification on fewer districts; the office's errors are put on the truth, not the reverse."""
    inside, units = 0, 0
    for seed in range(12):
        seen = seen_district(seed)
        low, high = rank_intervals(ranks_of(run_draws(seen.district, seen.weights, WIDTHS, 100).all[:, 1:]))
        true_ranks = ranks_of(seen.truth.scores()[None])[0]
        inside += int(((low <= true_ranks) & (true_ranks <= high)).sum())
        units += 12
    assert inside / units >= 0.9


# --- shares of variance ------------------------------------------------------------------------------------------


def test_the_published_shares_of_the_ishigami_function():
    assert ISHIGAMI_FIRST.round(3).tolist() == [0.314, 0.442, 0.0]
    assert ISHIGAMI_TOTAL.round(3).tolist() == [0.558, 0.442, 0.244]
    found = ishigami_shares(2**15)
    assert found.first == pytest.approx(ISHIGAMI_FIRST, abs=0.015)
    assert found.total == pytest.approx(ISHIGAMI_TOTAL, abs=0.02)
    assert (np.abs(found.first - ISHIGAMI_FIRST) <= 2 * found.first_error).all()


def test_the_published_shares_of_the_g_function():
    assert G_FIRST[:4].round(3).tolist() == [0.716, 0.179, 0.024, 0.007]
    assert G_TOTAL[:4].round(3).tolist() == [0.787, 0.242, 0.034, 0.010]
    found = g_shares(2**15)
    assert found.first == pytest.approx(G_FIRST, abs=0.01)
    assert found.total == pytest.approx(G_TOTAL, abs=0.01)


def test_stated_errors_hold_the_truth_as_often_as_they_say():
    """Over blocks of rows of the Ishigami function, 95 % intervals hold the published shares about 19 times in 20."""
    rows, held = 500, []
    for block in range(60):
        one, other = (uniforms(key_of(4, block, half), rows * 3).reshape(rows, 3) for half in (0, 1))
        mixed = []
        for source in range(3):
            x = one.copy()
            x[:, source] = other[:, source]
            mixed.append(ishigami(x))
        found = sobol_shares(ishigami(one), ishigami(other), np.array(mixed))
        held += (np.abs(found.first - ISHIGAMI_FIRST) <= found.first_error).tolist()
        held += (np.abs(found.total - ISHIGAMI_TOTAL) <= found.total_error).tolist()
    assert 0.91 <= np.mean(held) <= 0.985


# --- removals ----------------------------------------------------------------------------------------------------


def test_the_league_without_each_service_by_hand():
    parts = parts_of({"a": {"x": 1.0, "y": 0.2}, "b": {"x": 0.5, "y": 0.6}})
    units = pd.DataFrame({"level": "town", "code": ["a", "b"], "name": ["A", "B"]})
    table = removals_table(parts, units, {"x": 0.5, "y": 0.5}).set_index(["service", "code"]).sort_index()
    assert table.loc[("x", "a"), "score_without"] == pytest.approx(0.04)
    assert table.loc[("x", "a"), "score_change"] == pytest.approx(0.04 - 0.36)
    assert table.loc[("x", "a"), "rank_change"] == -1
    assert table.loc[("x", "b"), "rank_change"] == 1
    assert table.loc[("y", "a"), "score_without"] == pytest.approx(1.0)
    alone = removals_table(parts_of({"a": {"x": 0.4}}), units.iloc[:1], {"x": 1.0})
    assert alone["score_without"].isna().all()
    whole = scenarios_table({"equal": {"x": 0.5, "y": 0.5}}, parts, units)
    assert whole["published_rank"].tolist()[:2] == [1, 2]
