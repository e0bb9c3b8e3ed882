"""People who have more or less of something, and the measures of it worked out plainly from their definitions."""

import math
from dataclasses import dataclass, replace
from decimal import MAX_EMAX, Decimal, localcontext

import numpy as np
from hypothesis import strategies as st

from circle15.assess.inequality.concentration import concentration_index, corrected_concentration_index
from circle15.assess.inequality.gini import gini_index
from circle15.assess.inequality.kolm_pollak import kolm_pollak, kolm_pollak_kappa
from circle15.assess.inequality.palma import palma_ratio
from circle15.assess.inequality.poverty import fgt_poverty
from circle15.assess.inequality.theil import theil_parts, theil_t

EXACT = 1e-12
CLOSE = 1e-9


@dataclass(frozen=True, eq=False)
class People:
    """Cells: what each has, its people, its group, and what it ranks by."""

    values: np.ndarray
    weights: np.ndarray
    groups: np.ndarray
    ranking: np.ndarray

    def held(self):
        """What each has and its people, where somebody lives, as lists of exact pairs."""
        return [(x, w) for x, w in zip(self.values.tolist(), self.weights.tolist(), strict=True) if w > 0]


@st.composite
def unequal_people(draw):
    size = draw(st.integers(1, 20))

    def column(values):
        return np.array(draw(st.lists(values, min_size=size, max_size=size)), dtype=float)

    had = st.one_of(st.just(0.0), st.sampled_from([0.5, 1.0, 15.0]), st.floats(1e-3, 1e3))
    living = st.one_of(st.just(0.0), st.sampled_from([1.0, 10.0]), st.floats(0.01, 1e4))
    return People(column(had), column(living), column(st.integers(0, 3)), column(st.integers(0, 5)))


# --- plainly from the definitions --------------------------------------------------------------------------------


def mean_of(pairs):
    return math.fsum(x * w for x, w in pairs) / math.fsum(w for _, w in pairs)


def plain_theil(pairs):
    mean, people = mean_of(pairs), math.fsum(w for _, w in pairs)
    return math.fsum(w / people * x / mean * math.log(x / mean) for x, w in pairs if x > 0)


def plain_gini(pairs):
    people, mean = math.fsum(w for _, w in pairs), mean_of(pairs)
    apart = math.fsum(w * v * abs(x - y) for x, w in pairs for y, v in pairs)
    return apart / (2.0 * people**2 * mean)


def plain_concentration(pairs, ranking):
    """By every pair of people: who ranks higher, and how much more she has."""
    people, mean = math.fsum(w for _, w in pairs), mean_of(pairs)
    signs = [[np.sign(r - q) for q in ranking] for r in ranking]
    more = math.fsum(w * v * signs[i][j] * (x - y) for i, (x, w) in enumerate(pairs) for j, (y, v) in enumerate(pairs))
    return more / (2.0 * people**2 * mean)


def plain_palma(pairs):
    people = math.fsum(w for _, w in pairs)

    def mean_between(low, high):
        before, had, held = 0.0, 0.0, 0.0
        for x, w in sorted(pairs):
            part = max(min(before + w, high * people) - max(before, low * people), 0.0)
            before, had, held = before + w, had + part * x, held + part
        return had / held

    worst = mean_between(0.0, 0.4)
    return mean_between(0.9, 1.0) / worst if worst > 0 else math.nan


def plain_poverty(pairs, line, order):
    people = math.fsum(w for _, w in pairs)
    return math.fsum(w / people * ((line - x) / line) ** order for x, w in pairs if x < line)


def plain_equivalent(pairs, kappa):
    """In decimals of fifty digits: as floats, the exponentials of a few far away among many at the door overflow."""
    with localcontext(prec=50, Emax=MAX_EMAX):
        people = sum(Decimal(w) for _, w in pairs)
        mean = sum(Decimal(w) * (Decimal(kappa) * Decimal(x)).exp() for x, w in pairs) / people
        return float(mean.ln() / Decimal(kappa))


# --- what must hold ----------------------------------------------------------------------------------------------


def check_people(people):
    """Everything that must hold of one spread; the largest deviation from the plain definitions comes back."""
    pairs = people.held()
    if not pairs:
        check_nobody(people)
        return 0.0
    deviations = [check_bad(people, pairs), check_poverty(people, pairs)]
    if any(x > 0 for x, _ in pairs):
        deviations += [check_theil(people, pairs), check_gini(people, pairs), check_palma(people, pairs)]
        deviations.append(check_concentration(people, pairs))
    else:
        assert all(math.isnan(each) for each in goods(people))
    return max(deviations)


def goods(people):
    values, weights = people.values, people.weights
    return (
        *(theil_t(values, weights), gini_index(values, weights), palma_ratio(values, weights)),
        *theil_parts(values, weights, people.groups),
        concentration_index(values, weights, people.ranking),
        corrected_concentration_index(values, weights, people.ranking, 0.0, 1e3),
    )


