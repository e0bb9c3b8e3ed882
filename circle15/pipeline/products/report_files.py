"""The files of a report, put in place together; what an office has changed in Word is kept beside."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from circle15.errors import DataError
from circle15.publish.report.html import html_page
from circle15.results.single_files import putting, require_closed
from circle15.words import say

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from circle15.publish.report.document import Document

REPORT_FOLDER = "report"
# What this program wrote last: a .docx with another hash has been changed by a person since.
RECORD = "report.json"
KEPT = "-修改稿{number}"
# What is told where another program holds a file; of a report in its own words.
HELD = ("issues.open_elsewhere", "issues.cannot_write")


@dataclass(frozen=True)
class ReportFiles:
    """The files written, and copies of those that a person had changed."""

    written: tuple[Path, ...]
    kept: tuple[Path, ...] = ()


def write_report(
    document: Document, folder: Path, formats: tuple[str, ...], template: Path | None = None
) -> ReportFiles:
    """Write a report in some formats; all of them or none.

    Raises
    ------
    DataError
        A file is open in another program or cannot be written, a template is no Word file, no program to print.
    """
    contents = {name: _maker(name)(document, template) for name in formats}
    stem = say("report.file_name", document.lang)
    targets = {name: folder / f"{stem}.{name}" for name in contents}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for path in targets.values():
            require_closed(path)
        kept = _kept([path for path in targets.values() if path.suffix == ".docx"], folder)
        with putting(*targets.values(), folder / RECORD) as (*drafts, record):
            for draft, content in zip(drafts, contents.values(), strict=True):
                draft.write_bytes(content)
            record.write_text(_record(folder, targets, contents), encoding="utf-8", newline="\n")
    except OSError as fault:
        raise DataError("report.cannot_write", file=str(folder), reason=fault.strerror or str(fault)) from fault
    except DataError as fault:
        if fault.key in HELD:
            raise DataError("report.in_use", file=fault.facts["file"]) from fault
        raise
    return ReportFiles(tuple(targets.values()), kept)


def _maker(name: str) -> Callable[[Document, Path | None], bytes]:
    return {"docx": _docx, "html": _html, "pdf": _pdf}[name]


def _docx(document: Document, template: Path | None) -> bytes:
    try:
        from circle15.publish.report.word.write import docx_bytes
    except ImportError as fault:
        raise DataError("report.needs_docx") from fault
    from circle15.publish.report.word.template import template_bytes

    return docx_bytes(document, None if template is None else template_bytes(template))


def _html(document: Document, template: Path | None) -> bytes:  # noqa: ARG001  a page has a style of its own
    return html_page(document).encode("utf-8")


def _pdf(document: Document, template: Path | None) -> bytes:  # noqa: ARG001
    from circle15.publish.report.pdf import pdf_bytes

    return pdf_bytes(html_page(document))


def _kept(targets: list[Path], folder: Path) -> tuple[Path, ...]:
    """Copies of documents that are not what this program wrote last."""
    known = _known(folder)
    kept = []
    for target in targets:
        if target.exists() and _sha256(target.read_bytes()) != known.get(target.name):
            number = next(n for n in range(1, 10_000) if not _beside(target, n).exists())
            copy = _beside(target, number)
            copy.write_bytes(target.read_bytes())
            kept.append(copy)
    return tuple(kept)


def _beside(target: Path, number: int) -> Path:
    return target.with_name(f"{target.stem}{KEPT.format(number=number)}{target.suffix}")


def _known(folder: Path) -> dict[str, str]:
    """The hashes of what this program wrote last; none where its record is gone or damaged."""
    try:
        told = json.loads((folder / RECORD).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return {str(name): str(sha) for name, sha in told.items()} if isinstance(told, dict) else {}


def _record(folder: Path, targets: dict[str, Path], contents: dict[str, bytes]) -> str:
    hashes = _known(folder) | {targets[name].name: _sha256(content) for name, content in contents.items()}
    return json.dumps(hashes, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
