"""Which rows are one facility, and the id that it keeps from year to year."""

from __future__ import annotations

import datetime
import hashlib
from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from circle15.inputs.facilities.same import SAME_SPOT_M, distance_m, groups_of, links_between, list_of, plain_name

if TYPE_CHECKING:
    from collections.abc import Sequence

    from circle15.inputs.facilities.places import PlacedRow
    from circle15.inputs.facilities.same import Link
    from circle15.model.study import DuplicateRule

SHORT_HASH, LONG_HASH = 8, 16


@dataclass(frozen=True)
class Facility:
    """Rows that are one facility.

    Attributes
    ----------
    id
        Unique in the study.
    entrances
        The rows that it stands on: of one list, the first standing for it, the others its further entrances.
    repeats
        Rows that only tell of it again.
    """

    id: str
    entrances: tuple[PlacedRow, ...]
    repeats: tuple[PlacedRow, ...]


@dataclass(frozen=True)
class Likeness:
    """Two rows that are the same place by a rule, whether or not they were merged."""

    one: PlacedRow
    other: PlacedRow
    rule: DuplicateRule


@dataclass(frozen=True)
class Identities:
    """The facilities of a study, by id, and which rows are alike: merged, and only listed."""

    facilities: tuple[Facility, ...]
    merged: tuple[Likeness, ...]
    listed: tuple[Likeness, ...]


def identify(rows: Sequence[PlacedRow], rules: Sequence[Sequence[DuplicateRule]]) -> Identities:
    """Join rows to facilities and name these.

    Of rows that are one place the one that stands for it is of the latest list, then has an id, then the smaller
    coordinates: the order of a list decides nothing.

    Parameters
    ----------
    rows
        Placed rows that are not excluded.
    rules
        By source, what its rows are merged by.
    """
    ordered = sorted(rows, key=_precedence)
    links = links_between(ordered, rules)
    firsts = groups_of(len(ordered), links)
    members: dict[int, list[PlacedRow]] = defaultdict(list)
    for row, first in zip(ordered, firsts, strict=True):
        members[first].append(row)
    groups = list(members.values())
    ids = facility_ids(groups)
    merged, listed = _likenesses(ordered, links, firsts)
    facilities = [_facility(id_, group) for id_, group in zip(ids, groups, strict=True)]
    return Identities(tuple(sorted(facilities, key=lambda facility: facility.id)), merged, listed)


def _precedence(row: PlacedRow) -> tuple[object, ...]:
    said = row.listed
    content = (said.own_id == "", said.own_id, row.lon, row.lat, said.name, said.address)
    # Only rows that are the same in everything that counts are told apart by where they stand.
    place = (said.file, said.sheet, said.row, said.part, row.source)
    return (-_ordinal(row.as_of), *content, -np.nan_to_num(said.capacity), said.flags, *place)


def _ordinal(as_of: str) -> int:
    return datetime.date.fromisoformat(as_of).toordinal() if as_of else 0


def _facility(facility_id: str, group: Sequence[PlacedRow]) -> Facility:
    entrances: list[PlacedRow] = []
    repeats: list[PlacedRow] = []
    for row in group:
        (entrances if not entrances or _is_entrance(row, entrances) else repeats).append(row)
    return Facility(facility_id, tuple(entrances), tuple(repeats))


def _is_entrance(row: PlacedRow, entrances: Sequence[PlacedRow]) -> bool:
    """A row of the same list and id as the first is another entrance, unless it is an entrance written again."""
    first = entrances[0]
    if not row.listed.own_id or row.listed.own_id != first.listed.own_id or list_of(row) != list_of(first):
        return False
    name = plain_name(row.listed.name)
    return not any(plain_name(each.listed.name) == name and distance_m(each, row) <= SAME_SPOT_M for each in entrances)


def _likenesses(
    rows: Sequence[PlacedRow], links: Sequence[Link], firsts: Sequence[int]
) -> tuple[tuple[Likeness, ...], tuple[Likeness, ...]]:
    """Of each merged row by which rule it was, and the pairs that are alike and yet two facilities."""
    merged: dict[int, Likeness] = {}
    listed: dict[tuple[int, int], Likeness] = {}
    for link in sorted(links, key=lambda link: (("id", "name", "address").index(link.rule), link.one, link.other)):
        one, other = rows[link.one], rows[link.other]
        if link.merges:
            merged.setdefault(link.other, Likeness(rows[firsts[link.other]], other, link.rule))
        elif firsts[link.one] != firsts[link.other]:
            listed.setdefault((link.one, link.other), Likeness(one, other, link.rule))
    for at, first in enumerate(firsts):
        if at != first and at not in merged:  # led to its group by a later row
            rule = next(link.rule for link in links if link.merges and link.one == at)
            merged[at] = Likeness(rows[first], rows[at], rule)
    return tuple(merged.values()), tuple(listed.values())


# --- ids ---------------------------------------------------------------------------------------------------------


def facility_ids(groups: Sequence[Sequence[PlacedRow]]) -> list[str]:
    """Name facilities by their rows, the one that stands for each coming first.

    The list's own id where no other facility of the study has it; with the service before it where one has, and with
    the file too where even that is not enough. Without an own id, or with one that several share even so, the service
    and a hash of service, name and WGS 84 degrees to the sixth decimal, which the order of rows does not change. What
    is still the same is numbered.
    """
    choices = [_choices(group) for group in groups]
    seen = Counter(id_ for each in choices for id_ in each)
    named = [next((id_ for id_ in each if seen[id_] == 1), each[-1]) for each in choices]
    return _numbered(named)


def _choices(group: Sequence[PlacedRow]) -> tuple[str, ...]:
    """Ids for one facility, the shortest first."""
    hashed = hashed_ids(group[0].listed.service, group[0].listed.name, group[0].lon, group[0].lat)
    said = next((row.listed for row in group if row.listed.own_id), None)
    if said is None:
        return hashed
    longest = ":".join(part for part in (said.service, said.file, said.sheet, said.own_id) if part)
    return said.own_id, f"{said.service}:{said.own_id}", longest, *hashed


def _numbered(ids: Sequence[str]) -> list[str]:
    """Ids told apart by a number behind the second and further of the same."""
    taken, told = set(ids), []
    seen: Counter[str] = Counter()
    for id_ in ids:
        seen[id_] += 1
        number, name = seen[id_], id_
        while number > 1 and (name := f"{id_}#{number}") in taken:
            number += 1
        seen[id_] = number
        taken.add(name)
        told.append(name)
    return told


def hashed_ids(service: str, name: str, lon: float, lat: float) -> tuple[str, str]:
    """The shorter and the longer id of a facility that its list gives none, of its service, name and WGS 84 degrees."""
    text = "\n".join((service, name, f"{lon:.6f}", f"{lat:.6f}"))
    digest = hashlib.sha256(text.encode("utf-8")).hexdigest()
    return f"{service}-{digest[:SHORT_HASH]}", f"{service}-{digest[:LONG_HASH]}"