def check_nobody(people):
    poverty = fgt_poverty(people.values, people.weights, 1.0)
    equivalent = kolm_pollak(people.values, people.weights, 0.1)
    assert all(math.isnan(each) for each in (*goods(people)[:-1], *poverty, equivalent))


def check_theil(people, pairs):
    total, between, within = theil_parts(people.values, people.weights, people.groups)
    assert abs(between + within - total) <= EXACT * max(1.0, total)
    assert between >= -EXACT
    assert within >= -EXACT
    assert theil_t(people.values, people.weights) == total
    assert -EXACT <= total <= math.log(len(pairs) * sum(w for _, w in pairs) / min(w for _, w in pairs)) + EXACT
    return abs(total - plain_theil(pairs))


def check_gini(people, pairs):
    found = gini_index(people.values, people.weights)
    assert 0.0 <= found < 1.0
    assert abs(gini_index(7.0 * people.values, 3.0 * people.weights) - found) <= CLOSE
    evened = after_a_transfer(people)
    if evened is not None:
        assert gini_index(evened.values, evened.weights) <= found + CLOSE
        assert theil_t(evened.values, evened.weights) <= theil_t(people.values, people.weights) + CLOSE
    return max(abs(found - plain_gini(pairs)), unchanged_by_splitting(gini_index, people, found))


def after_a_transfer(people):
    """The best-off give the worst-off so much that they do not change places; None where all have the same."""
    here = people.weights > 0
    best = int(np.argmax(np.where(here, people.values, -1.0)))
    worst = int(np.argmin(np.where(here, people.values, np.inf)))
    apart = people.values[best] - people.values[worst]
    if apart <= 0:
        return None
    rate = 0.5 * apart * min(people.weights[best], people.weights[worst])
    values = people.values.copy()
    values[best] -= 0.5 * rate / people.weights[best]
    values[worst] += 0.5 * rate / people.weights[worst]
    return replace(people, values=values)


def unchanged_by_splitting(measure, people, found):
    halves = np.concatenate([people.weights / 2.0] * 2)
    return abs(measure(np.concatenate([people.values] * 2), halves) - found)


def check_palma(people, pairs):
    found, plain = palma_ratio(people.values, people.weights), plain_palma(pairs)
    assert math.isnan(found) == math.isnan(plain)
    if math.isnan(found):
        return 0.0
    assert found >= 1.0 - CLOSE
    return abs(found - plain) / plain


def check_concentration(people, pairs):
    ranking = [r for r, w in zip(people.ranking.tolist(), people.weights.tolist(), strict=True) if w > 0]
    found = concentration_index(people.values, people.weights, people.ranking)
    gini = gini_index(people.values, people.weights)
    assert abs(found) <= gini + CLOSE
    assert abs(concentration_index(people.values, people.weights, -people.ranking) + found) <= CLOSE
    assert abs(concentration_index(people.values, people.weights, people.values) - gini) <= CLOSE
    corrected = corrected_concentration_index(people.values, people.weights, people.ranking, 0.0, 1e3)
    assert abs(corrected - 4.0 * mean_of(pairs) / 1e3 * found) <= CLOSE
    return abs(found - plain_concentration(pairs, ranking))


def check_poverty(people, pairs):
    poverty = fgt_poverty(people.values, people.weights, 1.0)
    assert 1.0 >= poverty.fgt0 >= poverty.fgt1 >= poverty.fgt2 >= 0.0
    return max(abs(found - plain_poverty(pairs, 1.0, order)) for order, found in enumerate(poverty))


def check_bad(people, pairs):
    """Values as minutes, of which fewer are better."""
    most, mean = max(x for x, _ in pairs), mean_of(pairs)
    kappa = kolm_pollak_kappa(people.values, people.weights, 1.0)
    found = kolm_pollak(people.values, people.weights, kappa)
    assert mean - CLOSE <= found <= most
    assert kolm_pollak(np.full(3, most), [1.0, 2.5, 0.1], 0.7) == most
    assert (
        abs(
            kolm_pollak(people.values + 5.0, people.weights, 0.05)
            - 5.0
            - kolm_pollak(people.values, people.weights, 0.05)
        )
        <= 1e-8
    )
    assert kolm_pollak(people.values, people.weights, 0.1) >= kolm_pollak(people.values, people.weights, 0.05) - CLOSE
    worse = np.where(np.arange(len(people.values)) == 0, people.values + 1.0, people.values)
    assert kolm_pollak(worse, people.weights, 0.05) >= kolm_pollak(people.values, people.weights, 0.05) - CLOSE
    return abs(found - plain_equivalent(pairs, kappa)) / max(most, 1.0) if kappa * most > 1e-3 else 0.0
