"""Links to the files beside a run."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

if TYPE_CHECKING:
    from collections.abc import Iterable

    from circle15.results.neighbours import NeighbourFile

INDEX_PAGE = "index.html"


def download_rows(files: Iterable[NeighbourFile]) -> list[dict[str, object]]:
    """What each is, its name, how many it holds, and its address from the page's folder.

    Examples
    --------
    >>> from circle15.results.neighbours import NeighbourFile
    >>> download_rows([NeighbourFile("report", "../../a b/年报.docx")])[0]["href"]
    '../../a%20b/%E5%B9%B4%E6%8A%A5.docx'
    >>> [row["name"] for row in download_rows([NeighbourFile("siting", "../新增2处/index.html")])]
    ['新增2处']
    """
    return [
        {
            "kind": file.kind,
            "name": _name(file.path),
            "files": file.files,
            # Without "./" a name with a colon would be read as a scheme.
            "href": quote(file.path if file.path.startswith("..") else f"./{file.path}"),
        }
        for file in files
    ]


def _name(path: str) -> str:
    """A file's own name; of pages that are all called alike the name of their folder."""
    *_, folder, name = ["", *path.rstrip("/").split("/")]
    return folder if name == INDEX_PAGE and folder else name
