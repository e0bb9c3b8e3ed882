"""The split of a change: adds up, is symmetric, gives nothing for nothing; and the example of the docs."""

import re
from pathlib import Path

import numpy as np
import pytest
from compared_years import faults_of_games, faults_of_years, two_years
from hypothesis import given, settings
from hypothesis import strategies as st

from circle15.assess.comparison.shapley import shapley_parts
from circle15.assess.comparison.sites import SiteScores, site_parts
from circle15.assess.comparison.split import mixtures, split_table
from circle15.assess.comparison.sums import MOST_AT_ONCE, SiteSupplies, sum_parts
from circle15.assess.comparison.years import FACTORS
from circle15.assess.reach import soft_reach

SEEDS = st.integers(min_value=0, max_value=2**32 - 1)


@given(SEEDS)
@settings(max_examples=12, deadline=None)
def test_parts_add_up_and_what_has_not_changed_has_none(seed):
    assert faults_of_years(seed) == []


@given(SEEDS)
@settings(max_examples=25, deadline=None)
def test_games_and_sites_against_all_their_sets(seed):
    assert faults_of_games(seed) == []


def test_two_causes_that_do_the_same_have_the_same_part():
    values = np.array([0.0, 1.0, 1.0, 5.0, 2.0, 4.0, 4.0, 9.0])
    first, second, _ = shapley_parts(values)
    assert first == second


def test_an_unknown_value_leaves_all_parts_unknown():
    assert np.isnan(shapley_parts(np.array([0.0, 1.0, np.nan, 3.0]))).all()


def test_the_same_year_twice_gives_nothing_but_zeros():
    years, _ = two_years(5, (False,) * 5)
    split = split_table(years, mixtures(years))
    assert (split[["change", *FACTORS]].fillna(0.0) == 0.0).all(axis=None)


@pytest.mark.parametrize("factor", range(5), ids=FACTORS)
def test_one_factor_alone_has_the_whole_change(factor):
    years, _ = two_years(4, tuple(at == factor for at in range(5)))
    split = split_table(years, mixtures(years))
    known = split[split["change"].notna()]
    assert np.abs(known[FACTORS[factor]] - known["change"]).max() < 1e-12
    assert (known["change"] != 0).any()


def test_the_old_year_under_new_definitions_stands_between():
    years, _ = two_years(3, (False, False, False, False, True))
    split = split_table(years, mixtures(years))
    assert (split["old_under_new"] - split["new"]).abs().max() == 0


DOCS = Path(__file__).resolve().parent.parent / "docs" / "comparison.md"
CAUSES = ("facilities", "population", "network")


def rows_of(header):
    """The rows of a table of the docs, as texts."""
    lines = DOCS.read_text(encoding="utf-8").split(header)[1].splitlines()[2:]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[: lines.index("")]]


def access_of(new):
    """Access of the town of the docs where some causes are in their new state."""
    below = 30.0 if "population" in new else 10.0
    to_old_m = 1350.0 if "network" in new else 1800.0
    reach = 1.0 if "facilities" in new else float(soft_reach(np.array([to_old_m]), np.array([900.0]))[0])
    return below, reach, (30.0 + below * reach) / (30.0 + below)


def test_the_towns_of_the_docs_are_worked_out_right():
    rows = rows_of("| in its new state | people below | reach below | access |")
    values = []
    for number, (named, *figures) in enumerate(rows):
        new = [cause for at, cause in enumerate(CAUSES) if number >> at & 1]
        assert named == (", ".join(new) or "nothing")
        assert [float(figure) for figure in figures] == pytest.approx(access_of(new), abs=1e-12)
        values.append(float(figures[-1]))
    parts = shapley_parts(np.array(values))
    told = rows_of("| cause | first | second | last | part |")
    assert [row[0] for row in told] == list(CAUSES)
    for row, part in zip(told, parts, strict=True):
        assert float(row[-1]) == pytest.approx(part, abs=5e-7)
        terms = [sum(map(signed, re.split(r"(?=[+-] )", inner))) / int(by) for inner, by in map(split_term, row[1:4])]
        assert sum(terms) == pytest.approx(part, abs=1e-12)
    assert parts.sum() == pytest.approx(0.25)


def split_term(term):
    return re.fullmatch(r"\((.*)\) / (\d)", term).groups()


def signed(text):
    return float(text.replace(" ", ""))


def test_the_sites_of_the_docs_are_worked_out_right():
    *levels, together = rows_of("| levels of reach | opened (a) | closed (b) | the opened site | the closed one |")
    sites = SiteScores(np.array([0, 0]), np.array([0, 1]), np.array([0.0, 0.8]), np.array([1.0, 0.0]))
    parts = site_parts(np.array([0.2]), sites)
    assert [float(figure) for figure in together[3:]] == pytest.approx(parts.tolist())
    for column in (3, 4):
        assert sum(float(row[column]) for row in levels) == pytest.approx(float(together[column]))


def test_many_sites_of_one_home_still_add_up():
    count = MOST_AT_ONCE + 3
    dice = np.random.default_rng(4)
    before, after = (dice.uniform(0, 0.3, (count, 2)) * (dice.random((count, 1)) < 0.6) for _ in range(2))
    brought = SiteSupplies(np.zeros(count, dtype=int), np.arange(count), before, after)

    def score(sums):
        return np.sqrt(np.minimum(sums, 1.0).mean(axis=-1))

    base = np.array([[0.1, 0.0]])
    parts = sum_parts(base, brought, score)
    ends = [score(base + side.sum(axis=0))[0] for side in (before, after)]
    assert parts.sum() == pytest.approx(ends[1] - ends[0], abs=1e-12)
    idle = (before == after).all(axis=1)
    assert (parts[idle] == 0).all()
    assert idle.any()
