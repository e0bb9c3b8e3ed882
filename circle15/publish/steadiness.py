"""How firmly the index stands, as a person reads it: tiers instead of places, shares, other weights."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from circle15.words import say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from circle15.publish.tables import Form
    from circle15.results import Results

FORMS: dict[str, Form] = {
    "tier": "count",
    "score": "score",
    "score_low": "score",
    "score_median": "score",
    "score_high": "score",
    "tier_units": "count",
    "pairs_settled": "share",
    "draws": "count",
    "first_order": "share",
    "first_error": "share",
    "total_order": "share",
    "total_error": "share",
    "score_without": "score",
    "scenario_score": "score",
    "rank_as_published": "count",
    "rank_in_scenario": "count",
    "score_change": "score",
    "rank_without": "count",
    "rank_change": "count",
}
TIERS = (
    "level", "code", "name", "tier", "rank_range", "score", "score_low", "score_median", "score_high", "tier_units",
    "pairs_settled", "draws",
)  # fmt: skip
# Wider matrices cannot be read on a page: their pairs are listed.
WIDEST_MATRIX = 40
FOLLOWING = ("pca", "entropy")


def rank_told(low: float, high: float, lang: str) -> str:
    """The places that a unit may stand at: one where it is settled, else from the best to the worst.

    Examples
    --------
    >>> rank_told(2, 7, "zh"), rank_told(1, 1, "zh")
    ('第 2—7 位', '第 1 位')
    """
    if math.isnan(low):
        return say("terms.no_data", lang)
    key = "steadiness.place" if low == high else "steadiness.places"
    facts = {"place": int(low)} if low == high else {"low": int(low), "high": int(high)}
    return say(key, lang, **facts)


def tier_told(tier: float, lang: str) -> str:
    """A tier in words.

    Examples
    --------
    >>> tier_told(2.0, "zh"), tier_told(float("nan"), "en")
    ('第 2 档', 'no data')
    """
    return say("terms.no_data", lang) if math.isnan(tier) else say("steadiness.tier_of", lang, tier=int(tier))


def with_tiers(index: pd.DataFrame, results: Results, lang: str) -> pd.DataFrame:
    """The index with the tier of each unit and the places it may stand at, behind its name; as it is without draws."""
    found = results.uncertainty
    if found.empty:
        return index
    of_unit = found.set_index(["level", "code"])
    rows = of_unit.reindex(pd.MultiIndex.from_frame(results.index[["level", "code"]]))
    at = list(index).index("name") + 1
    told = index.copy()
    told.insert(at, "tier", _tiers(rows["tier"], results.index["level"], lang))
    told.insert(at + 1, "rank_range", _places(rows, results.index["level"], lang))
    return told


def tiers_told(results: Results, lang: str) -> pd.DataFrame:
    """Every unit with its tier, its places and its interval; within a level the best tier first."""
    found = results.uncertainty.assign(rank_range=_places(results.uncertainty, results.uncertainty["level"], lang))
    found = found.assign(order=pd.factorize(found["level"])[0], down=-found["score"])
    ordered = found.sort_values(["order", "tier", "down", "code"], ignore_index=True)
    return ordered.assign(tier=_tiers(ordered["tier"], ordered["level"], lang))[list(TIERS)]


def _tiers(tiers: pd.Series, levels: pd.Series, lang: str) -> NDArray[Any]:
    """Tiers as numbers, with words where a unit is alone in its level."""
    alone = _alone(levels)
    words = np.full(len(tiers), say("steadiness.alone", lang), dtype=object)
    return np.where(alone, words, tiers.to_numpy(dtype=object)) if alone.any() else tiers.to_numpy()


def _places(rows: pd.DataFrame, levels: pd.Series, lang: str) -> list[str]:
    """The places that units may stand at; one alone in its level has none."""
    ends = zip(rows["rank_low"], rows["rank_high"], _alone(levels), strict=True)
    return [say("steadiness.alone", lang) if alone else rank_told(low, high, lang) for low, high, alone in ends]


def _alone(levels: pd.Series) -> NDArray[np.bool_]:
    counts = levels.map(levels.value_counts())
    return (counts == 1).to_numpy(dtype=np.bool_)


def pairs_told(results: Results, lang: str) -> pd.DataFrame:
    """In what share of the draws the row's unit comes out above the column's; listed where there are many."""
    pairs = results.settled_pairs
    names = list(dict.fromkeys([*pairs["code"], *pairs["other_code"]]))
    if not 1 < len(names) <= WIDEST_MATRIX:
        told = pairs[["name", "code", "other_name", "other_code", "beats_share", "settled"]]
        return told.assign(settled=[say("tables.yes" if flag else "tables.no", lang) for flag in told["settled"]])
    place = {code: at for at, code in enumerate(names)}
    matrix = np.full((len(names), len(names)), np.nan)
    above, below = pairs["code"].map(place).to_numpy(), pairs["other_code"].map(place).to_numpy()
    matrix[above, below], matrix[below, above] = pairs["beats_share"], 1 - pairs["beats_share"]
    label = dict(zip(pairs["code"], pairs["name"], strict=True)) | dict(
        zip(pairs["other_code"], pairs["other_name"], strict=True)
    )
    shown = [[_share(value) for value in row] for row in matrix]
    frame = pd.DataFrame(shown, columns=_distinct([label[code] for code in names]))
    frame.insert(0, "name", [label[code] for code in names], allow_duplicates=True)
    return frame


def _distinct(names: Sequence[str]) -> list[str]:
    """Names as headers: none twice."""
    seen: dict[str, int] = {}
    found = []
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        found.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return found


def _share(value: float) -> str:
    """In whole percents, rounded towards half, so that nothing below what counts as settled is shown as settled.

    Examples
    --------
    >>> [_share(value) for value in (0.947, 0.053, 0.95, 0.57, 1.0, 0.999, float("nan"))]
    ['94%', '6%', '95%', '57%', '100%', '99%', '']
    """
    if math.isnan(value):
        return ""
    percent = round(value * 100, 6)
    return f"{math.floor(percent) if percent > 50 else math.ceil(percent)}%"


def sensitivity_told(results: Results, lang: str) -> pd.DataFrame:
    """What share of the variance each source makes: the league's places first, then the score of each unit."""
    frame = results.sensitivity
    ordered = frame.assign(order=(frame["outcome"] != "rank_shift")).sort_values("order", kind="stable")
    told = ordered.drop(columns=["order", "draws"]).reset_index(drop=True)
    told["name"] = [name or say("steadiness.whole_league", lang) for name in told["name"]]
    told["outcome"] = [say(f"steadiness.outcome_{outcome}", lang) for outcome in told["outcome"]]
    told["source"] = [say(f"steadiness.source_{source}", lang) for source in told["source"]]
    return told.rename(columns={"source": "spread_source"})


