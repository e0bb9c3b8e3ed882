"""Where the next facilities go, with proof: sites that reach most people, most index, or all, and what bounds them.

``solve(problem)`` is the way in. The way of a problem, by the modules of this folder:

- stated (``problem``, ``distance_table``), found sound (``soundness``, ``memory``), put into numbers (``numbered``)
  under ``rules`` about which sites may stand together;
- by its objective to ``most_covered``, ``most_placed``, ``gains`` (over ``p_median`` for walking), ``fewest_sites`` or
  ``p_centre``;
- there made ``rows`` that sets of candidates cover, without what is ``settled`` or ``dominated``; ``greedy`` and
  ``interchange`` find good sites, ``dual`` (over ``markets`` and ``sellers``) bounds what any sites could reach,
  ``highs`` closes the gap between the two (``rule_rows``), and of equals the first is taken (``ties``);
- told as a ``plan``, ``explained``, and asked again for every number (``curve``) or between two aims (``trade_off``).
"""

from circle15.siting.choice import Effort
from circle15.siting.distance_table import of_distances
from circle15.siting.plan import SitingPlan
from circle15.siting.problem import SitingProblem
from circle15.siting.solving import solve

__all__ = ["Effort", "SitingPlan", "SitingProblem", "of_distances", "solve"]
