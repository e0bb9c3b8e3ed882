"""Plans under every rule that a planner may write, against all choices there are."""

import pytest
from siting_plans import OBJECTIVES, check_plan, plan_problem

NUMBERS = range(300, 312)


@pytest.mark.parametrize("objective", OBJECTIVES)
@pytest.mark.parametrize("number", NUMBERS)
def test_a_plan_is_the_best_of_all_choices(number, objective):
    check_plan(number, objective)


def test_where_all_that_stands_is_settled_nothing_is_left_to_cover():
    """What must stand and what may not close cover all, and one that is free has nothing to cover: that is a plan."""
    plan = check_plan(63, "longest")
    assert (plan.new, plan.value) == (("s2",), 1200.0)


def test_candidates_keep_their_names_where_nothing_good_is_known_to_begin_with():
    """A floor takes a site too near to what greed takes first, and one that another stands in for is left out."""
    assert check_plan(419, "distance").new == ("s1", "s2", "s5")


def test_the_problems_tried_hold_every_rule():
    problems = [plan_problem(number, objective) for number in NUMBERS for objective in OBJECTIVES]
    kinds = {kind for problem in problems for kind in problem.candidates["kind"]}
    assert kinds == {"new", "kept", "closing"}
    assert any((problem.candidates["grows"] != "").any() for problem in problems)
    assert any("weight" in problem.cells for problem in problems)
    assert any(problem.apart_m for problem in problems)
    assert any(problem.budget < 1e9 for problem in problems)
    assert any(any(problem.floors.values()) for problem in problems)
