import re
import zipfile
from datetime import date, datetime
from pathlib import Path

import geopandas as gpd
import openpyxl
import pyogrio
import pyproj
import pytest
import shapely
from encoded_files import encoded_file, outcome

from circle15.errors import DataError
from circle15.inputs.files import archives
from circle15.inputs.files.columns import aliases, find_columns
from circle15.inputs.files.layers import layer_headers, read_layer
from circle15.inputs.files.shapefiles import packed_layers
from circle15.inputs.files.tables import read_table, read_tables, rows_set_aside
from circle15.inputs.files.texts import decode

PLAIN = "名称,经度,纬度\n甲幼儿园,121.60,29.90\n"


def written(path, text, encoding="utf-8"):
    path.write_bytes(text.encode(encoding))
    return path


def book(path, *sheets):
    """A workbook of (name, rows, merged ranges) per sheet."""
    workbook = openpyxl.Workbook()
    workbook.remove(workbook.active)
    for name, rows, *merged in sheets:
        sheet = workbook.create_sheet(name)
        for row in rows:
            sheet.append(row)
        for cells in merged:
            sheet.merge_cells(cells)
    workbook.save(path)
    return path


def aside(table):
    return [(each.row, each.kind) for each in table.set_aside]


def keys(table):
    return [note.key for note in table.notes]


# --- encodings ---------------------------------------------------------------------------------------------------


def test_text_reads_as_written_or_is_refused(tmp_path):
    files = [encoded_file(seed) for seed in range(300)]
    outcomes = [outcome(file, tmp_path / "list.csv") for file in files]
    wrong = [file.how for file, became in zip(files, outcomes, strict=True) if became == "wrong"]
    refused = [
        file.how for file, became in zip(files, outcomes, strict=True) if became == "refused" and not file.damaged
    ]
    assert (wrong, refused) == ([], [])
    assert sum(file.damaged for file in files) > 20


@pytest.mark.parametrize(
    ("raw", "key"),
    [
        (PLAIN.encode()[:8], "sheets.damaged_utf8"),
        ("名称,地址\n甲\ue000,乙\n".encode(), "sheets.unreal"),
        ("名称,地址\n甲\x01,乙\n".encode(), "sheets.unreal"),
        ("名称,地址\n甲\ufffd,乙\n".encode(), "sheets.unreal"),
        ("名称,地址\n锟斤拷,乙\n".encode(), "sheets.misread"),
        ("名称,地址,联系人\n".encode().decode("gb18030", "ignore").encode(), "sheets.misread"),
        (b"a,b\n\xff\xff,1\n", "lists.encoding"),
        ("通,1\n".encode("gb18030"), "sheets.either"),
    ],
    ids=["cut", "private", "control", "replaced", "scar", "misread", "neither", "either"],
)  # fmt: skip
def test_what_cannot_be_real_text_is_refused_in_one_sentence(tmp_path, raw, key):
    path = tmp_path / "list.csv"
    path.write_bytes(raw)
    with pytest.raises(DataError) as fault:
        read_table(path)
    assert fault.value.key == key
    assert "list.csv" in fault.value.sentence("zh")


def test_latin_words_are_read_as_utf_8_though_gb18030_would_decode_them_too():
    text = "nombre,lon\nPeluquería Muñoz,-15.4°\n"
    assert text.encode().decode("gb18030") != text
    assert decode(text.encode()) == text


# --- separators and quotes ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("separator", [",", ";", "\t", "|", "，", "；"])
def test_every_separator_below_a_title_that_holds_another(tmp_path, separator):
    lines = ["某区名单、2023，第一版", *(separator.join(row.split(",")) for row in PLAIN.splitlines())]
    table = read_table(written(tmp_path / "a.txt", "\n".join(lines)))
    assert table.headers == ("名称", "经度", "纬度")
    assert (table.rows, table.row_numbers) == ((("甲幼儿园", "121.60", "29.90"),), (3,))


def test_the_line_that_says_the_separator_is_no_row(tmp_path):
    table = read_table(written(tmp_path / "a.csv", "sep=;\r\n" + PLAIN.replace(",", ";")))
    assert (table.headers, table.row_numbers) == (("名称", "经度", "纬度"), (2,))


