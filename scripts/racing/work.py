"""Work as a folder of arrays, each read when it is asked for: nobody holds what it does not need."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from pathlib import Path

FACTS = "facts.json"


class OnDisk(Mapping[str, Any]):
    """Arrays, numbers and words by name; an array is mapped from its file, read-only."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.facts: dict[str, Any] = json.loads((folder / FACTS).read_text(encoding="utf-8"))

    def __getitem__(self, name: str) -> Any:  # noqa: ANN401 - arrays, numbers, words
        if name in self.facts:
            return self.facts[name]
        path = self.folder / f"{name}.npy"
        if not path.is_file():
            raise KeyError(name)
        array = np.load(path, mmap_mode="r") if path.stat().st_size else np.load(path)
        return np.asarray(array)

    def __iter__(self) -> Iterator[str]:
        yield from self.facts
        yield from sorted(path.stem for path in self.folder.glob("*.npy"))

    def __len__(self) -> int:
        return sum(1 for _ in self)


def keep(work: Mapping[str, Any], folder: Path) -> None:
    """Write work to a folder of its own."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True, exist_ok=True)
    for name, value in work.items():
        if isinstance(value, np.ndarray):
            np.save(folder / f"{name}.npy", value)
    facts = {name: value for name, value in work.items() if not isinstance(value, np.ndarray)}
    (folder / FACTS).write_text(json.dumps(facts), encoding="utf-8")
