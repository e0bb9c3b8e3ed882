"""What a block of a .osm.pbf file holds: nodes, ways and relations, by the numbers in it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from circle15.inputs.files.pbf.numbers import GOES_ON, decoded, fields_of, gathered, signed, summed, walked

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from numpy.typing import NDArray

# Numbers of the fields of a block, of a group of objects in it, of a dense run of nodes, and of any object.
WORDS, GROUP, GRANULARITY, LAT_OFFSET, LON_OFFSET = 1, 2, 17, 19, 20
NODE, DENSE, WAY, RELATION = 1, 2, 3, 4
LAT, LON = 8, 9
ID, KEYS, VALUES, NODES, ROLES, MEMBERS, KINDS = 1, 2, 3, 8, 8, 9, 10
TABLE_FIELDS = 11  # of an object, the first of them unused
USUAL_GRANULARITY = 100
NANODEGREES = 100  # in a unit of OpenStreetMap's precision
NOTHING, MATTERS, REQUIRED, APART = 0, 1, 2, 3  # what a word means as a key


@dataclass(frozen=True, eq=False)
class Objects:
    """Objects of a block: what stands in their fields.

    Attributes
    ----------
    begin, end
        int64, (objects, TABLE_FIELDS): by a field's number, where its bytes begin and end; a number itself and -1;
        both 0 where the field is missing.
    """

    begin: NDArray[np.int64]
    end: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.begin)

    @property
    def id(self) -> NDArray[np.int64]:
        """int64, (objects,), as written: nodes write signed numbers."""
        return self.begin[:, ID]

    def take(self, which: NDArray[np.int64] | NDArray[np.bool_]) -> Objects:
        """Some of them."""
        return Objects(self.begin[which], self.end[which])

    def runs(self, field: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Where the runs of bytes in a field begin and end.

        Raises
        ------
        ValueError
            A number stands there.
        """
        if (self.end[:, field] < 0).any():
            raise ValueError("a number where a run belongs")
        return self.begin[:, field], self.end[:, field]