def test_quotes_within_a_name_are_taken_as_excel_takes_them(tmp_path):
    table = read_table(written(tmp_path / "a.csv", '名称,经度,纬度\n"阳光"幼儿园,121,29\n'))
    assert table.rows[0] == ("阳光幼儿园", "121", "29")


@pytest.mark.parametrize("name", ['"甲', '"甲"园\n"'], ids=["open", "swallowing"])
def test_a_quote_that_swallows_rows_is_told_with_its_row(tmp_path, name):
    path = written(tmp_path / "a.csv", f"名称,经度,纬度\n乙,1,2\n{name},121,29\n丙,3,4\n丁,5,6\n")
    with pytest.raises(DataError, match=r"a\.csv”第 \d+ 行") as fault:
        read_table(path)
    assert fault.value.facts["row"] >= 3


def test_cells_beyond_the_last_header_are_told(tmp_path):
    table = read_table(written(tmp_path / "a.csv", PLAIN + "乙,东街1号,2室,121.6,29.9\n"))
    assert keys(table) == ["sheets.beyond_headers"]
    assert (table.notes[0].at.row, len(table.rows[1])) == (3, 3)


# --- headers -----------------------------------------------------------------------------------------------------


def office_sheet():
    return (
        "清单",
        [
            ["某区托育机构清单"],
            ["填报单位：区卫健局", None, None, None, "填报日期：2023.5.1"],
            ["街道", "机构名称", "坐标", None, "托位数\n（个）", "开业日期"],
            [None, None, "经度", "纬度"],
            ["城东", "甲", 121.60000000000001, 29.9, 40, date(2023, 5, 1)],
            [None, "乙", "121.7", 29.91, None, datetime(2023, 5, 1, 8)],
            [None, "总工会幼儿园", 121.71, 29.9, 50, 45047],
            ["合计", "3", None, None, 90],
            ["街道", "机构名称", "坐标", None, "托位数\n（个）", "开业日期"],
            [None, None, "经度", "纬度"],
            ["城西", "合计路社区", 121.5, 29.8, 30],
            ["小计", None, None, None, 30],
            ["注：1.本表由各街道填报。"],
            ["2.数据截至2023年底。"],
            ["填表人：张三", None, "审核人：李四", None, "联系电话：0571-1"],
        ],
        "A1:F1", "C3:D3", "A3:A4", "B3:B4", "E3:E4", "F3:F4", "A5:A7", "C9:D9", "A9:A10", "B9:B10", "E9:E10", "F9:F10",
    )  # fmt: skip


def test_a_sheet_as_an_office_keeps_it(tmp_path):
    table = read_table(book(tmp_path / "a.xlsx", office_sheet()))
    assert table.headers == ("街道", "机构名称", "经度", "纬度", "托位数（个）", "开业日期")
    assert table.title == "某区托育机构清单 填报单位：区卫健局 填报日期：2023.5.1"
    assert table.row_numbers == (5, 6, 7, 11)
    assert table.rows[0] == ("城东", "甲", "121.6", "29.9", "40", "2023-05-01")
    assert [row[0] for row in table.rows] == ["城东", "城东", "城东", "城西"]
    assert table.rows[1][5] == "2023-05-01 08:00:00"
    assert aside(table) == [
        (1, "title"), (2, "title"), (8, "total"), (9, "repeated_header"), (10, "repeated_header"), (12, "total"),
        (13, "remark"), (14, "remark"), (15, "remark"),
    ]  # fmt: skip
    assert keys(table) == ["sheets.filled_down"]


def test_every_filled_row_is_in_the_account(tmp_path):
    table = read_table(book(tmp_path / "a.xlsx", office_sheet()))
    account = rows_set_aside(table, "childcare")
    heading = {3, 4}
    assert {*table.row_numbers, *(row.row for row in account), *heading} == set(range(1, 16))
    assert {(row.fate, row.kind) for row in account} == {("excluded", "childcare")}
    assert all(row.name in row.reasons[0].sentence(lang) for row in account for lang in ("zh", "en"))


