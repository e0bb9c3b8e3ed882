"""The text of ``study.toml``: the commented form, kept as data, with what is proposed put in."""

from __future__ import annotations

import re
from importlib.resources import files
from typing import TYPE_CHECKING

from circle15.inputs.recognise.found import shown
from circle15.model.toml_text import comment, text_value
from circle15.words import say
from circle15.workspace.account import account
from circle15.workspace.sections import SECTIONS

if TYPE_CHECKING:
    from circle15.workspace.form import Form

_PLACE = re.compile(r"^#@ (\w+)\n|\{(place|id|period|study)\}", re.MULTILINE)


def study_text(form: Form) -> str:
    """The whole file; it parses as TOML whatever the files are called."""
    text = files("circle15.workspace").joinpath(f"study.{form.lang}.toml").read_text(encoding="utf-8")
    head = {"place": text_value(form.place), "id": text_value(form.id), "period": text_value(form.period)}
    head["study"] = shown(form.study)
    filled = _PLACE.sub(lambda mark: head[mark[2]] if mark[2] else SECTIONS[mark[1]](form), text)
    return filled + _account(form)


def _account(form: Form) -> str:
    lines = account(form)
    return "\n" + comment("\n".join((say("init.account_title", form.lang), *lines))) + "\n" if lines else ""
