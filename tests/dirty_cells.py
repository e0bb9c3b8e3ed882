"""What offices write into the cells of a list, and what a careful planner reads there."""

from __future__ import annotations

import datetime
import math
from dataclasses import dataclass
from decimal import Decimal

import numpy as np

NAN = float("nan")
WIDE = str.maketrans({chr(code): chr(code + 0xFEE0) for code in range(0x21, 0x7F)})


@dataclass(frozen=True)
class Cell:
    """A cell as written, what it means, whether it is written oddly, and whether a reader must say something."""

    written: object
    truth: object
    odd: bool = True
    must_tell: bool = False


def wide(text):
    return text.translate(WIDE)


# --- capacity ----------------------------------------------------------------------------------------------------


def capacity_cell(rng, places):
    """How many places there are, in one of the ways in which people write them."""
    if rng.random() < 0.55:
        return rng.choice([Cell(places, float(places), odd=False), Cell(str(places), float(places), odd=False)])
    half = max(places // 2, 1)
    exact = [
        f"{places}张", f"{places}个", f"{places}个托位", f"{places} ", f"{places}人", f"共{places}个",
        wide(str(places)), f"{places}.0",
        f"{places}（已备案）", f"{places}个（其中普惠{half}个）", f"{places}名", f"{places}\n", f"{places} 个",
        f"{places}托位", f"约{places}",
        f"{places}左右", f"{places}余人", f"{places}（含普惠{half}）", f"托位{places}个", f"{places}个\n（2个班）",
    ]  # fmt: skip
    if rng.random() < 0.15:
        return Cell(rng.choice(["1,200", "1，200", "1200", "1，２００"]), 1200.0)
    if rng.random() < 0.75:
        return Cell(rng.choice(exact), float(places))
    if rng.random() < 0.5:
        return Cell(rng.choice(["", "无", "/", "-", "——", "不详", " "]), NAN)
    unknown = [
        f"{half}个班", f"{half}-{places + half}", f"不足{places}", f"{places}以上", f"{places}+", "若干", "待定",
        f"{half}O", f"{places}㎡",
        f"{half}人/班", f"≥{places}", f"-{places}", f"{half}或{places}", f"{places}年",
        "#N/A", "#REF!", f"{places}..5", f"{half}+{places}", f"{half}/{places}", "同上", f"最多{places}",
        f"拟{places}", f"{places}元",
    ]  # fmt: skip
    return Cell(rng.choice(unknown), NAN, must_tell=True)


# --- days --------------------------------------------------------------------------------------------------------


def day_cell(rng, day, around, kind):
    """A day as a cell; months and years only where ``around`` (the study's day) is in another one."""
    y, m, d = day.year, day.month, day.day
    serial = (day - datetime.date(1899, 12, 30)).days
    forms = [
        f"{y}.{m}.{d}", f"{y}年{m}月{d}日", f"{y}-{m:02}-{d:02}", f"{y}/{m}/{d}", f"{y}{m:02}{d:02}",
        f"{y}.{m:02}.{d:02}", f"{y}年{m}月{d}号",
        wide(f"{y}.{m}.{d}"), f"{y} 年 {m} 月 {d} 日", f"{y}-{m}-{d} 00:00:00", serial, str(serial), f"{y}．{m}．{d}",
            f"{y}。{m}。{d}",
        f"{y}、{m}、{d}", f"{y}.{m}.{d}起",
    ]  # fmt: skip
    if kind != "csv":
        forms += [datetime.datetime(y, m, d)] * 6
    if (y, m) != (around.year, around.month):
        forms += [f"{y}年{m}月", f"{y}-{m:02}", f"{y}/{m:02}", f"{y}{m:02}"] + (
            [f"{y}.{m}"] if m not in (1, 10) else []
        )
    if y != around.year:
        forms += [f"{y}年", str(y), y, f"{y}年底", f"{y}.1", f"{y}.10"]
    return Cell(rng.choice(forms), day)


def no_day_cell(rng, closing):
    """A cell that names no day."""
    if rng.random() < 0.8:
        return Cell(rng.choice(["", "", "/", "无", "—", "至今" if closing else "不详"]), None, odd=False)
    return Cell(rng.choice(["待定", "5/1/2023", "去年", "2019.13.1", "2023.2.30", "疫情前"]), None, must_tell=True)


# --- status and flags --------------------------------------------------------------------------------------------

STATUS = {
    "open": ["正常运营", "运营中", "在营", "正常", "已开园", "营业中", "正常开放", "存续", "运行良好", "已投入使用",
        "正常 运营", "已备案，运营中", "正常（周末休息）", "未停办", "2015年起运营", "在营（无停业记录）"],
    "closed": [
        "已停办", "停业", "关停", "已关闭", "注销", "暂停运营", "暂停营业", "撤销", "已停用", "歇业", "倒闭", "停运",
        "未运营", "整改停业", "不营业", "暂不开放",
        "已关门", "停 业", "关闭（2020年）", "空置", "已取缔", "已于2020年5月停办", "2019年关停", "暂停招生",
        "永久关闭",
    ],
    "building": ["在建", "建设中", "正在施工", "装修中", "改造中", "在 建"],
    "planned": ["拟建", "筹建中", "规划", "待开业", "未开业", "尚未开园", "即将开业", "筹备中", "预计9月开业",
        "待开园", "未投入使用", "拟于明年开业", "待启用", "即将投用"],
}  # fmt: skip
# Words that do not say whether it is open: it counts, and the planner is told.
STATUS_UNCLEAR = ["转让", "已搬迁", "一级", "待核实", "整改中", "甲类", "招生"]
ASKED = {"open": ["是", "√", "Y", "在营", "是 "], "closed": ["否", "×", "N", "已停办"]}


def status_cell(rng, kind, asks):
    """The status of what is open, closed, building or planned."""
    if kind == "open" and rng.random() < 0.15:
        return Cell("", "open", odd=False)
    if kind == "open" and rng.random() < 0.06:
        return Cell(rng.choice(STATUS_UNCLEAR), "open", must_tell=True)
    return Cell(rng.choice(ASKED[kind] if asks and kind in ASKED else STATUS[kind]), kind, odd=False)


FLAGGED = [
    "是",
    "√",
    "普惠",
    "普惠性",
    "1",
    "Y",
    "有",
    "☑",
    "是（2023年认定）",
    "民办普惠",
    "普惠性民办",
    "✔",
    "是，区级",
    "公办普惠",
    "已认定普惠",
]
NOT_FLAGGED = [
    "否",
    "×",
    "",
    "非普惠",
    "非普惠性",
    "0",
    "民办非普惠",
    "不是",
    "否（拟申报普惠）",
    "/",
    "营利性",
    "无",
    "N",
    "民办（非普惠）",
    "未认定普惠",
]
FLAG_UNCLEAR = ["待定", "申报中", "？", "部分", "见备注"]


def flag_cell(rng, flagged):
    """Whether a facility is 普惠."""
    if rng.random() < 0.05:
        return Cell(rng.choice(FLAG_UNCLEAR), None, must_tell=True)
    return Cell(rng.choice(FLAGGED if flagged else NOT_FLAGGED), flagged, odd=False)


# --- names -------------------------------------------------------------------------------------------------------

HOSTILE = [
    "=cmd|' /C calc'!A0", "<script>alert(1)</script>", "{x}", "${7*7}", '"引号"', "'单引号", "+1托育", "@SUM(A1)",
    "甲,乙", "甲;乙", "a\tb", "甲\n乙园",
    "%s%n", "\\N{托育}", "－－", "🐼托育", "Ａ＆Ｂ", "O'Brien托育", "[托]", "#1园", "总工会托育园", "合计路托育园",
    "备注托育", "说明书托育", "小计划托育园",
    "共计划托育", "注册托育中心", "示例路托育园", "单位自办托育点", "1", "2023", "121.5", "null托育", "nan", "真",
]  # fmt: skip
STEMS = [
    "阳光",
    "小太阳",
    "金摇篮",
    "红黄蓝",
    "春芽",
    "童乐",
    "慧宝",
    "小荷",
    "启明",
    "新苗",
    "宝贝",
    "七彩",
    "蓝天",
    "爱心",
    "向日葵",
    "大风车",
    "贝贝",
    "育英",
    "星星",
    "晨曦",
]
KINDS = ["托育园", "托育中心", "托育服务有限公司", "早教托育", "幼儿园托班", "婴幼儿照护中心"]


def name_of(rng, number):
    """A name that no other facility has."""
    place = rng.choice(["城东", "河西", "南门", "北苑", "滨江", "东海"])
    if rng.random() < 0.12:
        hostile = HOSTILE[number % len(HOSTILE)]
        return f"{hostile}{number}" if hostile not in ("1", "2023", "121.5", "nan") else hostile
    stem, kind = rng.choice(STEMS), rng.choice(KINDS)
    return f"{place}{stem}{kind}{rng.choice(['', f'（{number}分园）', f'{number}店'])}第{number}点"


def same_name(rng, name):
    """The same name as another clerk writes it."""
    if "第" not in name:
        return name
    ways = [
        wide(name),
        name.replace("（", "(").replace("）", ")"),
        name.replace("第", " 第 "),
        f"{name} ",
        f"{name}有限公司",
        name,
    ]
    return rng.choice(ways)


# --- places ------------------------------------------------------------------------------------------------------

A, EE = 6378245.0, 0.00669342162296594323
BD_PI = math.pi * 3000.0 / 180.0


def _gcj(lon, lat):
    x, y, pi = lon - 105.0, lat - 35.0, math.pi
    waves = (20.0 * math.sin(6.0 * x * pi) + 20.0 * math.sin(2.0 * x * pi)) * 2.0 / 3.0
    north = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * math.sqrt(abs(x)) + waves
    north += (20.0 * math.sin(y * pi) + 40.0 * math.sin(y / 3.0 * pi)) * 2.0 / 3.0
    north += (160.0 * math.sin(y / 12.0 * pi) + 320.0 * math.sin(y * pi / 30.0)) * 2.0 / 3.0
    east = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * math.sqrt(abs(x)) + waves
    east += (20.0 * math.sin(x * pi) + 40.0 * math.sin(x / 3.0 * pi)) * 2.0 / 3.0
    east += (150.0 * math.sin(x / 12.0 * pi) + 300.0 * math.sin(x / 30.0 * pi)) * 2.0 / 3.0
    rad = math.radians(lat)
    magic = 1 - EE * math.sin(rad) ** 2
    lat_m = (A * (1 - EE)) / (magic * math.sqrt(magic)) * pi
    return lon + east * 180.0 / (A / math.sqrt(magic) * math.cos(rad) * pi), lat + north * 180.0 / lat_m


def _bd(lon, lat):
    lon, lat = _gcj(lon, lat)
    z = math.hypot(lon, lat) + 0.00002 * math.sin(lat * BD_PI)
    theta = math.atan2(lat, lon) + 0.000003 * math.cos(lon * BD_PI)
    return z * math.cos(theta) + 0.0065, z * math.sin(theta) + 0.006


FORWARD = {"wgs84": lambda lon, lat: (lon, lat), "cgcs2000": lambda lon, lat: (lon, lat), "gcj02": _gcj, "bd09": _bd}


def to_wgs(lon, lat, datum):
    """The WGS 84 degrees whose degrees on ``datum`` are these, by fixed-point iteration."""
    here = (lon, lat)
    for _ in range(30):
        found = FORWARD[datum](*here)
        here = here[0] + lon - found[0], here[1] + lat - found[1]
    return here


def _dms(value, digits):
    total = round(value * 3600, digits)
    degrees, rest = divmod(Decimal(f"{total:.{digits}f}"), 3600)
    minutes, seconds = divmod(rest, 60)
    return int(degrees), int(minutes), seconds, float(degrees) + float(minutes) / 60 + float(seconds) / 3600


DMS = [
    "{d}°{m}′{s}″{h}", "{d}°{m}'{s}\"", "{d}度{m}分{s}秒", "{h}{d}°{m}′{s}″", "{d}:{m}:{s}", "{d} {m} {s}",
    "{d}°{m}’{s}”", "{c}{d}度{m}分{s}秒",
    "{d}° {m}′ {s}″", "{d}°{m}′{s}″ {h}", "{d}˚{m}'{s}''", "{d}-{m}-{s}",
]  # fmt: skip
DECIMALS = ["{v}", "{v}", "{v}°{h}", "{h}{v}", "{c}{v}", "{v}{h}", "{v}°", "{v}度", " {v} ", "{c}{v}°", "{v}\n"]
PAIRS = [
    "{lon},{lat}", "{lon}，{lat}", "({lon},{lat})", "{lon} {lat}", "{lat},{lon}", "{lon};{lat}",
    "经度：{lon} 纬度：{lat}", "{lon}°E，{lat}°N",
    "[{lon}, {lat}]", "{lon}、{lat}", "{lon}/{lat}", "POINT({lon} {lat})", "东经{lon}北纬{lat}", "E{lon},N{lat}",
    "（{lon}，{lat}）", "{lat}，{lon}",
    "经度{lon}，纬度{lat}", "{lon}\n{lat}", "lng:{lon},lat:{lat}", "纬度：{lat}，经度：{lon}", "E{lon} N{lat}",
    "{lon} , {lat}",
]  # fmt: skip


def angle_cell(rng, value, axis, style, kind):
    """One angle: the cell, and the degrees it says."""
    letter, chinese = ("E", "东经") if axis == "lon" else ("N", "北纬")
    if style == "dms" or (style == "mixed" and rng.random() < 0.4):
        d, m, s, value = _dms(value, rng.choice([0, 1, 2]))
        return rng.choice(DMS).format(d=d, m=m, s=s, h=letter, c=chinese), value
    text = f"{value:.{rng.choice([5, 6, 6, 8])}f}"
    value = float(text)
    if style == "number" and kind != "csv":
        return value, value
    if style in ("number", "text"):
        return text, value
    written = rng.choice(DECIMALS).format(v=text, h=letter, c=chinese)
    return (
        wide(written) if rng.random() < 0.1 else written.replace(".", "。") if rng.random() < 0.05 else written
    ), value


def pair_text(rng, lon, lat):
    """Both angles in one cell: its text, and the degrees it says."""
    if rng.random() < 0.2:
        east, north = _dms(lon, 1), _dms(lat, 1)
        text = "E{}°{}′{}″{}N{}°{}′{}″".format(*east[:3], rng.choice([" ", ",", "，", ""]), *north[:3])
        return text, east[3], north[3]
    texts = f"{lon:.6f}", f"{lat:.6f}"
    return rng.choice(PAIRS).format(lon=texts[0], lat=texts[1]), float(texts[0]), float(texts[1])


def same(found, truth):
    """Whether a value read is the true one; degrees to less than a millimetre or so."""
    if isinstance(truth, float) and isinstance(found, float | int):
        return bool(np.isclose(found, truth, rtol=0, atol=1e-8, equal_nan=True))
    return found == truth
