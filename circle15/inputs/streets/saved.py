"""A network saved as it is, and loaded without being made again.

One Arrow file, uncompressed, whose arrays are used where they lie. Its metadata hold the format and its version, the
coordinate system as WKT, the mode, the kinds, and a digest of everything; what does not agree with it is not loaded.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyproj

from circle15.errors import Circle15Error, DataError
from circle15.model.digest import sha256_of
from circle15.model.network import StreetNetwork

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    Arrays = Mapping[str, NDArray[Any]]

FORMAT, VERSION = "circle15 network", 1
FACTS, SEAL = b"circle15", b"seal"
MAGIC = b"ARROW1"  # how every Arrow file begins
# What each array holds, and how many numbers stand for one thing.
REQUIRED = {
    "node_xy": ("<f8", 2),
    "node_osm_id": ("<i8", 1),
    "from_node": ("<i4", 1),
    "to_node": ("<i4", 1),
    "length_m": ("<f8", 1),
    "forward_m": ("<f8", 1),
    "kind": ("<i2", 1),
    "way_id": ("<i8", 1),
    "line_start": ("<i8", 1),
    "line_xy": ("<f8", 2),
    "node_island": ("<i4", 1),
    "name_way": ("<i8", 1),
    "name_end": ("<i8", 1),
    "name_text": ("|u1", 1),
}
OPTIONAL = {"backward_m": ("<f8", 1), "restricted": ("|u1", 1)}
DERIVED = ("node_island",)
NAMES = ("name_way", "name_end", "name_text")


class OtherFormatError(Exception):
    """The file is an Arrow file of something else."""


class OtherVersionError(Exception):
    """The file is a network as another version of this program saved it."""


@dataclass(frozen=True, eq=False)
class WayNames(Mapping[int, str]):
    """What ways are called, by id; made words of only when somebody asks.

    Attributes
    ----------
    way
        int64, (named ways,): ids, in order.
    end
        int64, (named ways,): where each name ends in ``text``.
    text
        uint8: all names end to end, as UTF-8.
    """

    way: NDArray[np.int64]
    end: NDArray[np.int64]
    text: NDArray[np.uint8]

    @classmethod
    def of(cls, names: Mapping[int, str]) -> WayNames:
        """The same names as arrays."""
        if isinstance(names, cls):
            return names
        ways = sorted(names)
        words = [names[way].encode("utf-8") for way in ways]
        end = np.cumsum([len(word) for word in words], dtype=np.int64)
        return cls(np.array(ways, dtype=np.int64), end, np.frombuffer(b"".join(words), dtype=np.uint8))

    @cached_property
    def _words(self) -> dict[int, str]:
        text, bounds = self.text.tobytes(), pairwise([0, *self.end.tolist()])
        return {way: text[a:b].decode("utf-8") for way, (a, b) in zip(self.way.tolist(), bounds, strict=True)}

    def __getitem__(self, way: int) -> str:
        return self._words[way]

    def __iter__(self) -> Iterator[int]:
        return iter(self._words)

    def __len__(self) -> int:
        return len(self.way)


def save_network(network: StreetNetwork, path: Path) -> None:
    """Save a network; what stood there before is replaced in one step, or left alone.

    Its connected parts are found once and saved, too.

    Parameters
    ----------
    network
        The network.
    path
        The file, by custom ``.arrow``; its folder is made where there is none.

    Raises
    ------
    DataError
        The folder cannot be written, or another program holds the old file open.
    """
    draft = path.with_name(f".{path.name}.draft.{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _write(_arrays(network), _facts(network), draft)
        draft.replace(path)
    except OSError as fault:
        with suppress(OSError):
            draft.unlink(missing_ok=True)
        raise DataError("saved.not_written", file=str(path)) from fault


def load_network(path: Path, crs: pyproj.CRS | None = None) -> StreetNetwork:
    """Load a network as ``save_network`` saved it, equal to the last bit.

    Its arrays stay in the file, and take memory as they are used. On Windows, where a file that is in use so cannot be
    replaced, they are read as a whole instead.

    Parameters
    ----------
    path
        The file.
    crs
        The coordinate system that it is known to be in, which the network then holds itself; without it, one made of
        what the file says of it.

    Raises
    ------
    DataError
        No such file; a damaged one, one cut short, or one in another coordinate system; a file of something else, or of
        another version of the format. Whichever it is, the sentence says to have it made again.
    """
    if not path.is_file():
        raise DataError("saved.missing", file=str(path))
    try:
        return _loaded(path, crs)
    except OtherFormatError as fault:
        raise DataError("saved.other_format", file=path.name) from fault
    except OtherVersionError as fault:
        raise DataError("saved.other_version", file=path.name, found=str(fault), known=VERSION) from fault
    except (
        pa.ArrowException,
        Circle15Error,
        ValueError,
        KeyError,
        TypeError,
        OSError,
        pyproj.exceptions.CRSError,
    ) as fault:
        raise DataError("saved.damaged", file=path.name) from fault


def _arrays(network: StreetNetwork) -> dict[str, NDArray[Any]]:
    names = WayNames.of(network.way_names)
    found: dict[str, NDArray[Any]] = {
        name: getattr(network, name) for name in (*REQUIRED, *OPTIONAL) if name not in NAMES
    }
    found |= {"name_way": names.way, "name_end": names.end, "name_text": names.text}
    return {name: array for name, array in found.items() if array is not None}


def _facts(network: StreetNetwork) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "version": VERSION,
        "crs": network.crs.to_wkt(),
        "mode": network.mode,
        "kinds": list(network.kinds),
        "digest": network.digest,
    }


def _seal(arrays: Arrays, facts: Mapping[str, Any]) -> str:
    """A digest of everything that is in the file, in whichever type and shape it is saved."""
    plain = {name: _plain(name, array) for name, array in arrays.items()}
    return sha256_of(plain, facts)


def _plain(name: str, array: NDArray[Any]) -> NDArray[Any]:
    kind, _ = (REQUIRED | OPTIONAL)[name]
    return np.ascontiguousarray(array, dtype=kind).reshape(-1)


def _write(arrays: Arrays, facts: Mapping[str, Any], path: Path) -> None:
    columns = [_column(_plain(name, array)) for name, array in arrays.items()]
    told = {FACTS: json.dumps(facts, ensure_ascii=False).encode("utf-8"), SEAL: _seal(arrays, facts).encode("ascii")}
    batch = pa.record_batch(columns, names=list(arrays)).replace_schema_metadata(told)
    with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_file(sink, batch.schema) as writer:
        writer.write_batch(batch)


def _column(array: NDArray[Any]) -> pa.Array:
    """One row that holds a whole array."""
    return pa.LargeListArray.from_arrays(pa.array([0, len(array)], type=pa.int64()), pa.array(array))


def _loaded(path: Path, crs: pyproj.CRS | None) -> StreetNetwork:
    batch = _batch(path)
    told = batch.schema.metadata or {}
    if FACTS not in told:
        raise OtherFormatError
    facts = json.loads(told[FACTS])
    if facts.get("format") != FORMAT:
        raise OtherFormatError
    if facts.get("version") != VERSION:
        raise OtherVersionError(facts.get("version"))
    batch.validate()
    arrays = {name: _array(batch, name, *kind) for name, kind in REQUIRED.items()}
    arrays |= {name: _array(batch, name, *kind) for name, kind in OPTIONAL.items() if name in batch.schema.names}
    if told.get(SEAL, b"").decode("ascii") != _seal(arrays, facts):
        raise ValueError("not what was saved")
    if crs is not None and crs.to_wkt() != facts["crs"]:
        raise ValueError("in another coordinate system")
    return _network(arrays, facts, crs or pyproj.CRS.from_wkt(facts["crs"]))


def _batch(path: Path) -> pa.RecordBatch:
    # A file that is mapped into memory cannot be replaced on Windows.
    if sys.platform == "win32":
        with pa.OSFile(str(path), "rb") as file:
            source = pa.BufferReader(file.read_buffer())
    else:
        source = pa.memory_map(str(path), "rb")
    try:
        reader = pa.ipc.open_file(source)
    except pa.ArrowInvalid as fault:
        with path.open("rb") as file:
            if file.read(len(MAGIC)) != MAGIC:
                raise OtherFormatError from fault
        raise
    if reader.num_record_batches != 1:
        raise OtherFormatError
    return reader.get_batch(0)


def _array(batch: pa.RecordBatch, name: str, kind: str, width: int) -> NDArray[Any]:
    column = batch.column(name)
    if not pa.types.is_large_list(column.type) or len(column) != 1 or column.null_count:
        raise TypeError(name)
    flat = column.flatten()
    if flat.null_count:
        raise TypeError(name)
    array: NDArray[Any] = flat.to_numpy(zero_copy_only=True)
    if array.dtype != np.dtype(kind):
        raise TypeError(name)
    return array if width == 1 else array.reshape(-1, width)


def _network(arrays: Arrays, facts: Mapping[str, Any], crs: pyproj.CRS) -> StreetNetwork:
    parts = {name: array for name, array in arrays.items() if name not in (*DERIVED, *NAMES)}
    if "restricted" in parts:
        parts["restricted"] = parts["restricted"].view(np.bool_)
    network = StreetNetwork(
        **parts,
        crs=crs,
        kinds=tuple(facts["kinds"]),
        mode=facts["mode"],
        way_names=WayNames(*(arrays[name] for name in NAMES)),
    )
    # Where a cached property keeps what it has found: these are as good as found.
    vars(network).update(node_island=arrays["node_island"], digest=facts["digest"])
    return network
