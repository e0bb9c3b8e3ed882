"""Where the next facilities go, with proof: sites that reach most people, most index, or all, and what bounds them.

``solve(problem)`` is the way in. Every problem becomes rows that a set of candidates covers, each with a weight
(``rows``), under rules about which sites may stand together (``rules``). ``greedy`` and ``interchange`` find good
sites, ``dual`` bounds what any sites could reach, ``highs`` closes the gap between the two. Where cells gain by their
best site, least walking and most index, the same is done on the pairs themselves (``most_gained``), and branching
closes the gap.
"""

from circle15.siting.choice import Effort
from circle15.siting.distance_table import of_distances
from circle15.siting.plan import SitingPlan
from circle15.siting.problem import SitingProblem
from circle15.siting.solving import solve

__all__ = ["Effort", "SitingPlan", "SitingProblem", "of_distances", "solve"]