def test_two_rows_of_headers_in_a_text_file(tmp_path):
    lines = "序号,名称,人口,,位置,\n,,男,女,经度,纬度\n1,甲,10,20,121,29\n"
    assert read_table(written(tmp_path / "a.csv", lines)).headers == (
        "序号",
        "名称",
        "人口/男",
        "人口/女",
        "经度",
        "纬度",
    )


def test_coordinates_of_two_maps_stay_apart(tmp_path):
    lines = "名称,高德坐标,,百度坐标,\n,经度,纬度,经度,纬度\n甲,121,29,121,29\n"
    table = read_table(written(tmp_path / "a.csv", lines))
    assert table.headers == ("名称", "高德坐标/经度", "高德坐标/纬度", "百度坐标/经度", "百度坐标/纬度")
    assert find_columns(table.headers, aliases("facility")["lon"]) == ("高德坐标/经度", "百度坐标/经度")


@pytest.mark.parametrize("header", ["*名称", "1.名称", "（1）名称", "名 称", "名称：", "名称（全称）", "基本信息/名称"])
def test_headers_as_forms_write_them(header):
    assert find_columns(["地址", header], ["名称"]) == (header,)


def test_a_row_of_data_is_no_second_row_of_headers(tmp_path):
    table = read_table(written(tmp_path / "a.csv", "名称,类别,,备注\n甲,公办,无,无\n乙,,,\n"))
    assert (len(table.rows), table.headers[0]) == (2, "名称")


def test_the_study_says_which_row_holds_the_headers(tmp_path):
    path = written(tmp_path / "a.csv", "甲列,乙列\n名称,经度\n一,二\n丙列,丁列\n三,四\n")
    assert read_table(path).headers == ("名称", "经度")
    assert read_table(path, header_row=4).rows == (("三", "四"),)
    with pytest.raises(DataError, match="第 9 行"):
        read_table(path, header_row=9)


def test_many_columns_and_headers_without_rows(tmp_path):
    headers = ",".join(["名称", "经度", *(f"指标{n}" for n in range(150))])
    table = read_table(written(tmp_path / "a.csv", f"{headers}\n甲,121{',1' * 150}\n"))
    assert (len(table.headers), len(table.rows[0])) == (152, 152)
    for text in (headers, "", "\n\n"):
        with pytest.raises(DataError, match="没有数据行"):
            read_table(written(tmp_path / "b.csv", text))


def test_the_lonely_name_of_a_facility_is_data(tmp_path):
    rows = "甲,121,29\n乙,,\n合计路社区,,\n总计生服务站,,\n注塑厂幼儿园,,\n说明书印刷厂食堂,,\n单位食堂,,\n"
    assert len(read_table(written(tmp_path / "a.csv", f"名称,经度,纬度\n{rows}")).rows) == 7


def test_a_total_with_coordinates_or_an_address_is_left_to_its_reader(tmp_path):
    table = read_table(
        written(tmp_path / "a.csv", "名称,地址,经度,纬度\n合计,,121,29\n合计,东街3号,,\n合计,,,\n甲,,1,2\n")
    )
    assert [table.row_numbers, aside(table)] == [(2, 3, 5), [(4, "total")]]


def test_a_merged_number_is_not_counted_in_each_row(tmp_path):
    rows = [
        ["名称", "床位数", "经度", "纬度"],
        ["甲", 40, 121.5, 29.5],
        ["乙", None, None, None],
        ["丙", 9, 121.6, 29.6],
    ]
    table = read_table(book(tmp_path / "a.xlsx", ("a", rows, "B2:B3", "C2:C3", "D2:D3")))
    assert table.rows[1] == ("乙", "", "121.5", "29.5")
    assert keys(table) == ["sheets.filled_down", "sheets.filled_down", "sheets.merged_number"]


# --- workbooks ---------------------------------------------------------------------------------------------------


