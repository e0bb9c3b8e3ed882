"""Lists of facilities as offices write them, made up with what is true of each."""

from __future__ import annotations

import random
from dataclasses import dataclass, field

from facility_lists import SIDE, degrees_at, listed

STATUS = {"open": ["在营", "正常运营", "开放", ""], "shut": ["停用", "已注销", "在建", "拟建", "暂停开放"]}
COUNTS = ["{}", "{}张", "{}个", "约{}", "{}人", " {} "]
APART_M, JITTER_M = 200, 30


@dataclass
class DirtyList:
    """Rows to write, and the truth: capacity (None: not known) and metres east and north of each site by its name."""

    rows: list[dict[str, str]] = field(default_factory=list)
    sites: dict[str, tuple[float | None, float, float]] = field(default_factory=dict)
    repeated: set[str] = field(default_factory=set)
    excluded: int = 0
    totals: int = 0


def dirty_list(seed):
    """One list, the same for the same seed."""
    rng = random.Random(seed)
    made = DirtyList()
    spots = [(east, north) for east in range(100, SIDE, APART_M) for north in range(100, SIDE, APART_M)]
    for number, spot in enumerate(rng.sample(spots, rng.randint(4, 30)), start=1):
        _add(made, rng, number, *spot)
    rng.shuffle(made.rows)
    if rng.random() < 0.4:
        made.rows.append({"名称": "合计", "托位数": str(sum(int(site[0] or 0) for site in made.sites.values()))})
        made.totals = 1
    return made


def _add(made, rng, number, east, north):
    name = f"{rng.choice('甲乙丙丁戊己庚辛')}{number}园"
    count = rng.choice([None, rng.randint(5, 300)])
    text = "" if count is None else rng.choice(COUNTS).format(_wide(str(count), rng))
    row = listed(name, east, north, 编号=f"T{number:03d}", 托位数=text, 运营状态=rng.choice(STATUS["open"]))
    wrong = rng.random()
    if wrong < 0.15:
        made.rows.append(_spoiled(row, rng, east, north))
        made.excluded += 1
        return
    made.sites[name] = (count, east, north)
    made.rows.append(_written(row, rng, east, north))
    if wrong > 0.8:
        made.rows.append(_again(row, rng, name, east, north))
        made.repeated.add(name)
        made.excluded += 1


def _spoiled(row, rng, east, north):
    """The row with a fault for which it must not count."""
    return rng.choice(
        [
            {**row, "运营状态": rng.choice(STATUS["shut"])},
            {**row, "经度": "", "纬度": ""},
            {**row, "经度": row["纬度"], "纬度": row["经度"]},
            {**row, "经度": "待定"},
            {**row, "经度": "500123.4", "纬度": "3350123.4"},
            listed(row["名称"], east + 60_000, north, 编号=row["编号"]),
        ]
    )


def _written(row, rng, east, north):
    """The row with its coordinates in one of the forms they come in."""
    lon, lat = degrees_at(east, north)
    forms = [
        (row["经度"], row["纬度"]),
        (f"{lon:.7f}°E", f"{lat:.7f}°N"),
        (f"东经{_dms(lon)}", f"北纬{_dms(lat)}"),
        (f"{lon:.7f},{lat:.7f}", ""),
    ]
    lon_text, lat_text = rng.choice(forms)
    return {**row, "经度": lon_text, "纬度": lat_text}


def _again(row, rng, name, east, north):
    """The row once more: as it stands, or under a name of another form close by and without an id."""
    if rng.random() < 0.5:
        return dict(row)
    near = listed(name, east + rng.uniform(0, JITTER_M), north)
    return {**row, **near, "名称": f" {name[:1]} {name[1:]}{rng.choice(['', '有限公司'])}", "编号": ""}


def _dms(value):
    thousandths = round(value * 3_600_000)
    degrees, rest = divmod(thousandths, 3_600_000)
    minutes, seconds = divmod(rest, 60_000)
    return f"{degrees}°{minutes}′{seconds / 1000:.3f}″"


def _wide(text, rng):
    return text.translate({ord("0") + n: chr(ord("０") + n) for n in range(10)}) if rng.random() < 0.2 else text
