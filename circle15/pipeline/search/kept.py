"""Arrays that a run has searched before: kept on disk, each lot under the hash of everything it depends on.

Nothing here is ever out of date: a changed network, list or profile has another hash. The folder may be deleted at any
time; what is missing is searched again, with the same bits.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import zipfile
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from numpy.typing import NDArray

    Arrays = Mapping[str, NDArray[np.generic]]

ENDING = ".npz"
MOST_BYTES = 2_000_000_000
# Raised by numpy and zipfile at a file that a full disk or a killed run has cut.
DAMAGE = (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile)


@dataclass(frozen=True)
class KeptArrays:
    """A folder of arrays; ``folder`` None keeps nothing."""

    folder: Path | None

    def get(self, key: str) -> Arrays | None:
        """The arrays under ``key``, None where they are not kept; ``key`` is ``hash_of`` all that they depend on."""
        return None if self.folder is None else _read(self.folder / f"{key}{ENDING}")

    def put(self, key: str, arrays: Arrays) -> None:
        """Keep arrays for the next time; where that cannot be, they are made again then."""
        if self.folder is not None:
            _write(self.folder / f"{key}{ENDING}", arrays)

    def recalled(self, key: str, made: Callable[[], Arrays]) -> Arrays:
        """The arrays under ``key``; where they are not kept, what ``made`` gives, which is kept for the next time."""
        kept = self.get(key)
        if kept is None:
            kept = made()
            self.put(key, kept)
        return kept

    def trim(self, most_bytes: int = MOST_BYTES) -> None:
        """Delete what was not asked for longest, until no more than ``most_bytes`` are kept."""
        if self.folder is None or not self.folder.is_dir():
            return
        with contextlib.suppress(OSError):  # another run may tidy up at the same time
            files = [(path.stat(), path) for path in self.folder.glob(f"*{ENDING}")]
            files.sort(key=lambda file: (-file[0].st_mtime_ns, file[1].name))
            total = np.cumsum([stat.st_size for stat, _ in files])
            for at in np.flatnonzero(total > most_bytes).tolist():
                files[at][1].unlink(missing_ok=True)


NOTHING_KEPT = KeptArrays(None)


def hash_of(*parts: NDArray[np.generic] | str | float | None) -> str:
    """A name for what depends on all of ``parts``, and on nothing else: 40 hexadecimal digits.

    Arrays count with their type and shape, so that none can be taken for another.

    Examples
    --------
    >>> one, other = np.array([1.0, 2.0]), np.array([1, 2])
    >>> hash_of("walk", one) == hash_of("walk", one.copy()), hash_of("walk", one) == hash_of("walk", other)
    (True, False)
    """
    digest = hashlib.sha256()
    for part in parts:
        if isinstance(part, np.ndarray):
            digest.update(f"array {part.dtype.str} {part.shape};".encode())
            digest.update(np.ascontiguousarray(part).data)
        else:
            said = repr(part)
            digest.update(f"{type(part).__name__} {len(said)} {said};".encode())
    return digest.hexdigest()[:40]


def _read(path: Path) -> dict[str, NDArray[np.generic]] | None:
    try:
        with path.open("rb") as raw, np.load(raw, allow_pickle=False) as file:
            arrays = {name: file[name] for name in file.files}
        os.utime(path)  # asked for now: trimmed last
    except DAMAGE:
        return None
    return arrays


def _write(path: Path, arrays: Arrays) -> None:
    """Write beside and rename; a folder that cannot be written keeps nothing, which only costs time."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with draft.open("wb") as file:
            np.savez(file, **arrays)  # type: ignore[arg-type]
        draft.replace(path)
    except OSError:
        with contextlib.suppress(OSError):
            draft.unlink(missing_ok=True)
