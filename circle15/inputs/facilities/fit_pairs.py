"""Do two lists put the same facilities at the same places? A shift that they all share is one of datums."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import combinations, product
from typing import TYPE_CHECKING

import numpy as np

from circle15.inputs.facilities.fit_trials import CANDIDATES
from circle15.inputs.facilities.same import plain_address, plain_name
from circle15.inputs.files.datum import shifted_to, to_wgs84

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import pyproj
    from numpy.typing import NDArray

    from circle15.model.study import Datum

    Floats = NDArray[np.float64]
    Pairs = NDArray[np.int64]

# What two facilities of one name are not: any two schools called 第一小学 lie farther apart or in no common direction.
FARTHEST_M = 2000.0
# With fewer common facilities an accident looks like a pattern.
LEAST_PAIRS = 5
# Shorter than any shift between two datums that matters, longer than a site is wide.
LEAST_APART_M = 200.0
# The pairs that share the common shift lie this near to it, and are so large a share of all.
SAME_SHIFT_M, SHARING = 100.0, 0.6


@dataclass(frozen=True, eq=False)
class ListedPlaces:
    """The placed rows of one file.

    Attributes
    ----------
    file, declared
        The file, and the datum that it declares.
    lon, lat
        WGS 84 degrees as declared, shape (n,).
    names, addresses
        Of every row, "" where not known.
    """

    file: str
    declared: Datum
    lon: Floats
    lat: Floats
    names: Sequence[str]
    addresses: Sequence[str]

    @cached_property
    def by_name(self) -> dict[str, int]:
        """The row of each name that one row alone has."""
        return _only(plain_name(name) for name in self.names)

    @cached_property
    def by_address(self) -> dict[str, int]:
        """The row of each address that one row alone has."""
        return _only(plain_address(address) for address in self.addresses)


@dataclass(frozen=True)
class Change:
    """One file read on another datum, and the median metres that would then lie between the common facilities."""

    file: str
    datum: Datum
    metres: float


@dataclass(frozen=True)
class Apart:
    """Two files that put the same facilities at places one common shift apart.

    Attributes
    ----------
    one, other
        The files.
    pairs
        Facilities that stand in both.
    sharing
        Those of them that share the shift.
    metres
        Median distance between the two places of a facility.
    changes
        Changes of one declaration that bring them together, the best of each file.
    """

    one: ListedPlaces
    other: ListedPlaces
    pairs: int
    sharing: int
    metres: float
    changes: tuple[Change, ...]


def lists_apart(lists: Sequence[ListedPlaces], to_metres: pyproj.Transformer) -> tuple[Apart, ...]:
    """The pairs of files that disagree by one shift, in the order given.

    Parameters
    ----------
    lists
        One per file.
    to_metres
        From WGS 84 degrees to the study's metres.
    """
    found = (_apart(one, other, to_metres) for one, other in combinations(lists, 2))
    return tuple(each for each in found if each is not None)


def _apart(one: ListedPlaces, other: ListedPlaces, to_metres: pyproj.Transformer) -> Apart | None:
    pairs = common(one, other)
    if len(pairs) < LEAST_PAIRS:
        return None
    shift = _shift(one, other, pairs, to_metres)
    near = np.hypot(*shift.T) <= FARTHEST_M
    pairs, shift = pairs[near], shift[near]
    if len(pairs) < LEAST_PAIRS:
        return None
    shared = np.median(shift, axis=0)
    sharing = int((np.hypot(*(shift - shared).T) <= SAME_SHIFT_M).sum())
    metres = float(np.median(np.hypot(*shift.T)))
    if np.hypot(*shared) < LEAST_APART_M or sharing < max(LEAST_PAIRS, SHARING * len(pairs)):
        return None
    return Apart(one, other, len(pairs), sharing, metres, _changes(one, other, pairs, to_metres))


def common(one: ListedPlaces, other: ListedPlaces) -> Pairs:
    """Rows of two lists that are the same facility, (pairs, 2), each row once at most.

    By name, else by address; what several rows of a list say tells them not apart and counts for nothing.
    """
    found: dict[int, int] = {}
    taken: set[int] = set()
    for ones, others in ((one.by_name, other.by_name), (one.by_address, other.by_address)):
        for text in sorted(ones.keys() & others.keys()):
            if ones[text] not in found and others[text] not in taken:
                found[ones[text]] = others[text]
                taken.add(others[text])
    return np.array(sorted(found.items()), dtype=np.int64).reshape(-1, 2)


def _only(texts: Iterable[str]) -> dict[str, int]:
    """The row of each text that one row alone says."""
    rows: dict[str, list[int]] = defaultdict(list)
    for row, text in enumerate(texts):
        rows[text].append(row)
    return {text: told[0] for text, told in rows.items() if text and len(told) == 1}


def _shift(one: ListedPlaces, other: ListedPlaces, pairs: Pairs, to_metres: pyproj.Transformer) -> Floats:
    """From the place in one list to that in the other, metres (pairs, 2)."""
    here = to_metres.transform(one.lon[pairs[:, 0]], one.lat[pairs[:, 0]])
    there = to_metres.transform(other.lon[pairs[:, 1]], other.lat[pairs[:, 1]])
    shift: Floats = np.column_stack(there) - np.column_stack(here)
    return shift


def _changes(one: ListedPlaces, other: ListedPlaces, pairs: Pairs, to_metres: pyproj.Transformer) -> tuple[Change, ...]:
    """Of each file the change of its datum that brings the pairs together best, if any does."""
    best: dict[str, Change] = {}
    for changed, datum in product((one, other), CANDIDATES):
        read = on_datum(changed, datum)
        ones, others = (read, other) if changed is one else (one, read)
        metres = float(np.median(np.hypot(*_shift(ones, others, pairs, to_metres).T)))
        if metres <= SAME_SHIFT_M and (changed.file not in best or metres < best[changed.file].metres):
            best[changed.file] = Change(changed.file, datum, metres)
    return tuple(best.values())


def on_datum(listed: ListedPlaces, datum: Datum) -> ListedPlaces:
    """The same list, had it declared another datum."""
    lon, lat = to_wgs84(*shifted_to(listed.lon, listed.lat, listed.declared), datum)
    return replace(listed, declared=datum, lon=lon, lat=lat)
