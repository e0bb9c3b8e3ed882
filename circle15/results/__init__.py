"""What a finished run holds; saved and reloaded whole."""

from circle15.results.results import Results

__all__ = ["Results"]
