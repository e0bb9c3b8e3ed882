"""Candidates that another can stand in for: who they are, and what bounds over the others tell of them."""

from dataclasses import replace

import numpy as np
import pytest
from siting_problems import siting_town

from circle15.siting.dominated import few_rows, stand_ins, told_of_all
from circle15.siting.dual import dual_bound
from circle15.siting.greedy import gains
from circle15.siting.markets import RoomForAll
from circle15.siting.rules import only_so_many
from circle15.siting.settled import settled


def open_problems():
    """Towns in which something is left to choose, without what is settled."""
    for number in range(120):
        left = settled(siting_town(number).cover, siting_town(number).rules)
        if len(left.free) and left.rules.sites > 0:
            yield left.rows, left.rules


def sets_of(rows):
    return [set(rows.row[low:high]) for low, high in zip(rows.candidate_start, rows.candidate_start[1:], strict=False)]


@pytest.fixture(scope="module")
def problems():
    return [
        (*each, stand_ins(each[0].candidate_start, each[0].row, np.ones(len(each[0].row)), each[1]))
        for each in open_problems()
    ]


def test_who_stands_in_reaches_all_and_asks_no_more(problems):
    gone = 0
    for rows, rules, by in problems:
        reached = sets_of(rows)
        for one, other in enumerate(by.tolist()):
            assert by[other] == other
            if one != other:
                gone += 1
                assert reached[one] <= reached[other]
                assert (
                    other < one
                    or reached[one] != reached[other]
                    or rules.town[one] != rules.town[other]
                    or rules.priced
                )
                assert not rules.priced or rules.cost[other] <= rules.cost[one]
                assert rules.floor[rules.town[one]] == 0
                assert other not in rules.apart
    assert gone > 20


def test_with_any_sites_nobody_is_left_whom_another_can_stand_in_for(problems):
    for rows, _, _ in problems:
        reached = sets_of(rows)
        by = stand_ins(rows.candidate_start, rows.row, np.ones(len(rows.row)), only_so_many(2, rows.candidates))
        left = [site for site in np.flatnonzero(by == np.arange(len(by))).tolist() if reached[site]]
        assert not any(reached[one] <= reached[other] for one in left for other in left if one != other)


@pytest.mark.parametrize("rounds", [1, 40])
def test_bounds_over_those_left_hold_for_all_choices_that_no_fewer_sites_equal(problems, rounds):
    told = 0
    for rows, _, _ in problems:
        rules = only_so_many(2, rows.candidates)
        few = few_rows(rows, stand_ins(rows.candidate_start, rows.row, np.ones(len(rows.row)), rules))
        left = np.flatnonzero(~few.gone)
        told += len(few.by) - len(left)
        of_left = settled(few.rows, replace(rules, forbidden=few.gone))
        dual = dual_bound(RoomForAll(of_left.rows), of_left.rules, 0.0, 0.0, rounds)
        found = told_of_all(dual, left, few.by, gains(rows, few.of_each(dual.price, rows.weight)))
        alone = max(rows.value(np.array([site])) for site in range(rows.candidates))
        for choice in ([one, other] for one in range(len(few.by)) for other in range(one)):
            value = rows.value(np.array(choice))
            if value > alone:
                assert (value <= found.if_in[choice] + 1e-9).all()
                assert (value <= np.delete(found.if_out, choice) + 1e-9).all()
    assert told > 50
