"""Degrees as lists write them: 121.60°E, 121°36′18″, 东经121度36分18秒, "121.6,29.9"."""

from __future__ import annotations

import re
from typing import Literal

from circle15.inputs.files.values.width import half_width

Axis = Literal["lon", "lat"]

# China with its seas (west, east; south, north): no point of it reads as one of it the other way round.
CHINA_LON, CHINA_LAT = (73.0, 136.0), (3.0, 54.0)
SIGNS = {"E": 1, "东": 1, "N": 1, "北": 1, "W": -1, "西": -1, "S": -1, "南": -1}
LON_SIGNS = "EW东西"
LAT_NAMES = ("纬度", "latitude", "lat")

_DEGREES, _MINUTES, _SECONDS = "[°º˚度]", "['′’‘`´分]", "(?:[\"″”“秒]|''|′′|’’)"
_COUNT, _DECIMAL = r"[0-9]{1,3}", r"[0-9]+(?:\.[0-9]*)?|\.[0-9]+"
_FORMS = (
    re.compile(rf"(?P<d>{_DECIMAL})\s*{_DEGREES}?"),
    re.compile(rf"(?P<d>{_COUNT})\s*{_DEGREES}\s*(?P<m>{_DECIMAL})\s*{_MINUTES}"),
    re.compile(rf"(?P<d>{_COUNT})\s*{_DEGREES}\s*(?P<m>[0-9]{{1,2}})\s*{_MINUTES}\s*(?P<s>{_DECIMAL})\s*{_SECONDS}?"),
    re.compile(rf"(?P<d>{_COUNT})\s*([:\- ])\s*(?P<m>[0-9]{{1,2}})\s*\2\s*(?P<s>{_DECIMAL})"),
)
_NAME = re.compile(r"(longitude|latitude|long|lon|lng|lat|经度|纬度)\s*[:=]?\s*", re.IGNORECASE)
_BEFORE = re.compile(r"(?:([东西]经|[南北]纬)|([EWNS]))\s*[:=]?\s*", re.IGNORECASE)
_BEHIND = re.compile(r"\s*(?:([EWNS])|([东西南北])[经纬]?)$", re.IGNORECASE)
_POINT = re.compile(r"(?<=[0-9])\s*。\s*(?=[0-9])")
_WRAPPING = re.compile(r"^(?:point)?\s*[(\[{【<《「]\s*(.*?)\s*[)\]}】>》」]$", re.IGNORECASE | re.DOTALL)
_SEPARATOR = re.compile(r"\s*[,;、|/\n\t]\s*|\s+")
# A place to cut where two angles stand without a separator: 东经121.6北纬29.9, E121.6N29.9, 121.6E29.9N.
_NEXT_NAME = re.compile(r"(?<=[^\s,;、|/])(?=[东西]经|[南北]纬|(?<![东西])经度|(?<![南北])纬度)")
_NEXT_LETTER = re.compile(r"(?<=[0-9°′″'\"])(?=[EWNS][ :]?[0-9])", re.IGNORECASE)
_LETTER_BEHIND = re.compile(r"(?<=[EWNS])(?=[0-9])", re.IGNORECASE)


def read_angle(text: str, axis: Axis) -> float | None:
    """Decimal degrees from a cell, or None where it holds no angle, or one of the other axis.

    Parameters
    ----------
    text
        The cell.
    axis
        What it should be: ``lon`` or ``lat``. A cell that names the other one (29.9°N for a longitude) is not read.
        The range is the caller's to judge, who can tell swapped columns from metres.

    Examples
    --------
    >>> [read_angle(form, "lon") for form in ("121.60°E", "E121.6", "东经121°36′", "121:36:00", "121度36分0秒")]
    [121.6, 121.6, 121.6, 121.6, 121.6]
    >>> read_angle("29.9°N", "lon"), read_angle("121°66′", "lon"), read_angle("12°30′S", "lat")
    (None, None, -12.5)
    """
    found = _angle(text)
    return None if found is None or found[1] not in (axis, None) else found[0]


