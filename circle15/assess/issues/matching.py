"""Which area of today is which issue of before: by the people whom both hold.

An issue's footprint is a set of cells with people. A footprint and an area of today are taken for one only where they
share a quarter of the people of the smaller of the two; of all ways to give every area one id at most, the one is taken
that shares most people altogether (assignment problem), so that nothing depends on what comes first. So of an area that
has been split the part with most people keeps the id, and of areas that have been merged the largest does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy.optimize import linear_sum_assignment
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

# Of the people of the smaller of two areas; where they share less they are neighbours.
LEAST_SHARE = 0.25
# People are counted in steps of 2**-20 for this, so that sums and ties are exact.
STEPS_PER_PERSON = 2.0**20
# So large a knot of areas that overlap each other is solved without looking for ties.
MOST_TRIED = 40


def overlaps(before: pd.DataFrame, after: pd.DataFrame) -> pd.DataFrame:
    """The people whom footprints and areas share.

    Parameters
    ----------
    before
        ``id, topic, cell_id, persons``: footprints of issues; only those of one ``topic`` (a service, a service and a
        kind) are compared.
    after
        ``area, topic, cell_id, persons``: areas of today, by number.

    Returns
    -------
    pandas.DataFrame
        ``id, area, shared, share``, ordered by id and area: people in both (per cell the fewer of the two), and
        that as a share of the smaller of the two.

    Examples
    --------
    >>> old = pd.DataFrame({"id": ["a", "a"], "topic": "x", "cell_id": ["1", "2"], "persons": [60.0, 40.0]})
    >>> new = pd.DataFrame({"area": [0, 0], "topic": "x", "cell_id": ["2", "3"], "persons": [50.0, 30.0]})
    >>> overlaps(old, new).to_records(index=False).tolist()
    [('a', 0, 40.0, 0.5)]
    """
    one, other = (side.assign(persons=_steps(side["persons"])) for side in (before, after))
    both = one.merge(other, on=["topic", "cell_id"], suffixes=("", "_now"))
    both["shared"] = np.minimum(both["persons"], both["persons_now"])
    found = both.groupby(["id", "area"], sort=True)["shared"].sum().reset_index()
    whole = one.groupby("id")["persons"].sum(), other.groupby("area")["persons"].sum()
    smaller = np.minimum(found["id"].map(whole[0]).to_numpy(), found["area"].map(whole[1]).to_numpy())
    share = np.divide(found["shared"], smaller, out=np.zeros(len(found)), where=smaller > 0)
    return found.assign(shared=found["shared"] / STEPS_PER_PERSON, share=share)[found["shared"] > 0]


def _steps(persons: pd.Series) -> NDArray[np.int64]:
    steps: NDArray[np.int64] = np.rint(persons.to_numpy(dtype=np.float64) * STEPS_PER_PERSON).astype(np.int64)
    return steps


def matched(found: pd.DataFrame) -> dict[int, str]:
    """The id of each area that goes on an issue of before.

    Parameters
    ----------
    found
        As ``overlaps`` gives it.

    Returns
    -------
    dict
        Id by area; each id and each area once. Of equally good ways the one is taken that gives the smaller ids the
        smaller areas.
    """
    enough = found[found["share"] >= LEAST_SHARE]
    pairs: dict[int, str] = {}
    for knot in _knots(enough):
        pairs |= {area: id_ for id_, area in _assigned(knot)}
    return pairs


def _knots(found: pd.DataFrame) -> Iterator[pd.DataFrame]:
    """Parts that share nothing with each other."""
    ids, id_names = pd.factorize(found["id"], sort=True)
    areas, area_names = pd.factorize(found["area"], sort=True)
    size = len(id_names) + len(area_names)
    graph = coo_matrix((np.ones(len(found)), (ids, areas + len(id_names))), shape=(size, size))
    _, label = connected_components(graph, directed=False)
    yield from (knot for _, knot in found.groupby(label[ids], sort=True))


def _assigned(knot: pd.DataFrame) -> list[tuple[str, int]]:
    if len(knot) == 1:
        return [(str(knot["id"].iloc[0]), int(knot["area"].iloc[0]))]
    table = knot.pivot(index="id", columns="area", values="shared").sort_index().sort_index(axis=1).fillna(0.0)
    gains = np.rint(table.to_numpy() * STEPS_PER_PERSON)
    rows, columns = linear_sum_assignment(gains, maximize=True)
    if len(knot) > 1 and max(gains.shape) <= MOST_TRIED:
        rows, columns = _smallest_of_the_best(gains, float(gains[rows, columns].sum()))
    return [
        (str(table.index[row]), int(table.columns[column]))
        for row, column in zip(rows.tolist(), columns.tolist(), strict=True)
        if gains[row, column] > 0
    ]


def _smallest_of_the_best(gains: NDArray[np.float64], best: float) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Of all assignments that gain ``best`` the one that gives the first rows the first columns."""
    taken: list[tuple[int, int]] = []
    for row in range(gains.shape[0]):
        free = [column for column in range(gains.shape[1]) if column not in {at for _, at in taken}]
        for column in (column for column in free if gains[row, column] > 0):
            if _gain_with(gains, [*taken, (row, column)], row) == best:
                taken.append((row, column))
                break
    rows, columns = (np.array([pair[side] for pair in taken], dtype=np.int64) for side in (0, 1))
    return rows, columns


def _gain_with(gains: NDArray[np.float64], taken: list[tuple[int, int]], last_row: int) -> float:
    """The most that can be gained where these pairs are settled and the rows up to the last have no other."""
    settled = sum(float(gains[row, column]) for row, column in taken)
    columns = [column for column in range(gains.shape[1]) if column not in {at for _, at in taken}]
    rest = gains[last_row + 1 :, columns]
    if not rest.size:
        return settled
    at = linear_sum_assignment(rest, maximize=True)
    return settled + float(rest[at].sum())


def origins(found: pd.DataFrame, areas: list[int]) -> dict[int, str]:
    """Of areas without an id of before the issue that most of their people were in; "" where there is none."""
    enough = found[(found["share"] >= LEAST_SHARE) & found["area"].isin(areas)]
    ordered = enough.sort_values(["area", "shared", "id"], ascending=[True, False, True], kind="stable")
    first = ordered.drop_duplicates("area")
    known = dict(zip(first["area"].tolist(), first["id"].astype(str).tolist(), strict=True))
    return {area: known.get(area, "") for area in areas}
