"""How much each service counts in the index: stated by the study, never fitted to the data.

``study`` says which scheme a study has chosen; ``given`` holds the equal and the expert's weights, ``ahp`` those of
pairwise comparisons, and ``data_driven`` the two that follow the data, for comparison alone.
"""

from circle15.assess.weights.given import equal_weights, given_weights, service_weights

__all__ = ["equal_weights", "given_weights", "service_weights"]