def lists_in_sheets(path):
    path = book(
        path,
        ("封面", [["某区设施名单"], ["2023年"]]),
        ("城东", [["名称", "经度", "纬度"], ["甲", 121.5, 29.5]]),
        ("城西", [["名称", "经度", "纬度"], ["乙", 121.6, 29.6]]),
        ("空表", [["名称", "经度", "纬度"]]),
        ("旧", [["名称", "经度", "纬度"], ["丙", 121.7, 29.7]]),
    )
    workbook = openpyxl.load_workbook(path)
    workbook["旧"].sheet_state = "hidden"
    workbook.save(path)
    return path


def test_all_sheets_with_lists_and_a_word_about_the_others(tmp_path):
    tables = read_tables(lists_in_sheets(tmp_path / "a.xlsx"))
    assert [(table.sheet, table.rows[0][0]) for table in tables] == [("城东", "甲"), ("城西", "乙")]
    told = " ".join(note.sentence() for note in tables[0].notes)
    assert all(name in told for name in ("封面", "空表", "旧"))


def test_one_table_is_the_first_list_or_the_named_sheet(tmp_path):
    path = lists_in_sheets(tmp_path / "a.xlsx")
    table = read_table(path)
    assert table.sheet == "城东"
    assert "城西" in " ".join(note.sentence() for note in table.notes)
    assert read_table(path, "旧").rows[0][0] == "丙"
    with pytest.raises(DataError, match="没有工作表“新”"):
        read_table(path, "新")


# A sheet like the one above, saved as .xls by LibreOffice.
OLD_BOOK = Path(__file__).parent / "files" / "old_book.xls"


def test_workbooks_are_read_by_what_they_hold(tmp_path):
    new = book(tmp_path / "a.xlsx", office_sheet())
    misnamed = new.rename(tmp_path / "a.xls")
    assert keys(read_table(misnamed))[0] == "sheets.renamed"
    old = tmp_path / "b.xlsx"
    old.write_bytes(OLD_BOOK.read_bytes())
    table = read_table(old)
    assert (keys(table)[0], table.row_numbers) == ("sheets.renamed", (5, 6, 7))
    assert table.headers == ("街道", "名称", "经度", "纬度", "托位数（个）", "开业日期")
    text = written(tmp_path / "c.xls", PLAIN.replace(",", "\t"), "gb18030")
    assert keys(read_table(text)) == ["sheets.renamed"]


