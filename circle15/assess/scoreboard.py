"""The scoreboard: 领域 x 单位 x 层级 x 时期, every figure from the same sums.

People and people covered are counted per service and added up (a person for whom three services are counts three
times), so they add up over services, domains, departments and units alike. Scores are those of the index, made of the
services of the square alone, with their weights scaled up to 1; so the square of all services is the index itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from circle15.assess.index.scores import UnitMeans, exact_mean, unit_scores
from circle15.assess.index.table import unit_means
from circle15.assess.issues.columns import records, typed
from circle15.assess.issues.states import CLOSED
from circle15.assess.place_names import town_level
from circle15.assess.target_counts import ALL, TARGET_COUNTS
from circle15.assess.units import total
from circle15.assess.yardsticks.units import chains
from circle15.model.period import last_of_kind, span_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import geopandas as gpd
    from numpy.typing import NDArray

    from circle15.assess.issues.registry import Registry
    from circle15.assess.yardsticks.units import Chain
    from circle15.catalogue.entries import Service

SCORES = ("access", "balanced_access", "balance", "quality", "overall")
SUMS = ("people", "covered_people", "uncovered_people")
ISSUE_COUNTS = ("issues_open", "issues_new", "issues_returned", "issues_closed")
KEY = ("period", "level", "code", "domain", "department")
SCOREBOARD_TYPES = {
    "period": "str", "period_kind": "str", "level": "str", "code": "str", "name": "str", "domain": "str",
    "department": "str", "services": "int64", "residents": "float64", **dict.fromkeys(SUMS, "float64"),
    "coverage": "float64", "weight": "float64", **dict.fromkeys(SCORES, "float64"),
    "tier": "float64", **dict.fromkeys(ISSUE_COUNTS, "int64"), **dict.fromkeys(TARGET_COUNTS, "float64"),
}  # fmt: skip
# Figures that are held against the last period of the same kind.
COMPARED = ("uncovered_people", "coverage", "balanced_access", "overall", "issues_open")


def scoreboard(
    period: str,
    units: pd.DataFrame,
    parts: pd.DataFrame,
    coverage: pd.DataFrame,
    services: Mapping[str, Service],
    weights: Mapping[str, float],
    tiers: Mapping[tuple[str, str], float],
) -> pd.DataFrame:
    """The squares of one period, without issues and targets.

    Parameters
    ----------
    period
        Its tag.
    units
        ``level, code, name, people``: the units, all their residents.
    parts
        The parts of the index.
    coverage
        ``level, code, service, people, covered_people, uncovered_people``: the first row of each is that of the circle
        that decides.
    services
        By id.
    weights
        Of each service.
    tiers
        The tier of units by level and code, where they have been told.

    Returns
    -------
    pandas.DataFrame
        ``SCOREBOARD_TYPES``; "" as domain or department stands for all. ``weight`` is the square's share of all
        weights of the unit. NaN where nobody lives or nothing is known.
    """
    ids = [id_ for id_ in services if id_ in set(parts["service"])]
    means = unit_means(parts, units, ids)
    sums = _sums(units, coverage, ids)
    given = np.array([weights[id_] for id_ in ids], dtype=np.float64)
    frames = [
        _square(period, units, domain, department, members, means, sums, given)
        for domain, department, members in squares([services[id_] for id_ in ids])
    ]
    table = pd.concat(frames, ignore_index=True)
    whole = (table["domain"] == ALL) & (table["department"] == ALL)
    of_unit = [tiers.get(key, np.nan) for key in zip(table["level"], table["code"], strict=True)]
    table["tier"] = np.where(whole, of_unit, np.nan)
    order = {key: at for at, key in enumerate(zip(units["level"], units["code"], strict=True))}
    rank = [order[key] for key in zip(table["level"], table["code"], strict=True)]
    return table.assign(rank=rank).sort_values("rank", kind="stable", ignore_index=True)[list(SCOREBOARD_TYPES)]


def squares(services: Sequence[Service]) -> Iterator[tuple[str, str, list[int]]]:
    """Every domain and department, alone and crossed where they share services, with the numbers of those.

    Examples
    --------
    >>> from circle15.catalogue.loader import load_catalogue
    >>> found = [load_catalogue().services[id_] for id_ in ("clinic", "fitness")]
    >>> [(domain, department, members) for domain, department, members in squares(found)][-1]
    ('health', 'sports', [1])
    """
    domains = list(dict.fromkeys(service.domain for service in services))
    departments = list(dict.fromkeys(service.department for service in services))
    for domain in (ALL, *domains):
        for department in (ALL, *departments):
            members = [
                number
                for number, service in enumerate(services)
                if domain in (ALL, service.domain) and department in (ALL, service.department)
            ]
            if members:
                yield domain, department, members


def _sums(units: pd.DataFrame, coverage: pd.DataFrame, ids: Sequence[str]) -> dict[str, NDArray[np.float64]]:
    """People, covered and not, (units, services); 0 where there is no such row."""
    first = coverage.drop_duplicates(["level", "code", "service"])
    keys = pd.MultiIndex.from_frame(first[["level", "code", "service"]])
    wanted = [(level, code, id_) for level, code in zip(units["level"], units["code"], strict=True) for id_ in ids]
    at = keys.get_indexer(pd.Index(wanted))
    shape = (len(units), len(ids))
    return {name: np.nan_to_num(np.append(first[name].to_numpy(float), 0.0)[at]).reshape(shape) for name in SUMS}


def _square(
    period: str,
    units: pd.DataFrame,
    domain: str,
    department: str,
    members: list[int],
    means: UnitMeans,
    sums: Mapping[str, NDArray[np.float64]],
    given: NDArray[np.float64],
) -> pd.DataFrame:
    own = UnitMeans(
        means.people[:, members], means.access[:, members], means.root_access[:, members], means.root_supply[:, members]
    )
    scores = unit_scores(own, given[members], exact_mean)
    added = {name: np.array([total(row) for row in values[:, members]]) for name, values in sums.items()}
    people = added["people"]
    share = np.isin(np.arange(len(given)), members).astype(np.float64)
    return pd.DataFrame(
        {
            "period": period,
            "period_kind": span_of(period).kind,
            **{name: units[name].to_numpy(dtype=object) for name in ("level", "code", "name")},
            "domain": domain,
            "department": department,
            "services": (means.people[:, members] > 0).sum(axis=1),
            "residents": units["people"].to_numpy(dtype=np.float64),
            **added,
            "coverage": np.divide(added["covered_people"], people, out=np.full(len(people), np.nan), where=people > 0),
            "weight": exact_mean(np.where(means.people > 0, given, 0.0), share),
            **{name: getattr(scores, name) for name in SCORES},
            "tier": np.nan,
            **dict.fromkeys(ISSUE_COUNTS, 0),
            **dict.fromkeys(TARGET_COUNTS, np.nan),
        }
    ).astype(SCOREBOARD_TYPES)


def with_issues(
    table: pd.DataFrame,
    registry: Registry,
    history: pd.DataFrame,
    services: Mapping[str, Service],
    zones: gpd.GeoDataFrame,
) -> pd.DataFrame:
    """The squares with how many issues each has.

    Parameters
    ----------
    table
        ``SCOREBOARD_TYPES`` of any periods.
    registry, history
        The issues, and their states.
    services
        By id.
    zones
        ``level, code, parent_code``: the units of the last period.

    Returns
    -------
    pandas.DataFrame
        ``issues_open`` are those open at the end of a period, ``issues_new``, ``issues_returned`` and
        ``issues_closed`` what became so in it. An issue counts in the town and village that it was last seen in, and in
        all units above them.
    """
    counts: dict[tuple[str, ...], dict[str, int]] = {}
    above, owning = chains(zones), town_level(zones)
    seen = registry.sightings.set_index(["id", "period"])[["service", "town_code", "village_code"]].to_dict("index")
    for state in records(history):
        issue = seen[state["id"], state["last_seen"]]
        service = services.get(issue["service"])
        if service is not None:
            told = _counted(state)
            town, village = (owning, str(issue["town_code"])), ("village", str(issue["village_code"]))
            for unit in _units_of(village, town, above):
                for domain in (ALL, service.domain):
                    for department in (ALL, service.department):
                        square = counts.setdefault((state["period"], *unit, domain, department), {})
                        for name in told:
                            square[name] = square.get(name, 0) + 1
    keys = list(zip(*(table[name] for name in KEY), strict=True))
    columns = {name: [counts.get(key, {}).get(name, 0) for key in keys] for name in ISSUE_COUNTS}
    return table.assign(**columns).astype(SCOREBOARD_TYPES)


def _counted(state: Mapping[str, object]) -> list[str]:
    """The counts that a state of an issue goes into."""
    kind = str(state["state"])
    named = {"new": "issues_new", "returned": "issues_returned", **dict.fromkeys(CLOSED, "issues_closed")}
    return [*(["issues_open"] if state["is_open"] else []), *([named[kind]] if kind in named else [])]


def _units_of(
    village: tuple[str, str], town: tuple[str, str], above: Mapping[tuple[str, str], Chain]
) -> Iterator[tuple[str, str]]:
    """Level and code of the village, the town and all units above: each once. Codes are unique within a level only."""
    root = next(iter(above))
    own = [unit for unit in (village, town) if unit[1]]
    yield from dict.fromkeys([*own, *above.get(town, ()), root])


def compared(table: pd.DataFrame) -> pd.DataFrame:
    """The squares beside those of the last period of the same kind.

    Parameters
    ----------
    table
        ``SCOREBOARD_TYPES`` of all periods.

    Returns
    -------
    pandas.DataFrame
        With ``before`` (the tag of that period, "" where there is none) and ``<figure>_change`` for ``COMPARED``: now
        minus then, NaN where either is not known.
    """
    tags = list(dict.fromkeys(table["period"]))
    before = {tag: last_of_kind(tag, tags) for tag in tags}
    told = table.assign(before=table["period"].map(before).astype("str"))
    key = ["level", "code", "domain", "department"]
    old = table[["period", *key, *COMPARED]].rename(columns={"period": "before"})
    joined = told.merge(old, on=["before", *key], how="left", suffixes=("", "_then"))
    changes = {f"{name}_change": joined[name] - joined[f"{name}_then"] for name in COMPARED}
    return joined.drop(columns=[f"{name}_then" for name in COMPARED]).assign(**changes)


def no_scoreboard() -> pd.DataFrame:
    """A scoreboard without squares."""
    return typed([], SCOREBOARD_TYPES)
