"""Who cannot reach which public service within 15 minutes on foot, how unequal that is, and where.

>>> import circle15
>>> results = circle15.run("data/raw/shili/study.toml")  # doctest: +SKIP
>>> results.index  # doctest: +SKIP
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from circle15.results import Results

__version__ = "0.1.0"
__all__ = ["Results", "__version__", "run"]


def __getattr__(name: str) -> object:
    """``circle15.Results``, imported when first asked for, so that ``circle15 --help`` answers at once."""
    if name == "Results":
        from circle15.results import Results

        return Results
    raise AttributeError(name)


def run(study: Path | str) -> Results:
    """Run a study from its files, write its tables and maps, and give its results.

    Parameters
    ----------
    study
        The ``study.toml``, or the folder that holds it.

    Raises
    ------
    Circle15Error
        A file or a setting is wrong; the error says which, and what to do. Nothing is written then.
    """
    from pathlib import Path

    from circle15.pipeline.run import run_study

    return run_study(Path(study)).results
