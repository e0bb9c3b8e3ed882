"""Reports of the sample county as they are printed: letters, tables, sections and figures, page by page."""

from __future__ import annotations

import platform
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from unittest.mock import patch

import rendered
from report_numbers import stray_numbers, wrong_figures
from shared_runs import in_own_process

from circle15.pipeline.products import reporting
from circle15.pipeline.products.report_files import write_report
from circle15.publish.report.compose import report_of

if TYPE_CHECKING:
    from circle15.pipeline.products.report_files import ReportFiles
    from circle15.publish.report.document import Document
    from circle15.publish.report.material import Material

TITLE = "The annual report on paper"
FULL = 2

PLACE, OLD = "shili", "2025"
LABELS = {"zh": "in Chinese", "en": "in English"}
LANGUAGES = tuple(LABELS)
MOST_SECONDS = 300
# As publish.report.word.page has them: where text begins and ends on the page.
LEFT_MM, RIGHT_MM, BOTTOM_MM = 28.0, 184.0, 264.0
CIRCLE15 = "from circle15.cli.main import main; import sys; assert main(sys.argv[1:]) == 0"
KINDS = (
    "characters without a picture",
    "letters lost on the way to paper",
    "fonts that the PDF does not hold",
    "words out of the text block",
    "words over one another",
    "words of headers broken within",
    "tables wider than the text",
    "sections without text",
    "pages without text",
    "figures that are not those of the tables",
    "numbers that come from no table",
)


@dataclass(frozen=True)
class Report:
    """One report, and what is wrong with it by kind; ``pages`` of the .docx and of the .pdf."""

    lang: str
    pages: tuple[int, int]
    tables: int
    pictures: int
    figures: int
    faults: dict[str, list[object]]


def county(home: Path) -> Path:
    """The sample county of two years, with its list of issues and five proposed sites; the study of the second."""
    study = home / "data" / "raw" / PLACE
    site = ("site", str(study), "--service", "childcare", "--sites", "5")
    for command in (("demo", "--years", str(home)), ("issues", PLACE, "--folder", str(home)), site):
        in_own_process("-c", CIRCLE15, *command)
        print(command[0], flush=True)
    return study


def printed(docx_file: Path, folder: Path) -> Path:
    """A .docx as LibreOffice prints it."""
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    command = ["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", str(folder), str(docx_file)]
    subprocess.run(command, check=True, capture_output=True, timeout=MOST_SECONDS)
    return folder / f"{docx_file.stem}.pdf"


def written(study: Path, lang: str) -> tuple[Material, ReportFiles]:
    """Write a report; what it was written from, and its files."""
    kept: list[Material] = []

    def composed(material: Material) -> Document:
        kept.append(material)
        return report_of(material)

    with patch.object(reporting, "report_of", composed):
        files = reporting.make_report(reporting.Asked(study, compare=OLD, formats=("docx", "html", "pdf")), lang)
    return kept[0], files


def judged(study: Path, lang: str, folder: Path) -> Report:
    """Write a report, print it, and look for everything that can be wrong with it."""
    material, files = written(study, lang)
    document, (docx_file, _, pdf_file) = report_of(material), files.written
    again = write_report(document, folder, ("docx", "html"))
    assert [path.read_bytes() for path in again.written] == [path.read_bytes() for path in files.written[:2]]
    faults: dict[str, list[object]] = {kind: [] for kind in KINDS}
    for pdf in (printed(docx_file, folder), pdf_file):
        for kind, found in on_paper(docx_file.read_bytes(), pdf).items():
            faults[kind] += found
    content, words = docx_file.read_bytes(), rendered.printed_words(folder / f"{docx_file.stem}.pdf")
    faults["letters lost on the way to paper"] += sorted(rendered.lost_letters(content, words).items())
    faults["tables wider than the text"] += rendered.wide_tables(content)
    faults["sections without text"] += rendered.empty_sections(content)
    faults["figures that are not those of the tables"] += wrong_figures(material, document)
    faults["numbers that come from no table"] += stray_numbers(document)
    blocks = [type(block).__name__ for block in document.blocks()]
    pages = rendered.page_count(folder / f"{docx_file.stem}.pdf"), rendered.page_count(pdf_file)
    return Report(lang, pages, blocks.count("Table"), blocks.count("Picture"), len(document.figures()), faults)


def on_paper(content: bytes, pdf: Path) -> dict[str, list[object]]:
    """What is wrong with the printed pages of a report."""
    words = rendered.printed_words(pdf)
    text = rendered.all_text(content) + "".join(word.text for word in words)
    return {
        "characters without a picture": rendered.without_glyph(text, rendered.installed_characters()),
        "fonts that the PDF does not hold": rendered.fonts_not_inside(pdf),
        "words out of the text block": rendered.beyond_the_text(words, LEFT_MM, RIGHT_MM, BOTTOM_MM),
        "words over one another": rendered.over_one_another(words),
        "words of headers broken within": rendered.broken_headers(content, words),
        "pages without text": rendered.empty_pages(words, rendered.page_count(pdf)),
    }


def section(count: int) -> str:
    """Judge the reports of ``count`` languages; the page's section as markdown."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        study = county(home)
        reports = [judged(study, lang, Path(folder) / lang) for lang in LANGUAGES[:count]]
    for report in reports:
        wrong = {kind: found[:5] for kind, found in report.faults.items() if found}
        assert not wrong, (report.lang, wrong)
    return f"""
The reports of `circle15 demo --years` with its comparison, list of issues and five proposed sites, written twice to the
same bytes, the .docx printed by LibreOffice and the page by Chromium, and their pages read back with Poppler. What is
wrong is counted over both prints:

{_table(reports)}

Letters are looked up in the fonts of the machine, every letter of the .docx is found on its pages, and each figure is
worked out anew from the tables of the run.

Python {platform.python_version()}, {_version("soffice")}.
"""


def _table(reports: list[Report]) -> str:
    """A column per report."""
    head = ["", *(LABELS[report.lang] for report in reports)]
    rows = [
        ["pages (.docx, .pdf)", *("{}, {}".format(*report.pages) for report in reports)],
        ["tables, charts and maps", *(f"{report.tables}, {report.pictures}" for report in reports)],
        ["figures", *(f"{report.figures:,}" for report in reports)],
        *([kind, *(str(len(report.faults[kind])) for report in reports)] for kind in KINDS),
    ]
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def _version(program: str) -> str:
    """What a program says of itself."""
    told = subprocess.run([program, "--version"], capture_output=True, check=True).stdout.decode()
    return " ".join(told.split()[:2])