def read_pair(text: str) -> tuple[float, float] | None:
    """Longitude and latitude that stand in one cell, or None.

    Parameters
    ----------
    text
        The cell. Latitude may come first where the cell says so, where only one of the numbers can be a latitude, or
        where only that way the place is in China; else the first number is the longitude.

    Examples
    --------
    >>> read_pair("121.6，29.9"), read_pair("(29.9, 121.6)"), read_pair("经度121.6 纬度29.9")
    ((121.6, 29.9), (121.6, 29.9), (121.6, 29.9))
    >>> read_pair("121.6"), read_pair("513245.3,3312345.6")
    (None, None)
    """
    plain = half_width(text)
    wrapped = _WRAPPING.match(plain)
    plain = _cut(wrapped[1] if wrapped else plain)
    found = {_ordered(plain[: gap.start()], plain[gap.end() :]) for gap in _SEPARATOR.finditer(plain)} - {None}
    return found.pop() if len(found) == 1 else None


def _angle(text: str) -> tuple[float, Axis | None] | None:
    """An angle and the axis it names, if it does."""
    plain = _POINT.sub(".", half_width(text)).replace("−", "-")
    plain, named = _without_name(plain)
    plain, hemisphere = _without_hemisphere(plain)
    negative = plain.startswith("-")
    degrees = _degrees(plain.removeprefix("-" if negative else "+").strip())
    said = _axis(hemisphere)
    if degrees is None or (negative and hemisphere) or (named and said and named != said):
        return None
    return degrees * (-1 if negative else SIGNS.get(hemisphere, 1)), named or said


def _without_name(text: str) -> tuple[str, Axis | None]:
    found = _NAME.match(text)
    if found is None:
        return text, None
    return text[found.end() :], "lat" if found[1].lower() in LAT_NAMES else "lon"


def _axis(hemisphere: str) -> Axis | None:
    if not hemisphere:
        return None
    return "lon" if hemisphere in LON_SIGNS else "lat"


def _without_hemisphere(text: str) -> tuple[str, str]:
    """The text and E, 东, ...; "" where it names none. A cell that names two is left as it is, and so not read."""
    before, behind = _BEFORE.match(text), _BEHIND.search(text)
    if before:
        return text[before.end() :], (before[1] or before[2])[0].upper()
    if behind:
        return text[: behind.start()], (behind[1] or behind[2]).upper()
    return text, ""


def _degrees(text: str) -> float | None:
    for form in _FORMS:
        found = form.fullmatch(text)
        if found:
            parts = found.groupdict(default="0")
            degrees, minutes, seconds = float(parts["d"]), float(parts.get("m", 0)), float(parts.get("s", 0))
            return degrees + (minutes * 60 + seconds) / 3600 if max(minutes, seconds) < 60 else None
    return None


def _cut(text: str) -> str:
    """The text with a comma between two angles that touch."""
    parted = _NEXT_NAME.sub(",", text)
    return (_NEXT_LETTER if parted[:1].isalpha() else _LETTER_BEHIND).sub(",", parted)


def _ordered(first_text: str, second_text: str) -> tuple[float, float] | None:
    """Longitude and latitude of two angles in either order, if they can be any."""
    first, second = _angle(first_text), _angle(second_text)
    if first is None or second is None or (first[1] is not None and first[1] == second[1]):
        return None
    named_swapped = first[1] == "lat" or second[1] == "lon"
    named = first[1] or second[1]
    swapped = named_swapped if named else _is_latitude_first(first[0], second[0])
    lon, lat = (second[0], first[0]) if swapped else (first[0], second[0])
    return (lon, lat) if abs(lon) <= 180 and abs(lat) <= 90 else None


def _is_latitude_first(first: float, second: float) -> bool:
    if abs(first) <= 90 < abs(second):
        return True
    return _in_china(second, first) and not _in_china(first, second)


def _in_china(lon: float, lat: float) -> bool:
    return CHINA_LON[0] <= lon <= CHINA_LON[1] and CHINA_LAT[0] <= lat <= CHINA_LAT[1]