@dataclass(frozen=True, eq=False)
class Tagged:
    """Objects of a block that carry a tag.

    Attributes
    ----------
    objects
        What stands in their fields.
    tags
        For each the numbers of the words of its tags, key and value in turn, as bytes of int64.
    aside
        int64: the number of the word kept apart, -1 for none.
    """

    objects: Objects
    tags: tuple[bytes, ...]
    aside: NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Content:
    """One block's bytes, and its fields."""

    content: bytes
    fields: NDArray[np.int64]

    @classmethod
    def of(cls, content: bytes) -> Content:
        """Find the fields of a block."""
        return cls(content, fields_of(content, 0, len(content)))

    @cached_property
    def raw(self) -> NDArray[np.uint8]:
        """The bytes as numbers."""
        return np.frombuffer(self.content, dtype=np.uint8)

    @cached_property
    def groups(self) -> tuple[NDArray[np.int64], ...]:
        """The fields of each group of objects."""
        return tuple(fields_of(self.content, begin, end) for _, begin, end in _runs(self.fields, GROUP).tolist())

    @cached_property
    def words(self) -> list[bytes]:
        """The block's words."""
        tables = _runs(self.fields, WORDS).tolist()
        fields = fields_of(self.content, *tables[-1][1:]).tolist() if tables else []
        return [self.content[begin:end] for _, begin, end in fields if end >= 0]

    @cached_property
    def _number_of_word(self) -> dict[bytes, int]:
        return {word: number for number, word in reversed(list(enumerate(self.words)))}

    def word(self, number: int) -> str:
        """A word of the block.

        Raises
        ------
        UnicodeDecodeError
            It is no UTF-8.
        """
        return self.words[number].decode("utf-8")

    def count(self, *kinds: int) -> int:
        """How many fields of its groups are of some kinds; a dense run counts as one."""
        return sum(int(np.isin(group[:, 0], kinds).sum()) for group in self.groups)

    def objects(self, kind: int) -> Objects:
        """All objects of a kind."""
        rows = np.concatenate([np.zeros((0, 3), dtype=np.int64), *(_runs(group, kind) for group in self.groups)])
        begin = np.zeros((len(rows), TABLE_FIELDS), dtype=np.int64)
        end = np.zeros_like(begin)
        for row, field, value, stop in walked(self.raw, rows[:, 1], rows[:, 2]):
            known = (field > 0) & (field < TABLE_FIELDS)
            begin[row[known], field[known]] = value[known]
            end[row[known], field[known]] = stop[known]
        return Objects(begin, end)

    def tagged(self, kind: int, must: str, keys: Sequence[str], aside: str | None = None) -> Tagged:
        """The objects of a kind that carry a tag ``must``, with those of their tags that are among ``keys``.

        Of the value of the key ``aside`` only the word's number is kept, apart.
        """
        none = np.zeros((0, TABLE_FIELDS), dtype=np.int64)
        if must.encode("utf-8") not in self.content or not self.count(kind):
            return Tagged(Objects(none, none), (), np.zeros(0, dtype=np.int64))
        objects = self.objects(kind)
        key, value, counts = self._tags(objects)
        role = self._roles(must, keys, aside)[key]
        owner = np.repeat(np.arange(len(objects)), counts)
        has = np.bincount(owner[role == REQUIRED], minlength=len(objects)) > 0
        apart = np.full(len(objects), -1, dtype=np.int64)
        named = np.flatnonzero(role == APART)[::-1]  # of two, the first counts
        apart[owner[named]] = value[named]
        kept = ((role == MATTERS) | (role == REQUIRED)) & has[owner]
        pairs = np.column_stack([key[kept], value[kept]])
        ends = np.cumsum(np.bincount(owner[kept], minlength=len(objects))[has]) * pairs.itemsize * 2
        packed = pairs.tobytes()
        tags = tuple(packed[begin:end] for begin, end in pairwise([0, *ends.tolist()]))
        return Tagged(objects.take(has), tags, apart[has])

    def _tags(self, objects: Objects) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
        """Keys and values of the tags of objects, end to end, as numbers of words, and how many each has."""
        key, counts = gathered(self.raw, *objects.runs(KEYS))
        value, also = gathered(self.raw, *objects.runs(VALUES))
        if not np.array_equal(counts, also):
            raise ValueError("not as many values as keys")
        for numbers in (key, value):
            if len(numbers) and (numbers.min() < 0 or numbers.max() >= len(self.words)):
                raise ValueError("a word that is not in the table")
        return key, value, counts

    def _roles(self, must: str, keys: Sequence[str], aside: str | None) -> NDArray[np.int64]:
        role = np.full(len(self.words), NOTHING, dtype=np.int64)
        for meaning, names in ((APART, () if aside is None else (aside,)), (MATTERS, keys), (REQUIRED, (must,))):
            known = [self._number_of_word.get(name.encode("utf-8"), -1) for name in names]
            role[[number for number in known if number >= 0]] = meaning
        return role

    def said(self, tags: bytes) -> Mapping[str, str]:
        """The tags of an object in words; of a key that stands there twice, the first."""
        numbers = np.frombuffer(tags, dtype=np.int64).tolist()
        found: dict[str, str] = {}
        for key, value in zip(numbers[::2], numbers[1::2], strict=True):
            found.setdefault(self.word(key), self.word(value))
        return found

    def node_ids(self, ways: Objects) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """The ids of the nodes of ways, end to end, and how many each has."""
        return summed(self.raw, *ways.runs(NODES))

    def members(self, relations: Objects) -> list[tuple[tuple[int, int, str], ...]]:
        """The members of each relation: what they are (0 node, 1 way, 2 relation), id, role."""
        roles, counts = gathered(self.raw, *relations.runs(ROLES))
        ids, also = summed(self.raw, *relations.runs(MEMBERS))
        kinds, too = gathered(self.raw, *relations.runs(KINDS))
        if not (np.array_equal(counts, also) and np.array_equal(counts, too)):
            raise ValueError("not as many members as roles")
        words = [self.word(role) for role in roles.tolist()]
        every = list(zip(kinds.tolist(), ids.tolist(), words, strict=True))
        ends = np.cumsum(counts).tolist()
        return [tuple(every[begin:end]) for begin, end in pairwise([0, *ends])]

    def places_of(self, wanted: NDArray[np.int64]) -> NDArray[np.int64]:
        """Those of the block's nodes that are wanted.

        Parameters
        ----------
        wanted
            Ids in order, each once.

        Returns
        -------
        int64, (found, 3): place among ``wanted``, longitude and latitude in 1e-7 degrees; of a node that stands there
        twice, the last.
        """
        found = [self._dense_places(spans, wanted) for spans in self.dense_spans()]
        if self.count(NODE):
            nodes = self.objects(NODE)
            among, at = _among(signed(nodes.id), wanted)
            found.append(self._placed(among, signed(nodes.begin[at, LON]), signed(nodes.begin[at, LAT])))
        return np.concatenate(found) if found else np.zeros((0, 3), dtype=np.int64)

    def _dense_places(self, spans: Mapping[int, tuple[int, int]], wanted: NDArray[np.int64]) -> NDArray[np.int64]:
        ids = self._steps(spans, ID)
        among, at = _among(ids, wanted)
        if not len(at):
            return np.zeros((0, 3), dtype=np.int64)
        lat, lon = self._steps(spans, LAT), self._steps(spans, LON)
        if not len(ids) == len(lat) == len(lon):
            raise ValueError("not as many places as ids")
        return self._placed(among, lon[at], lat[at])

    def _steps(self, spans: Mapping[int, tuple[int, int]], field: int) -> NDArray[np.int64]:
        """The numbers of a run that is written as steps from one to the next."""
        return np.cumsum(signed(decoded(self.raw[slice(*spans.get(field, (0, 0)))])))

    def _placed(self, among: NDArray[np.int64], lon: NDArray[np.int64], lat: NDArray[np.int64]) -> NDArray[np.int64]:
        granularity, lat_offset, lon_offset = self._scale
        x, y = _units(lon_offset + granularity * lon), _units(lat_offset + granularity * lat)
        return np.column_stack([among, x, y])

    @cached_property
    def _scale(self) -> tuple[int, int, int]:
        """Granularity, offset of latitudes, offset of longitudes."""
        told = {number: value for number, value, end in self.fields.tolist() if end < 0}
        return told.get(GRANULARITY, USUAL_GRANULARITY), told.get(LAT_OFFSET, 0), told.get(LON_OFFSET, 0)

    def dense_spans(self) -> Iterator[dict[int, tuple[int, int]]]:
        """Where the fields of each dense run of nodes begin and end, by number."""
        for group in self.groups:
            for _, begin, end in _runs(group, DENSE).tolist():
                fields = fields_of(self.content, begin, end).tolist()
                yield {number: (start, stop) for number, start, stop in fields if stop >= 0}


