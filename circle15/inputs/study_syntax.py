"""TOML as planners write it; where it is none, the line, and the slip that they make most often there."""

from __future__ import annotations

import re
import tomllib
from typing import TYPE_CHECKING, Any

from circle15.catalogue.toml_file import place_in
from circle15.errors import ConfigurationError

if TYPE_CHECKING:
    from pathlib import Path

WHOLE_TEXT = re.compile(r'"(?:[^"\\]|\\.)*"|\'[^\']*\'')
COMMENT = re.compile(r"#.*")
CHINESE_MARKS = re.compile("[“”‘’「」＂＇＝，［］【】｛｝]")
BACKSLASH_IN_QUOTES = re.compile(r'"[^"]*\\')
DATE_SETTING = re.compile(r"(?:^|[{,\s])date\s*[=＝]")
PERIOD_SETTING = re.compile(r"(?:^|[{,\s])period\s*[=＝]")
TWICE = ("Cannot overwrite", "Cannot declare", "Duplicate", "Cannot mutate", "Cannot redefine")


def written_toml(path: Path) -> dict[str, Any]:
    """What a study or a scenario says.

    Raises
    ------
    ConfigurationError
        Not in UTF-8, or no TOML.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
        return tomllib.loads(text)
    except UnicodeDecodeError as fault:
        raise ConfigurationError("study.not_utf8", file=path.name) from fault
    except tomllib.TOMLDecodeError as fault:
        raise syntax_fault(path.name, text, str(fault)) from fault


def syntax_fault(file: str, text: str, message: str) -> ConfigurationError:
    r"""The parser's English finding as a sentence that names the line and what to do.

    Parameters
    ----------
    file
        Named in the sentence.
    text
        The whole file.
    message
        What ``tomllib`` says.

    Examples
    --------
    >>> text = "[study]\nplace = “示例县”"
    >>> fault = syntax_fault("study.toml", text, "Invalid value (at line 2, column 9)")
    >>> fault.key, fault.facts["line"], fault.facts["column"]
    ('study.chinese_marks', 2, 9)
    """
    place = place_in(message)
    if place is None:
        return ConfigurationError("study.not_toml_at_end", file=file)
    line, column = place
    said = text.splitlines()[line - 1] if line <= len(text.splitlines()) else ""
    return ConfigurationError(_slip(said, message), file=file, line=line, column=column)


def _slip(said: str, message: str) -> str:
    """The key of the sentence about one line."""
    bare = COMMENT.sub("", WHOLE_TEXT.sub('""', said))
    if message.startswith(TWICE):
        return "study.set_twice"
    if BACKSLASH_IN_QUOTES.search(said):
        return "study.backslash"
    if DATE_SETTING.search(bare):
        return "study.date_line"
    if PERIOD_SETTING.search(bare) and not CHINESE_MARKS.search(bare):
        return "study.period_line"
    return "study.chinese_marks" if CHINESE_MARKS.search(bare) else "study.not_toml"
