"""Forty names that do harm, or vanish, where an output takes text for something else."""

import dataclasses

import numpy as np
import pandas as pd
from made_results import made_results

from circle15.model.ledger import Note
from circle15.pipeline.run import LEDGER_COLUMNS

# A page that runs one of them sets window.hurt; a page that fetches one asks for this host.
HOST = "hurt.invalid"
HURT = "window.hurt=1"
NAMES = (
    f'<img src=x onerror="{HURT}">',
    f"<script>{HURT}</script>",
    f"</script><script>{HURT}</script>",
    f"</title></style></textarea><svg onload={HURT}>",
    f'"><iframe srcdoc="<script>parent.{HURT}</script>"></iframe>',
    f"' onmouseover='{HURT}",
    f"<a href=javascript:{HURT}>链接</a>",
    f"<style>@import 'http://{HOST}/a.css'</style>",
    f"<link rel=stylesheet href=http://{HOST}/b.css>",
    "<!-- 注释 --> & <b>粗体</b>",
    f"]]><script>{HURT}</script><![CDATA[",
    f'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "http://{HOST}/c">]>&x;',
    "&lt;b&gt;&amp;#60;",
    f"${{{HURT}}}",
    f"`${{{HURT}}}`",
    "{{ 7 * 7 }}{% raise %}{# x #}",
    "%s%n%d %(name)s",
    "{0}{name}{0.__class__}",
    "[% env('HOME') %][%= 1 %]",
    "=1+1",
    "+1托育",
    "-2+3",
    "@SUM(A1)",
    "=cmd|' /C calc'!A0",
    f'=HYPERLINK("http://{HOST}/d","点我")',
    f"http://{HOST}/e",
    f"mailto:a@{HOST}",
    f"\\\\{HOST}\\share\\f",
    "../../etc/passwd",
    "C:\\Windows\\a:b*c?|d",
    "'单引号' \"双引号\" “中文”",
    "\u202e幼儿园\u202c 反\u200f",
    "零\u200b宽\u200d字\ufeff符",
    "第一行\n第二行\t制表",
    "响铃\x07退格\x08垂直\x0b",
    "下\u2028行\u2029段",
    "𠮷野家\U00020bb7𪚥龘",
    "👨‍👩‍👧‍👦🏫 café é",
    "长" * 300 + "尾",
    "  前后空格  ",
)
assert len(set(NAMES)) == len(NAMES) == 40


def hostile_results():
    """A small run whose facilities, units and areas bear these names."""
    made = made_results(columns=40, rows=30, counts=[8, 7, 6, 6, 6, 8, 6, 5], points=12)
    facilities = made.facilities.copy()
    facilities["name"] = [NAMES[at % len(NAMES)] for at in range(len(facilities))]
    facilities["address"] = [NAMES[-1 - at % len(NAMES)] for at in range(len(facilities))]
    facilities["inside"] = True
    units = {
        code: NAMES[at % len(NAMES)] for at, code in enumerate(made.zones["code"][made.zones["level"] == "village"])
    }
    towns = {code: NAMES[at] for at, code in enumerate(made.zones["code"][made.zones["level"] == "town"])}
    names = units | towns
    renamed = {
        name: frame.assign(name=frame["code"].map(names).fillna(frame["name"]))
        for name in ("zones", "coverage", "index")
        for frame in (getattr(made, name),)
    }
    areas = made.underserved.assign(name=[NAMES[at % len(NAMES)] for at in range(len(made.underserved))])
    ledger = pd.DataFrame(
        [
            ("名单.xlsx", "表", at + 2, "used", "childcare", f"T{at}", name, "", np.nan, np.nan)
            for at, name in enumerate(NAMES)
        ],
        columns=list(LEDGER_COLUMNS),
    )
    about = made.study.study.model_copy(update={"place": NAMES[2]})
    return dataclasses.replace(
        made,
        study=made.study.model_copy(update={"study": about}),
        facilities=facilities,
        underserved=areas,
        ledger=ledger,
        index_parts=made.index[["level", "code", "people", "access"]],
        notes=tuple(Note("study.scattered", {"counts": name}) for name in NAMES),
        **renamed,
    )
