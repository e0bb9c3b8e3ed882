"""Which rows are one facility, and the id that it keeps from year to year."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from typing import TYPE_CHECKING

import numpy as np
import shapely

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from circle15.inputs.facilities.places import PlacedRow

# Two rows of one name closer than this are one row written twice.
SAME_SPOT_M = 1.0
SHORT_HASH, LONG_HASH = 8, 16

# The rows of one facility share this: service, number of the list, and its own id or else the row's place.
Key = tuple[str, int, str]


def identify(rows: Sequence[PlacedRow]) -> tuple[list[str], list[bool]]:
    """Give each row the id of its facility.

    Parameters
    ----------
    rows
        Placed rows that are not excluded.

    Returns
    -------
    ids
        Rows of one facility share one.
    repeats
        Whether the row only repeats another row of that facility.
    """
    repeated = repeated_rows(rows)
    stands_for = [repeated.get(at, at) for at in range(len(rows))]
    keys = [_key(rows[at], at) for at in stands_for]
    ids = facility_ids({key: rows[at] for key, at in zip(keys, stands_for, strict=True)})
    return [ids[key] for key in keys], [at in repeated for at in range(len(rows))]


def _key(row: PlacedRow, at: int) -> Key:
    """What the rows of one facility share: rows of one list with the same id are its entrances.

    The same id in two lists is two facilities: offices number their lists from 1.
    """
    said = row.listed
    return (said.service, row.source, said.own_id) if said.own_id else (said.service, -1 - at, "")


def repeated_rows(rows: Sequence[PlacedRow]) -> dict[int, int]:
    """Find rows that repeat another: same service and name, within 1 m, and no id that tells them apart.

    Parameters
    ----------
    rows
        Placed rows that are not excluded.

    Returns
    -------
    dict
        Position in ``rows`` of a repeated row, and the position of the row that stands for it. That is the one with
        an id, then with the smaller coordinates, and only then the earlier: the order of a list decides nothing.
    """
    by_name: dict[tuple[str, str], list[int]] = defaultdict(list)
    for at in sorted(range(len(rows)), key=lambda at: _precedence(rows, at)):
        by_name[rows[at].listed.service, rows[at].listed.name].append(at)
    repeated: dict[int, int] = {}
    for group in by_name.values():
        if len(group) > 1:
            repeated |= _repeated_within(rows, group)
    return repeated


def _precedence(rows: Sequence[PlacedRow], at: int) -> tuple[object, ...]:
    row = rows[at]
    said = row.listed
    return (
        said.own_id == "",
        said.own_id,
        row.lon,
        row.lat,
        said.address,
        -np.nan_to_num(said.capacity),
        said.flags,
        at,
    )


def _repeated_within(rows: Sequence[PlacedRow], group: Sequence[int]) -> dict[int, int]:
    points = shapely.points([rows[at].x for at in group], [rows[at].y for at in group])
    later, earlier = shapely.STRtree(points).query(points, predicate="dwithin", distance=SAME_SPOT_M)
    repeated: dict[int, int] = {}
    for second, first in sorted(zip(later.tolist(), earlier.tolist(), strict=True)):
        one, other = group[first], group[second]
        ids = {rows[one].listed.own_id, rows[other].listed.own_id} - {""}
        if first < second and one not in repeated and other not in repeated and len(ids) < 2:
            repeated[other] = one
    return repeated


def facility_ids(rows: Mapping[Key, PlacedRow]) -> dict[Key, str]:
    """Name facilities by a row of each.

    The list's own id where no other facility of the study has it; with the service before it where one has, and with
    the file too where even that is not enough. Without an own id, the service and a hash of service, name and WGS 84
    degrees to the sixth decimal, which the order of rows does not change.
    """
    shorts = {key: (own_id, f"{key[0]}:{own_id}") for key in rows if (own_id := key[2])}
    seen = [Counter(ids[step] for ids in shorts.values()) for step in (0, 1)]
    named: dict[Key, str] = {}
    for key, ids in shorts.items():
        listed = rows[key].listed
        longest = ":".join(part for part in (key[0], listed.file, listed.sheet, key[2]) if part)
        named[key] = next((ids[step] for step in (0, 1) if seen[step][ids[step]] == 1), longest)
    return named | _hashed_ids({key: row for key, row in rows.items() if not key[2]})


def _hashed_ids(rows: Mapping[Key, PlacedRow]) -> dict[Key, str]:
    digests = {key: _digest(row) for key, row in rows.items()}
    seen = Counter((key[0], digest[:SHORT_HASH]) for key, digest in digests.items())
    return {
        key: f"{key[0]}-{digest[: SHORT_HASH if seen[key[0], digest[:SHORT_HASH]] == 1 else LONG_HASH]}"
        for key, digest in digests.items()
    }


def _digest(row: PlacedRow) -> str:
    text = "\n".join((row.listed.service, row.listed.name, f"{row.lon:.6f}", f"{row.lat:.6f}"))
    return hashlib.sha256(text.encode("utf-8")).hexdigest()