def _among(ids: NDArray[np.int64], wanted: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Which of the wanted ids are among some ids, and where there; of an id that stands there twice, the last."""
    if not len(ids):
        return ids, ids
    order = None
    if (ids[1:] < ids[:-1]).any():
        order = np.argsort(ids, kind="stable")
        ids = ids[order]
    first, last = np.searchsorted(wanted, ids[0]), np.searchsorted(wanted, ids[-1], side="right")
    at = np.searchsorted(ids, wanted[first:last], side="right") - 1
    hit = np.flatnonzero(ids[at] == wanted[first:last])
    return first + hit, at[hit] if order is None else order[at[hit]]


def _runs(fields: NDArray[np.int64], number: int) -> NDArray[np.int64]:
    """The fields of one number that are runs of bytes."""
    runs: NDArray[np.int64] = fields[(fields[:, 0] == number) & (fields[:, 2] >= 0)]
    return runs


def _units(nano: NDArray[np.int64]) -> NDArray[np.int64]:
    """Nanodegrees in OpenStreetMap's units; cut off, not rounded, as osmium does."""
    units: NDArray[np.int64] = np.sign(nano) * (np.abs(nano) // NANODEGREES)
    return units


def counted(content: bytes) -> tuple[int, int]:
    """How many objects a block holds, and how many of them are relations.

    Raises
    ------
    ValueError, IndexError, KeyError
        The block's bytes make no sense.
    """
    block = Content.of(content)
    dense = sum(int((block.raw[slice(*spans[ID])] < GOES_ON).sum()) for spans in block.dense_spans())
    return block.count(NODE, WAY, RELATION) + dense, block.count(RELATION)
