from hypothesis import given, settings
from measured_towns import CASES, check_measures


@settings(derandomize=True, deadline=None, max_examples=40)
@given(**CASES)
def test_every_measure_equals_the_formula_of_its_paper(town, cutoff, k, name, alpha):
    check_measures(town, cutoff, k, name, alpha, {})
