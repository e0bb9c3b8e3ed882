"""What does not come with every installation: asked for before the work begins, and named where it is missing."""

from __future__ import annotations

from circle15.errors import ConfigurationError


def require_drawing() -> None:
    """Find out whether what draws charts and maps is installed.

    Raises
    ------
    ConfigurationError
        It is not, or too old.
    """
    try:
        import fontTools  # noqa: F401
        from matplotlib.font_manager import FontPath  # noqa: F401  of the oldest release that will do
    except ImportError as fault:
        raise ConfigurationError("drawing.not_installed") from fault


def require_word() -> None:
    """Find out whether what writes documents is installed.

    Raises
    ------
    ConfigurationError
        It is not.
    """
    try:
        import docx  # noqa: F401
    except ImportError as fault:
        raise ConfigurationError("report.needs_docx") from fault