@pytest.mark.parametrize(
    ("content", "key"),
    [
        (b"<html><table></table></html>", "lists.not_a_workbook"), (b"", "lists.not_a_workbook"),
        (b"PK\x03\x04junk", "sheets.damaged_zip"), (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1junk", "lists.not_a_workbook"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "sheets.password"),
        (b"%PDF-1.4", "lists.not_a_workbook"),
    ],
    ids=["html", "empty", "cut", "broken", "locked", "pdf"],
)  # fmt: skip
def test_what_is_no_workbook_is_refused_in_one_sentence(tmp_path, content, key):
    path = tmp_path / "a.xlsx"
    path.write_bytes(content)
    with pytest.raises(DataError, match=r"a\.xlsx") as fault:
        read_table(path)
    assert fault.value.key == key


@pytest.mark.parametrize("share", [0.3, 0.6, 0.75, 0.9])
@pytest.mark.parametrize("old", [True, False], ids=["xls", "xlsx"])
def test_a_workbook_that_was_not_copied_whole_is_refused(tmp_path, old, share, capfd):
    content = (OLD_BOOK if old else book(tmp_path / "a.xlsx", office_sheet())).read_bytes()
    path = tmp_path / "cut.xlsx"
    path.write_bytes(content[: int(len(content) * share)])
    with pytest.raises(DataError, match=r"cut\.xlsx"):
        read_table(path)
    capfd.readouterr()  # what the reader itself says of it


def test_a_part_that_cannot_be_unpacked_is_refused(tmp_path):
    path = book(tmp_path / "a.xlsx", office_sheet())
    with zipfile.ZipFile(path) as archive:
        at = archive.getinfo("xl/worksheets/sheet1.xml").header_offset
    content = bytearray(path.read_bytes())
    content[at + 60 : at + 160] = b"\xff" * 100
    path.write_bytes(bytes(content))
    with pytest.raises(DataError, match=r"a\.xlsx"):
        read_table(path)


def test_a_web_page_named_csv_is_refused(tmp_path):
    with pytest.raises(DataError, match="网页"):
        read_table(written(tmp_path / "a.csv", "<!DOCTYPE html><html>"))


def test_formulas_that_fail_are_told_with_their_place(tmp_path):
    path = book(tmp_path / "a.xlsx", ("a", [["名称", "经度", "纬度"], ["甲", 121.5, "=1/0"]]))
    _rewritten(path, "sheet1.xml", b'<c r="C2"><f>1/0</f><v></v></c>', b'<c r="C2" t="e"><f>1/0</f><v>#DIV/0!</v></c>')
    note = read_table(path).notes[0]
    assert (note.key, note.at.row, note.facts["cell"]) == ("sheets.formula_error", 2, "C2")


def _rewritten(path, part, old, new):
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    name = next(name for name in parts if name.endswith(part))
    written = re.escape(old).replace(b"<v></v>", b"(?:<v></v>|<v ?/>)")  # as the writer's XML library puts it
    replaced = re.sub(written, new, parts[name])
    assert replaced != parts[name]
    with zipfile.ZipFile(path, "w") as archive:
        for each, content in (parts | {name: replaced}).items():
            archive.writestr(each, content)


def test_a_bomb_is_refused_before_it_is_unpacked(tmp_path, monkeypatch):
    monkeypatch.setattr(archives, "SMALL_BYTES", 1_000_000)
    path = tmp_path / "a.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"0" * 5_000_000)
    with pytest.raises(DataError, match="未予打开"):
        read_table(path)


def test_a_stray_cell_in_the_last_corner_is_refused_before_it_takes_all_memory(tmp_path):
    path = book(tmp_path / "a.xlsx", ("a", [["名称", "经度", "纬度"], ["甲", 121.5, 29.5]]))
    workbook = openpyxl.load_workbook(path)
    workbook.active["XFD1048576"] = "x"
    workbook.save(path)
    with pytest.raises(DataError, match="第 1048576 行、第 16384 列"):
        read_table(path)


# --- shapefiles --------------------------------------------------------------------------------------------------

NAMES = ["城东街道幼儿园", "一号食堂"]
GEOGRAPHIC = (
    'GEOGCS["GCS_China_Geodetic_Coordinate_System_2000",DATUM["D_China_2000",SPHEROID["CGCS2000",6378137.0,'
    '298.257222101]],PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]]'
)


def projected(name, easting):
    return (
        f'PROJCS["{name}",{GEOGRAPHIC},PROJECTION["Gauss_Kruger"],PARAMETER["False_Easting",{easting}],'
        'PARAMETER["False_Northing",0.0],PARAMETER["Central_Meridian",120.0],PARAMETER["Scale_Factor",1.0],'
        'PARAMETER["Latitude_Of_Origin",0.0],UNIT["Meter",1.0]]'
    )


def shapefile(folder, encoding, cpg=None, prj=GEOGRAPHIC):
    path = folder / "a.shp"
    points = [shapely.Point(121.6, 29.9), shapely.Point(121.7, 29.8)]
    frame = gpd.GeoDataFrame({"名称": NAMES}, geometry=points, crs="EPSG:4490")
    pyogrio.write_dataframe(frame, path, encoding=encoding)
    path.with_suffix(".cpg").unlink()
    if cpg is not None:
        path.with_suffix(".cpg").write_text(cpg, encoding="ascii")
    path.with_suffix(".prj").write_text(prj, encoding="ascii")
    return path


@pytest.mark.parametrize("cpg", [None, "UTF-8", "ISO-8859-1", "GBK"], ids=str)
@pytest.mark.parametrize("encoding", ["GB18030", "UTF-8"])
def test_names_of_a_shapefile_whatever_its_files_say_of_their_encoding(tmp_path, encoding, cpg):
    path = shapefile(tmp_path, encoding, cpg)
    assert layer_headers(path) == ("名称",)
    assert read_layer(path)["名称"].tolist() == NAMES


def test_a_name_that_its_field_has_cut_in_mid_character(tmp_path):
    path = shapefile(tmp_path, "GB18030")
    dbf = path.with_suffix(".dbf")
    content = dbf.read_bytes()
    at = content.index("园".encode("gb18030"))
    dbf.write_bytes(content[: at + 1] + b" " + content[at + 2 :])
    assert read_layer(path)["名称"].tolist()[1] == NAMES[1]


def test_names_in_no_known_encoding_are_refused(tmp_path):
    path = shapefile(tmp_path, "GB18030")
    dbf = path.with_suffix(".dbf")
    dbf.write_bytes(dbf.read_bytes().replace("城".encode("gb18030"), b"\xff\xff"))
    with pytest.raises(DataError, match="GBK"):
        read_layer(path)


@pytest.mark.parametrize(
    ("prj", "number"),
    [
        (GEOGRAPHIC, 4490), (projected("CGCS2000_3_Degree_GK_Zone_40", 40500000.0), 4528),
        (projected("CGCS2000_3_Degree_GK_CM_120E", 500000.0), 4549),
    ],
    ids=["degrees", "zone", "meridian"],
)  # fmt: skip
def test_cgcs2000_as_arcgis_writes_it(tmp_path, prj, number):
    crs = read_layer(shapefile(tmp_path, "UTF-8", prj=prj)).crs
    assert pyproj.CRS(prj) != pyproj.CRS(number)
    assert crs == pyproj.CRS(number)


def parts_of(shape, stem):
    return {f"{stem}{file.suffix}": file.read_bytes() for file in sorted(shape.parent.glob("a.*"))}


def test_a_zipped_shapefile_with_a_name_in_gbk(tmp_path):
    parts = parts_of(shapefile(tmp_path, "GB18030"), "数据/幼儿园")
    stand_ins = {
        name: f"{at}{'x' * len(name.encode('gbk'))}"[: len(name.encode("gbk"))] for at, name in enumerate(parts)
    }
    raw = _archive(tmp_path / "b.zip", {stand_ins[name]: data for name, data in parts.items()}).read_bytes()
    for name, stand_in in stand_ins.items():
        raw = raw.replace(stand_in.encode(), name.encode("gbk"))  # as Chinese Windows writes it, without the flag
    (tmp_path / "b.zip").write_bytes(raw)
    assert read_layer(tmp_path / "b.zip")["名称"].tolist() == NAMES
    assert packed_layers(tmp_path / "b.zip") == ("幼儿园",)


def _archive(path, parts):
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return path


@pytest.mark.parametrize(
    ("stems", "layer", "told"),
    [
        ((), None, "没有 shp 文件"), (("a/乡镇", "a/村"), None, "有多个图层：乡镇、村。"),
        (("a/乡镇", "村"), "县", "没有图层“县”，现有：乡镇、村"),
        (("a/区划", "b/区划"), "区划", "现有：a/区划、b/区划"),
    ],
    ids=["none", "two", "another", "namesakes"],
)  # fmt: skip
def test_a_zip_without_the_shapefile_that_is_meant(tmp_path, stems, layer, told):
    parts = {f"{stem}.shp": b"" for stem in stems} | {"readme.txt": b"", "__MACOSX/乡镇.shp": b""}
    with pytest.raises(DataError, match=told):
        read_layer(_archive(tmp_path / "a.zip", parts), layer)


def test_several_shapefiles_of_a_zip_are_its_layers(tmp_path):
    shape = shapefile(tmp_path, "GB18030")
    packed = _archive(tmp_path / "区划.zip", parts_of(shape, "2026/乡镇") | parts_of(shape, "2026/村"))
    assert packed_layers(packed) == ("乡镇", "村")
    assert [read_layer(packed, layer)["名称"].tolist() for layer in ("乡镇", "村")] == [NAMES, NAMES]
    assert packed_layers(shape) == ()


def test_nothing_is_written_where_a_zip_says(tmp_path):
    shape = shapefile(tmp_path, "UTF-8")
    inside = tmp_path / "in"
    inside.mkdir()
    path = _archive(inside / "a.zip", parts_of(shape, "../../escaped"))
    assert read_layer(path)["名称"].tolist() == NAMES
    assert [file.name for file in inside.iterdir()] == ["a.zip"]
    assert not list(tmp_path.glob("**/escaped*"))
