"""What files, the program and its libraries are known by, so that nobody takes one for another."""

from __future__ import annotations

import hashlib
import importlib.metadata
import platform
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from circle15 import __version__

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

# The libraries whose version can change a number or a byte of the outputs.
LIBRARIES = (
    "geopandas",
    "numba",
    "numpy",
    "osmium",
    "pandas",
    "pyarrow",
    "pyogrio",
    "pyproj",
    "rasterio",
    "scikit-learn",
    "scipy",
    "shapely",
    "xlsxwriter",
)
FRAME_ENDING = ".parquet"
CODE_ENDINGS = (".py", ".toml")


def sha256(path: Path) -> str:
    """The SHA-256 of a file's bytes, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def mark_of(sha256s: Mapping[str, str]) -> str:
    """What tells the results of a run from others: made of the SHA-256 of its frames, by the names of their files.

    Examples
    --------
    >>> mark_of({"b.parquet": "1", "a.parquet": "2", "x.xlsx": "3"}) == mark_of({"a.parquet": "2", "b.parquet": "1"})
    True
    """
    frames = sorted((name, sha) for name, sha in sha256s.items() if name.endswith(FRAME_ENDING))
    return hashlib.sha256("".join(f"{sha}  {name}\n" for name, sha in frames).encode()).hexdigest()


def versions() -> dict[str, Any]:
    """The versions of the program, of Python and of the libraries that decide results."""
    return {"circle15": __version__, "python": platform.python_version(), **_versions_of_libraries()}


@cache
def _versions_of_libraries() -> dict[str, str]:
    """Asked of the system once: what is running stays what it is."""
    return {name: importlib.metadata.version(name) for name in LIBRARIES}


@cache
def code_of(*packages: str) -> str:
    """The SHA-256 of the code and the tables of some packages, those within them left out.

    Examples
    --------
    >>> code_of("circle15.model") == code_of("circle15.model"), code_of("circle15.model") == code_of("circle15.access")
    (True, False)
    """
    digest = hashlib.sha256()
    for package in packages:
        for file in sorted(files(package).iterdir(), key=lambda file: file.name):
            if file.name.endswith(CODE_ENDINGS):
                text = file.read_bytes()
                digest.update(f"{package} {file.name} {len(text)};".encode())
                digest.update(text)
    return digest.hexdigest()
