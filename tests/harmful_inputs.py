"""Files and names that do harm where they are opened unseen; each function spoils the small study in one way."""

import io
import struct
import zipfile
import zlib

import numpy as np
import openpyxl
import rasterio


def set_file(folder, old, new):
    """Name another file in the study."""
    path = folder / "study.toml"
    text = path.read_text(encoding="utf-8")
    assert f'"{old}"' in text
    path.write_text(text.replace(f'"{old}"', f'"{new}"'), encoding="utf-8")


def entities_in_streets(folder):
    lines = ["<!DOCTYPE osm [", '<!ENTITY a0 "aaaaaaaaaa">']
    lines += [f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10)]
    text = "\n".join(['<?xml version="1.0"?>', *lines, ']>\n<osm version="0.6"><node id="1" lat="30" lon="120.5">'])
    (folder / "bomb.osm").write_text(f'{text}<tag k="name" v="&a9;"/></node></osm>', encoding="utf-8")
    set_file(folder, "streets.osm.pbf", "bomb.osm")
    return "bomb.osm"


def entity_of_a_file(folder):
    text = (
        '<?xml version="1.0"?>\n<!DOCTYPE osm [<!ENTITY x SYSTEM "file:///etc/passwd">]>\n<osm version="0.6">&x;</osm>'
    )
    (folder / "reads.osm").write_text(text, encoding="utf-8")
    set_file(folder, "streets.osm.pbf", "reads.osm")
    return "reads.osm"


def bomb_of_a_workbook(folder):
    """A workbook of a few hundred kilobytes whose sheet is 60 MB."""
    with zipfile.ZipFile(folder / "clinics.xlsx") as book:
        parts = {name: book.read(name) for name in book.namelist()}
    parts["xl/worksheets/sheet1.xml"] = b"<worksheet>" + b" " * 60_000_000 + b"</worksheet>"
    with zipfile.ZipFile(folder / "clinics.xlsx", "w", zipfile.ZIP_DEFLATED, compresslevel=1) as book:
        for name, part in parts.items():
            book.writestr(name, part)
    return "clinics.xlsx"


def workbook_that_lies_of_its_size(folder):
    """The same, but the archive's directory says that the sheet is small."""
    bomb_of_a_workbook(folder)
    raw = (folder / "clinics.xlsx").read_bytes()
    with zipfile.ZipFile(io.BytesIO(raw)) as book:
        size = book.getinfo("xl/worksheets/sheet1.xml").file_size
    (folder / "clinics.xlsx").write_bytes(raw.replace(struct.pack("<L", size), struct.pack("<L", 1000)))
    return "clinics.xlsx"


def bomb_of_a_shapefile(folder):
    with zipfile.ZipFile(folder / "bomb.zip", "w", zipfile.ZIP_DEFLATED, compresslevel=1) as packed:
        packed.writestr("towns.shp", (folder / "towns.shp").read_bytes() + bytes(60_000_000))
        packed.write(folder / "towns.dbf", "towns.dbf")
    set_file(folder, "towns.shp", "bomb.zip")
    return "bomb.zip"


def shapefile_that_lies_of_its_size(folder):
    bomb_of_a_shapefile(folder)
    raw = (folder / "bomb.zip").read_bytes()
    with zipfile.ZipFile(io.BytesIO(raw)) as packed:
        size = packed.getinfo("towns.shp").file_size
    (folder / "bomb.zip").write_bytes(raw.replace(struct.pack("<L", size), struct.pack("<L", 1000)))
    return "bomb.zip"


def slip_out_of_a_zip(folder):
    """A zip whose only shapefile has a name that climbs out of the folder, and no table."""
    with zipfile.ZipFile(folder / "slip.zip", "w") as packed:
        packed.writestr("../../../slipped.shp", (folder / "towns.shp").read_bytes()[:200])
        packed.writestr("/slipped.dbf", b"x")
    set_file(folder, "towns.shp", "slip.zip")
    return "slip.zip"


def address_for_a_layer(folder):
    set_file(folder, "county.gpkg", "/vsicurl/http://127.0.0.1:9/county.gpkg")
    return "/vsicurl/"


def address_for_a_raster(folder):
    set_file(folder, "people.tif", "http://127.0.0.1:9/people.tif")
    return "http://"


def virtual_raster(folder):
    (folder / "people.vrt").write_text("<VRTDataset/>", encoding="utf-8")
    set_file(folder, "people.tif", "people.vrt")
    return "people.vrt"


