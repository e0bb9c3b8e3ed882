"""The report as .pdf: its page printed by a browser of this computer, without the net, and without its clock.

Every Windows has Edge; elsewhere Chrome or Chromium will do. The page asks for nothing and runs nothing.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

from circle15.errors import DataError

PROGRAMS = (
    "msedge", "microsoft-edge", "microsoft-edge-stable", "chrome", "google-chrome", "google-chrome-stable", "chromium",
    "chromium-browser",
)  # fmt: skip
# Below the folders of programs of Windows, and where a Mac keeps them.
PLACES = ("Microsoft/Edge/Application/msedge.exe", "Google/Chrome/Application/chrome.exe")
ROOTS = ("PROGRAMFILES(X86)", "PROGRAMFILES", "LOCALAPPDATA")
MAC = (
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)
MOST_SECONDS = 120
_DATES = re.compile(rb"(/(?:CreationDate|ModDate) ?\(D:)\d{14}(?=[^)]*\))")
_IDS = re.compile(rb"/ID ?\[ ?<[0-9A-Fa-f]*> ?<[0-9A-Fa-f]*> ?\]")
FIXED_DATE = b"20000101000000"


def pdf_bytes(page: str) -> bytes:
    """Print a page.

    Parameters
    ----------
    page
        The text of the .html.

    Returns
    -------
    bytes
        The same for the same page, printed by the same version of the same program with the same fonts.

    Raises
    ------
    DataError
        No program that prints was found, or it wrote nothing.
    """
    program = printer()
    if program is None:
        raise DataError("report.no_printer")
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        here = Path(folder)
        (here / "report.html").write_text(page, encoding="utf-8", newline="\n")
        _print(program, here)
        try:
            return without_clock((here / "report.pdf").read_bytes())
        except OSError as fault:
            raise DataError("report.printer_failed", program=program, reason="-") from fault


def printer() -> str | None:
    """A browser that prints without a window; None where there is none."""
    for name in PROGRAMS:
        found = shutil.which(name)
        if found:
            return found
    roots = [Path(os.environ[root]) for root in ROOTS if os.environ.get(root)]
    paths = [*(root / place for root in roots for place in PLACES), *map(Path, MAC)]
    return next((str(path) for path in paths if path.is_file()), None)


def _print(program: str, folder: Path) -> None:
    command = [
        program, "--headless", "--disable-gpu", "--no-first-run", "--no-default-browser-check", "--disable-extensions",
        "--disable-background-networking", "--disable-sync", "--no-pdf-header-footer",
        f"--user-data-dir={folder / 'profile'}", f"--print-to-pdf={folder / 'report.pdf'}",
    ]  # fmt: skip
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        command.append("--no-sandbox")  # a browser run by root refuses to start otherwise; the page has no script
    try:
        done = subprocess.run(
            [*command, (folder / "report.html").as_uri()], capture_output=True, timeout=MOST_SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as fault:
        raise DataError("report.printer_failed", program=program, reason=type(fault).__name__) from fault
    if done.returncode != 0:
        raise DataError("report.printer_failed", program=program, reason=str(done.returncode))


def without_clock(pdf: bytes) -> bytes:
    """A PDF with a fixed date and without an id of its making; every offset in it stays right.

    Examples
    --------
    >>> without_clock(b"/CreationDate (D:20260101120000+00'00')")
    b"/CreationDate (D:20000101000000+00'00')"
    """
    dated = _DATES.sub(lambda found: found[1] + FIXED_DATE, pdf)
    return _IDS.sub(lambda found: re.sub(rb"[0-9A-Fa-f](?=[0-9A-Fa-f]*>)", b"0", found[0]), dated)
