"""What a block of a .osm.pbf file holds: nodes, ways and relations, by the numbers in it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from circle15.inputs.files.pbf.kernels import (
    EIGHTH,
    ID,
    NINTH,
    OBJECT_COLUMNS,
    TENTH,
    count_numbers,
    counts_in,
    fields_of,
    found_nodes,
    node_table,
    numbers_in,
    object_table,
    placed,
    sums_in,
    tags_of,
    word_number,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from numpy.typing import NDArray

# Numbers of the fields of a block, of a group of objects in it, and of a dense run of nodes.
WORDS, GROUP, GRANULARITY, LAT_OFFSET, LON_OFFSET = 1, 2, 17, 19, 20
NODE, DENSE, WAY, RELATION = 1, 2, 3, 4
DENSE_ID, DENSE_LAT, DENSE_LON = 1, 8, 9
USUAL_GRANULARITY = 100


@dataclass(frozen=True, eq=False)
class Tagged:
    """Objects of a block that carry a tag.

    Attributes
    ----------
    table
        Their rows of ``object_table``.
    tags
        For each the numbers of the words of its tags, key and value in turn, as bytes of int32.
    aside
        int32: the number of the word kept apart, -1 for none.
    """

    table: NDArray[np.int64]
    tags: tuple[bytes, ...]
    aside: NDArray[np.int32]

    @property
    def id(self) -> NDArray[np.int64]:
        """int64, (objects,)."""
        return self.table[:, ID]


@dataclass(frozen=True, eq=False)
class Content:
    """One block's bytes and where its groups lie."""

    raw: NDArray[np.uint8]
    fields: NDArray[np.int64]

    @classmethod
    def of(cls, content: memoryview) -> Content:
        """Find the groups of a block."""
        raw = np.frombuffer(content, dtype=np.uint8)
        return cls(raw, fields_of(raw, 0, len(raw)))

    @cached_property
    def groups(self) -> tuple[NDArray[np.int64], ...]:
        """The fields of each group of objects."""
        groups = self.fields[(self.fields[:, 0] == GROUP) & (self.fields[:, 2] >= 0)]
        return tuple(fields_of(self.raw, begin, end) for _, begin, end in groups.tolist())

    @cached_property
    def words(self) -> NDArray[np.int64]:
        """Where the block's words begin and end."""
        tables = self.fields[(self.fields[:, 0] == WORDS) & (self.fields[:, 2] >= 0)]
        if not len(tables):
            return np.zeros((0, 3), dtype=np.int64)
        words = fields_of(self.raw, *tables[-1, 1:].tolist())
        return np.ascontiguousarray(words[words[:, 2] >= 0])

    def word(self, number: int) -> str:
        """A word of the block.

        Raises
        ------
        UnicodeDecodeError
            It is no UTF-8.
        """
        _, begin, end = self.words[number].tolist()
        return self.raw[begin:end].tobytes().decode("utf-8")

    def word_number(self, word: str) -> int:
        """The number of a word, -1 where the block does not have it."""
        return int(word_number(self.raw, self.words, np.frombuffer(word.encode("utf-8"), dtype=np.uint8)))

    def count(self, *kinds: int) -> int:
        """How many fields of its groups are of some kinds; a dense run counts as one."""
        return sum(int(np.isin(group[:, 0], kinds).sum()) for group in self.groups)

    def objects(self, kind: int) -> NDArray[np.int64]:
        """``object_table`` of all objects of a kind."""
        tables = [object_table(self.raw, group, kind) for group in self.groups]
        return np.concatenate(tables) if tables else np.zeros((0, OBJECT_COLUMNS), dtype=np.int64)

    def tagged(self, kind: int, must: str, keys: Sequence[str], aside: str | None = None) -> Tagged:
        """The objects of a kind that carry a tag ``must``, with those of their tags that are among ``keys``.

        Of the value of the key ``aside`` only the word's number is kept, apart.
        """
        if self.word_number(must) < 0:
            return Tagged(np.zeros((0, OBJECT_COLUMNS), dtype=np.int64), (), np.zeros(0, dtype=np.int32))
        table = self.objects(kind)
        most = int((table[:, 2] - table[:, 1]).sum())
        pairs, ends = np.empty(2 * most, dtype=np.int32), np.empty(len(table), dtype=np.int64)
        apart = np.empty(len(table), dtype=np.int32)
        role = self._roles(must, keys, aside)
        filled = tags_of(self.raw, table, role, pairs, ends, apart)
        has = np.flatnonzero(ends >= 0)
        packed, bounds = pairs[:filled].tobytes(), [0, *(ends[has] * pairs.itemsize).tolist()]
        tags = tuple(packed[begin:end] for begin, end in pairwise(bounds))
        return Tagged(np.ascontiguousarray(table[has]), tags, apart[has])

    def _roles(self, must: str, keys: Sequence[str], aside: str | None) -> NDArray[np.int32]:
        role = np.zeros(len(self.words), dtype=np.int32)
        for meaning, names in ((3, () if aside is None else (aside,)), (1, keys), (2, (must,))):
            known = [number for name in names if (number := self.word_number(name)) >= 0]
            role[known] = meaning
        return role

    def said(self, tags: bytes) -> Mapping[str, str]:
        """The tags of an object in words; of a key that stands there twice, the first."""
        numbers = np.frombuffer(tags, dtype=np.int32).tolist()
        found: dict[str, str] = {}
        for key, value in zip(numbers[::2], numbers[1::2], strict=True):
            found.setdefault(self.word(key), self.word(value))
        return found

    def node_ids(self, table: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """How many nodes each way has, and their ids, end to end."""
        begin, end = (np.ascontiguousarray(table[:, EIGHTH + side]) for side in range(2))
        return counts_in(self.raw, begin, end), sums_in(self.raw, begin, end)

    def members(self, relation: NDArray[np.int64]) -> list[tuple[int, int, str]]:
        """The members of a relation: what they are (0 node, 1 way, 2 relation), id, role."""
        roles = numbers_in(self.raw, *relation[EIGHTH : EIGHTH + 2].tolist()).tolist()
        ids = sums_in(self.raw, relation[NINTH : NINTH + 1].copy(), relation[NINTH + 1 : NINTH + 2].copy()).tolist()
        kinds = numbers_in(self.raw, *relation[TENTH : TENTH + 2].tolist()).tolist()
        return [(kind, member, self.word(role)) for kind, member, role in zip(kinds, ids, roles, strict=True)]

    def places_of(self, wanted: NDArray[np.int64]) -> NDArray[np.int64]:
        """Those of the block's nodes whose ids are among ``wanted``, as ``found_nodes`` gives them."""
        found = [found_nodes(self.raw, spans, self._scale, wanted) for spans in self.dense_runs()]
        found.extend(self._single_nodes(wanted))
        return np.concatenate(found) if found else np.zeros((0, 3), dtype=np.int64)

    @cached_property
    def _scale(self) -> NDArray[np.int64]:
        """Granularity, offset of latitudes, offset of longitudes."""
        told = {number: value for number, value, end in self.fields.tolist() if end < 0}
        scale = told.get(GRANULARITY, USUAL_GRANULARITY), told.get(LAT_OFFSET, 0), told.get(LON_OFFSET, 0)
        return np.array(scale, dtype=np.int64)

    def dense_runs(self) -> Iterator[NDArray[np.int64]]:
        """Where the ids, latitudes and longitudes of each dense run of nodes begin and end: six numbers."""
        for group in self.groups:
            for _, begin, end in group[(group[:, 0] == DENSE) & (group[:, 2] >= 0)].tolist():
                spans = {number: (start, stop) for number, start, stop in fields_of(self.raw, begin, end).tolist()}
                runs = [spans.get(number, (0, 0)) for number in (DENSE_ID, DENSE_LAT, DENSE_LON)]
                if any(stop < 0 for _, stop in runs):
                    raise ValueError("a number where a run belongs")
                yield np.array(runs, dtype=np.int64).ravel()

    def _single_nodes(self, wanted: NDArray[np.int64]) -> Iterator[NDArray[np.int64]]:
        for group in self.groups:
            table = node_table(self.raw, group, NODE)
            at = np.searchsorted(wanted, table[:, 0])
            for place, (node, lat, lon) in zip(at.tolist(), table.tolist(), strict=True):
                if place < len(wanted) and wanted[place] == node:
                    granularity, lat_offset, lon_offset = self._scale.tolist()
                    x, y = placed(lon, granularity, lon_offset), placed(lat, granularity, lat_offset)
                    yield np.array([[place, x, y]], dtype=np.int64)


def counted(content: memoryview) -> tuple[int, int]:
    """How many objects a block holds, and how many of them are relations.

    Raises
    ------
    ValueError
        The block's bytes make no sense.
    """
    block = Content.of(content)
    dense = sum(count_numbers(block.raw, *run[:2].tolist()) for run in block.dense_runs())
    return block.count(NODE, WAY, RELATION) + dense, block.count(RELATION)