def removals_told(results: Results) -> pd.DataFrame:
    """The league without each service."""
    return results.removals.rename(columns={"rank": "rank_as_published"})


def scenarios_told(results: Results, lang: str) -> pd.DataFrame:
    """Scores and places under other weights and another compensability."""
    frame = results.weight_scenarios.copy()
    frame["scheme"] = [say(f"steadiness.scheme_{scheme}", lang) for scheme in frame["scheme"]]
    frame["exponent"] = [_exponent(value, lang) for value in frame["exponent"]]
    renamed = {"score": "scenario_score", "rank": "rank_in_scenario", "published_rank": "rank_as_published"}
    return frame.rename(columns=renamed)


def _exponent(value: float, lang: str) -> str:
    return say("steadiness.minimum", lang) if value == 0 else f"{value:g}"


def scheme_weights_told(results: Results, lang: str) -> pd.DataFrame:
    """One row per service, its weight by each scheme in the columns."""
    frame = results.scheme_weights
    wide = frame.pivot(index="service", columns="scheme", values="weight")
    wide = wide.reindex(index=frame["service"].unique(), columns=frame["scheme"].unique())
    told = pd.DataFrame({"service": list(wide.index)})
    for scheme in wide:
        header = say(f"steadiness.scheme_{scheme}", lang)
        told[header] = [_weight(value) for value in wide[scheme]]
    return told


def _weight(value: float) -> str:
    return "" if math.isnan(value) else f"{value:.1%}"


def follows_data(results: Results) -> bool:
    """Whether weights that follow the data stand among the schemes, which must be warned of."""
    return bool(results.scheme_weights["scheme"].isin(FOLLOWING).any())
