from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from circle15.inputs.files.values.coordinates import read_angle, read_pair
from circle15.inputs.files.values.dates import EXCEL_DAY_0, Day, read_date
from circle15.inputs.files.values.numbers import Quantity, read_quantity

WIDE = str.maketrans({code: code + 0xFEE0 for code in range(0x21, 0x7F)})


# --- numbers -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "value", "unit", "approximate"),
    [
        ("40张", 40, "张", False),
        ("12个班", 12, "个班", False),
        ("约50", 50, "", True),
        ("50余人", 50, "人", True),
        ("１２０", 120, "", False),
        ("1,200", 1200, "", False),
        ("１，２００", 1200, "", False),
        ("1 200", 1200, "", False),
        ("1.1万", 11000, "", False),
        ("3.5万余人", 35000, "人", True),
        ("100多万", 1e6, "", True),
        ("3千", 3000, "", False),
        ("3千米", 3, "千米", False),
        ("50人左右", 50, "人", True),
        ("共40张", 40, "张", False),
        ("1200m2", 1200, "m2", False),
        ("1200㎡", 1200, "㎡", False),
        ("40张（其中普惠30张）", 40, "张", False),
        ("-5", -5, "", False),
        ("50%", 50, "%", False),
    ],
)
def test_a_number_and_what_it_counts(text, value, unit, approximate):
    assert read_quantity(text) == Quantity(value, unit, approximate)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "无",
        "30-40",
        "30~40",
        "五十",
        "近百",
        "不足50",
        "50以上",
        "≥50",
        "50+",
        "1,2",
        "12 34",
        "12班360人",
        "40(30)",
        "1OO",
        "3号楼",
        "2023年",
        "1.2.3",
        "8:00",
        "inf",
        "nan",
        "1e999",
        "20待定",
        "10²",
        "1½",
        "50或60",
        "30至四十",
    ],
)
def test_what_is_not_one_number_is_not_guessed(text):
    assert read_quantity(text) is None


@given(st.floats(allow_nan=False, allow_infinity=False), st.sampled_from(["", "张", "个", "人", "㎡"]))
def test_any_number_comes_back_in_both_widths(value, unit):
    assert read_quantity(f"{value!r}{unit}").value == value
    assert read_quantity(f" {value!r}{unit}".translate(WIDE)).value == value


@given(st.integers(0, 10**12))
def test_thousands_come_back(value):
    assert read_quantity(f"{value:,}人") == Quantity(float(value), "人")


@given(st.text(max_size=30))
def test_any_text_is_a_quantity_or_none(text):
    quantity = read_quantity(text)
    assert quantity is None or any(sign.isdecimal() for sign in text)


# --- dates -------------------------------------------------------------------------------------------------------

FORMS = [
    "{y}.{m}.{d}",
    "{y}-{m:02}-{d:02}",
    "{y}/{m}/{d}",
    "{y}年{m}月{d}日",
    "{y}{m:02}{d:02}",
    "{y}-{m:02}-{d:02} 08:30:00",
]
DAYS = st.dates(date(1900, 1, 1), date(2100, 12, 31))


@given(DAYS, st.sampled_from(FORMS))
def test_a_day_comes_back_from_every_form(day, form):
    text = form.format(y=day.year, m=day.month, d=day.day)
    assert read_date(text) == Day(day, day)
    assert read_date(text.translate(WIDE)) == Day(day, day)


@given(st.integers(20_000, 80_000))
def test_serials_of_excel(serial):
    day = EXCEL_DAY_0 + timedelta(days=serial)
    assert read_date(str(serial)) == read_date(f"{serial}.75") == Day(day, day)


