"""Forty names that do harm, or vanish, where an output takes text for something else."""

import dataclasses

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
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
    "𠮷野家䶮㐀龘",
    "👨‍👩‍👧‍👦🏫 café é",
    "长" * 300 + "尾",
    "  前后空格  ",
)
assert len(set(NAMES)) == len(NAMES) == 40


def hostile_results():
    """A small run of forty towns of these names; its facilities, areas, addresses, notes and place bear them too."""
    made = made_results(columns=40, rows=30, counts=[8, 7, 6, 6, 6, 8, 6, 5], points=12)
    villages = made.zones.loc[made.zones["level"] == "village", "code"].tolist()[: len(NAMES)]
    names = dict(zip(villages, NAMES, strict=True))
    facilities = made.facilities.assign(
        name=[NAMES[at % len(NAMES)] for at in range(len(made.facilities))],
        address=[NAMES[-1 - at % len(NAMES)] for at in range(len(made.facilities))],
        inside=True,
    )
    row = ("名单.xlsx", "表", 2, "used", "childcare", "T1")
    index = _towns(made.index, names)
    return dataclasses.replace(
        made,
        study=_placed(made.study, NAMES[2]),
        zones=_under_the_county(_towns(made.zones, names)),
        cells=_cells(made.cells, villages),
        coverage=_towns(made.coverage, names),
        index=index,
        index_parts=_parts(index),
        facilities=facilities,
        underserved=_areas(made.underserved, villages),
        patch=_patch(made.zones.crs, made.cells.geometry.iloc[0].centroid),
        ledger=pd.DataFrame([(*row, name, "", np.nan, np.nan) for name in NAMES], columns=list(LEDGER_COLUMNS)),
        notes=tuple(Note("study.scattered", {"counts": name}) for name in NAMES),
    )


def _patch(crs, at):
    """Changes to the streets of every kind, two of points, two of lines and one of an area."""
    line = shapely.LineString([(at.x, at.y), (at.x + 900, at.y + 500)])
    shapes = [at, shapely.transform(at, lambda xy: xy + 300), line, shapely.MultiLineString([line]), at.buffer(200)]
    frame = {"action": ["gate", "gate", "path", "block", "open"], "name": list(NAMES[:5]), "status": "used"}
    return gpd.GeoDataFrame(frame, geometry=shapes, crs=crs)


def _placed(study, place):
    return study.model_copy(update={"study": study.study.model_copy(update={"place": place})})


def _towns(frame, names):
    """The county, and the first villages raised to towns of these names."""
    kept = frame[(frame["level"] == "county") | frame["code"].isin(list(names))]
    named = kept["code"].map(names).fillna(kept["name"])
    return kept.assign(level=kept["level"].where(kept["level"] == "county", "town"), name=named).reset_index(drop=True)


def _under_the_county(zones):
    return zones.assign(parent_code=zones["level"].map({"county": "", "town": "330999"}))


def _cells(cells, villages):
    raised = cells[cells["village_code"].isin(villages)].drop(columns="town_code")
    return raised.rename(columns={"village_code": "town_code"}).reset_index(drop=True)


def _parts(index):
    nothing = dict.fromkeys(("root_access", "capacity", "quality"), np.nan)
    return index[["level", "code", "people", "access"]].assign(service="childcare", **nothing)


def _areas(areas, villages):
    """Forty areas."""
    many = areas.iloc[[at % len(areas) for at in range(len(NAMES))]].reset_index(drop=True)
    return many.assign(
        area_id=[f"a{at}" for at in range(len(NAMES))], name=list(NAMES), town_code=villages, village_code="",
        service="childcare", rank=range(1, len(NAMES) + 1),
    )  # fmt: skip