def virtual_raster_by_another_name(folder):
    source = '<SourceFilename relativeToVRT="0">/vsicurl/http://127.0.0.1:9/a.tif</SourceFilename>'
    band = f'<VRTRasterBand dataType="Float32" band="1"><SimpleSource>{source}</SimpleSource></VRTRasterBand>'
    text = f'<VRTDataset rasterXSize="10" rasterYSize="10">{band}</VRTDataset>'
    (folder / "people.tif").write_text(text, encoding="utf-8")
    return "people.tif"


def virtual_layer_by_another_name(folder):
    source = "<SrcDataSource>/vsicurl/http://127.0.0.1:9/a.geojson</SrcDataSource>"
    text = f"<OGRVRTDataSource><OGRVRTLayer name='x'>{source}</OGRVRTLayer></OGRVRTDataSource>"
    (folder / "villages.geojson").write_text(text, encoding="utf-8")
    return "villages.geojson"


def climbing_name(folder):
    set_file(folder, "childcare.csv", "../childcare.csv")
    (folder.parent / "childcare.csv").write_bytes((folder / "childcare.csv").read_bytes())
    return "../childcare.csv"


def climbing_name_within(folder):
    set_file(folder, "childcare.csv", "lists/../../childcare.csv")
    return "lists/../../childcare.csv"


def climbing_name_of_windows(folder):
    set_file(folder, "childcare.csv", "..\\\\childcare.csv")
    return "..\\childcare.csv"


def page_by_the_name_of_a_workbook(folder):
    text = (
        "<html><head><meta charset='gbk'></head><body><table><tr><td>名称</td><td>经度</td></tr></table></body></html>"
    )
    (folder / "clinics.xlsx").write_text(text, encoding="gb18030")
    return "clinics.xlsx"


def hundred_columns(folder):
    """A hundred columns, none of them of places."""
    book = openpyxl.Workbook()
    book.active.append([f"列{n}" for n in range(100)])
    for row in range(20):
        book.active.append([f"值{row}" for _ in range(100)])
    book.save(folder / "clinics.xlsx")
    return "clinics.xlsx"


def no_rows(folder):
    book = openpyxl.Workbook()
    book.active.append(["名称", "经度", "纬度", "地址"])
    book.save(folder / "clinics.xlsx")
    return "clinics.xlsx"


def nothing_at_all(folder):
    (folder / "childcare.csv").write_bytes(b"")
    return "childcare.csv"


def half_an_extract(folder):
    path = folder / "streets.osm.pbf"
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    return "streets.osm.pbf"


def block_that_swells(folder):
    """An extract of one block that says to be small and swells to 100 MB."""
    packed = zlib.compress(bytes(100_000_000), 1)
    blob = b"\x10\x64\x1a" + _varint(len(packed)) + packed
    header = b"\x0a\x09OSMHeader\x18" + _varint(len(blob))
    (folder / "streets.osm.pbf").write_bytes(len(header).to_bytes(4, "big") + header + blob)
    return "streets.osm.pbf"


def _varint(number):
    parts = bytearray()
    while number > 127:
        parts.append(number & 127 | 128)
        number >>= 7
    return bytes([*parts, number])


HARMFUL = (
    entities_in_streets,
    entity_of_a_file,
    bomb_of_a_workbook,
    workbook_that_lies_of_its_size,
    bomb_of_a_shapefile,
    shapefile_that_lies_of_its_size,
    slip_out_of_a_zip,
    address_for_a_layer,
    address_for_a_raster,
    virtual_raster,
    virtual_raster_by_another_name,
    virtual_layer_by_another_name,
    climbing_name,
    climbing_name_within,
    climbing_name_of_windows,
    page_by_the_name_of_a_workbook,
    hundred_columns,
    no_rows,
    nothing_at_all,
    half_an_extract,
    block_that_swells,
)


def huge_raster(folder, side):
    """A raster of ``side`` by ``side`` pixels over the small study's square kilometre, with people in each."""
    with rasterio.open(folder / "people.tif") as raster:
        bounds, profile = raster.bounds, raster.profile
    pixel = (bounds.right - bounds.left) / side, (bounds.top - bounds.bottom) / side
    transform = rasterio.Affine(pixel[0], 0, bounds.left, 0, -pixel[1], bounds.top)
    profile |= {"height": side, "width": side, "transform": transform, "compress": "deflate", "zlevel": 1}
    profile |= {"tiled": True, "blockxsize": 512, "blockysize": 512}
    with rasterio.open(folder / "people.tif", "w", **profile) as raster:
        for _, window in raster.block_windows(1):
            raster.write(np.full((window.height, window.width), 1e-4, dtype=np.float32), 1, window=window)