def test_a_serial_that_excel_shows():
    assert read_date("45047") == Day(date(2023, 5, 1), date(2023, 5, 1))


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2023年5月", date(2023, 5, 1), date(2023, 5, 31)),
        ("2024.02", date(2024, 2, 1), date(2024, 2, 29)),
        ("202305", date(2023, 5, 1), date(2023, 5, 31)),
        ("2023", date(2023, 1, 1), date(2023, 12, 31)),
        ("2023.1", date(2023, 1, 1), date(2023, 10, 31)),
        ("2023-1", date(2023, 1, 1), date(2023, 1, 31)),
        ("2023年第二季度", date(2023, 4, 1), date(2023, 6, 30)),
        ("2023年下半年", date(2023, 7, 1), date(2023, 12, 31)),
        ("二〇二三年十月", date(2023, 10, 1), date(2023, 10, 31)),
        ("2023年底", date(2023, 1, 1), date(2023, 12, 31)),
    ],
)
def test_what_is_no_day_is_as_wide_as_it_is(text, first, last):
    assert read_date(text) == Day(first, last)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2023.2.30",
        "2023.13",
        "20231301",
        "202313",
        "2023-00-01",
        "5/1/2023",
        "23.5.1",
        "19999",
        "80001",
        "2023.5.1-2024.5.1",
        "12:30",
        "在建",
        "2023年二十月",
        "0000",
    ],
)
def test_no_such_date(text):
    assert read_date(text) is None


@given(st.text(max_size=20))
def test_any_text_is_a_date_or_none(text):
    day = read_date(text)
    assert day is None or day.first <= day.last


# --- coordinates -------------------------------------------------------------------------------------------------

LON, LAT = st.floats(73, 136), st.floats(3, 54)


@pytest.mark.parametrize(
    "text",
    [
        "121.605°E",
        "E121.605",
        "东经121°36′18″",
        "121°36'18\"",
        "121°36'18''",
        "121度36分18秒",
        "121:36:18",
        "121-36-18",
        "121 36 18",
        "121.605",
        "经度：121.605",
        "１２１．６０５",
        "121。605",
        "121°36.3′",
        "121.605东",
        "E 121° 36′ 18″",
    ],
)
def test_an_angle_in_every_form(text):
    assert read_angle(text, "lon") == pytest.approx(121.605, abs=1e-12)


@pytest.mark.parametrize(
    "text", ["", "121.6N", "北纬29.9", "121°66′", "121,6", "-121.6W", "121.6 29.9", "1e2", "nan", "121°36", "E121E"]
)
def test_what_is_no_longitude(text):
    assert read_angle(text, "lon") is None


def test_south_and_west_are_negative():
    assert (read_angle("15.4W", "lon"), read_angle("南纬28°30′", "lat")) == (-15.4, -28.5)


@given(LON, LAT, st.sampled_from([",", "，", ";", "；", " ", "/", "、", "|", "\t", "\n", " , "]), st.booleans())
def test_a_pair_comes_back_in_either_order(lon, lat, separator, swapped):
    first, second = (lat, lon) if swapped else (lon, lat)
    assert read_pair(f"({first:.6f}{separator}{second:.6f})") == (float(f"{lon:.6f}"), float(f"{lat:.6f}"))


@given(LON, LAT)
def test_a_pair_of_degrees_minutes_and_seconds(lon, lat):
    def dms(value):
        seconds = round(value * 3600)
        return f"{seconds // 3600}°{seconds // 60 % 60}′{seconds % 60}″"

    pair = read_pair(f"北纬{dms(lat)}，东经{dms(lon)}")
    assert pair == pytest.approx((lon, lat), abs=0.51 / 3600)
    assert read_pair(f"{dms(lon)} {dms(lat)}") == pair


@pytest.mark.parametrize(
    "text",
    [
        "经度121.6 纬度29.9",
        "纬度29.9经度121.6",
        "东经121.6北纬29.9",
        "E121.6N29.9",
        "121.6E29.9N",
        "【121.6，29.9】",
        "POINT (121.6 29.9)",
        "lng:121.6,lat:29.9",
        "北纬29.9°，东经121.6°",
    ],
)
def test_a_pair_with_words(text):
    assert read_pair(text) == (121.6, 29.9)


def test_an_order_that_cannot_be_told_stays_as_longitude_and_latitude():
    assert read_pair("28.1,-15.4") == (28.1, -15.4)


@pytest.mark.parametrize(
    "text", ["", "121.6", "121.6,", "121.6,190", "121.6E,121.7E", "121.6,29.9,0", "513245.3,3312345.6", "东街1号,2"]
)
def test_what_is_no_pair(text):
    assert read_pair(text) is None


@given(st.text(max_size=20))
def test_any_text_is_a_place_on_earth_or_none(text):
    pair = read_pair(text)
    assert pair is None or (abs(pair[0]) <= 180 and abs(pair[1]) <= 90)
