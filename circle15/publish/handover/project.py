"""A QGIS project beside the GeoPackage: opens styled, named and grouped; holds no data and no path of this computer."""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element, tostring

import pandas as pd

from circle15.publish.fields import FIELD_COLUMNS
from circle15.publish.geopackage import notes_table, zones_with_values
from circle15.publish.handover.attributes import attributes
from circle15.publish.handover.layers import Group, layers_of, project_tree
from circle15.publish.handover.qml import VERSION, add_style, flags
from circle15.publish.handover.xml_text import put, xml_text
from circle15.words import say

if TYPE_CHECKING:
    from pathlib import Path

    import pyproj

    from circle15.publish.handover.attributes import Attribute
    from circle15.publish.handover.layers import Layer
    from circle15.results import Results

# The first moment that a zip can name.
MOMENT = (1980, 1, 1, 0, 0, 0)
MARGIN = 0.04
NAMES = '"name"'
OGR_NAMES = {"Point": "Point", "Line": "LineString", "Polygon": "Polygon", "": "None"}


def write_project(results: Results, path: Path, data: str, lang: str = "zh") -> None:
    """Write a ``.qgz``.

    Parameters
    ----------
    data
        The name of the GeoPackage in the same folder.
    """
    text = project_document(results, data, lang)
    packed = zipfile.ZipInfo(f"{path.stem}.qgs", MOMENT)
    packed.compress_type = zipfile.ZIP_DEFLATED
    packed.external_attr = 0o644 << 16
    packed.create_system = 0
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(packed, text.encode("utf-8"))


def project_document(results: Results, data: str, lang: str) -> str:
    """The project as XML; layers are named ``./<data>|layername=...``."""
    about = results.study.study
    title = say("handover.title", lang, place=about.place, period=about.period)
    root = Element("qgis", {"version": VERSION, "projectname": xml_text(title)})
    put(root, "homePath", path="")
    put(root, "title", title)
    _add_crs(put(root, "projectCrs"), results.cells.crs)
    tree = project_tree(results, lang)
    top = put(root, "layer-tree-group")
    _add_members(top, tree, data)
    put(top, "custom-order", enabled="0")
    _add_canvas(root, results)
    listed = put(root, "projectlayers")
    fields = _fields_by_table(results, lang)
    for layer in layers_of(tree):
        _add_layer(listed, layer, fields[layer.table], results, data)
    order = put(root, "layerorder")
    for layer in layers_of(tree):
        put(order, "layer", id=layer_id(layer))
    _add_properties(root)
    _add_metadata(root, title, results, lang)
    return "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n" + tostring(root, encoding="unicode")


def _fields_by_table(results: Results, lang: str) -> dict[str, tuple[Attribute, ...]]:
    frames: dict[str, pd.DataFrame] = {
        name: getattr(results, name) for name in ("cells", "facilities", "underserved", "isochrones", "patch")
    }
    frames |= {"zones": zones_with_values(results), "index": results.index, "coverage": results.coverage}
    frames |= {"notes": notes_table(results, lang), "fields": pd.DataFrame(columns=list(FIELD_COLUMNS))}
    return {name: attributes(name, frame, results, lang) for name, frame in frames.items()}


def source_of(layer: Layer, data: str) -> str:
    """Where QGIS finds a layer, from the folder of the project."""
    where = f"|subset={layer.where}" if layer.where else ""
    kind = f"|geometrytype={OGR_NAMES[layer.geometry]}" if layer.mixed else ""
    return f"./{data}|layername={layer.table}{kind}{where}"


def layer_id(layer: Layer) -> str:
    """A layer's id in the project; QGIS gives ids of few letters anew."""
    return f"circle15_{layer.id}"


def _add_members(parent: Element, group: Group, data: str) -> None:
    for member in group.members:
        if isinstance(member, Group):
            child = put(
                parent, "layer-tree-group", name=member.name, checked=_checked(member.shown),
                expanded="1" if member.open else "0", groupLayer="",
            )  # fmt: skip
            if member.alone:
                shown = [at for at, each in enumerate(member.members) if each.shown]
                child.set("mutually-exclusive", "1")
                child.set("mutually-exclusive-child", str(shown[0] if shown else -1))
            _add_members(child, member, data)
        else:
            put(
                parent, "layer-tree-layer", id=layer_id(member), name=member.name, checked=_checked(member.shown),
                expanded="0", providerKey="ogr", source=source_of(member, data), legend_exp="",
            )  # fmt: skip


def _checked(shown: bool) -> str:
    return "Qt::Checked" if shown else "Qt::Unchecked"


def _add_layer(listed: Element, layer: Layer, fields: tuple[Attribute, ...], results: Results, data: str) -> None:
    shape = {"geometry": layer.geometry} if layer.geometry else {"geometry": "No geometry"}
    made = put(
        listed, "maplayer", type="vector", styleCategories="AllStyleCategories", simplifyDrawingHints="1",
        simplifyDrawingTol="1", simplifyLocal="1", simplifyMaxScale="1", autoRefreshEnabled="0",
        **shape, **flags(layer.look),
    )  # fmt: skip
    put(made, "id", layer_id(layer))
    put(made, "datasource", source_of(layer, data))
    put(made, "layername", layer.name)
    if layer.geometry:
        _add_crs(put(made, "srs"), results.cells.crs)
    put(made, "provider", "ogr", encoding="UTF-8")
    named = any(field.name == "name" for field in fields)
    add_style(made, layer.look, fields, NAMES if named else "")


def _add_crs(parent: Element, crs: pyproj.CRS) -> None:
    """A coordinate system by its code, and in full for a copy of QGIS that does not know the code."""
    system = put(parent, "spatialrefsys", nativeFormat="Wkt")
    put(system, "wkt", crs.to_wkt("WKT2_2019"))
    epsg = crs.to_epsg()
    if epsg is not None:
        put(system, "srid", str(epsg))
        put(system, "authid", f"EPSG:{epsg}")
    put(system, "description", crs.name)
    put(system, "geographicflag", "true" if crs.is_geographic else "false")


def _add_canvas(root: Element, results: Results) -> None:
    """What the map shows when it opens, and goes back to."""
    west, south, east, north = results.zones.total_bounds
    margin = MARGIN * max(east - west, north - south)
    bounds = {"xmin": west - margin, "ymin": south - margin, "xmax": east + margin, "ymax": north + margin}
    told = {name: f"{value:.1f}" for name, value in bounds.items()}
    canvas = put(root, "mapcanvas", name="theMapCanvas", annotationsVisible="1")
    put(canvas, "units", "meters")
    extent = put(canvas, "extent")
    for name, value in told.items():
        put(extent, name, value)
    put(canvas, "rotation", "0")
    _add_crs(put(canvas, "destinationsrs"), results.cells.crs)
    view = put(put(root, "ProjectViewSettings", UseProjectScales="0"), "DefaultViewExtent", **told)
    _add_crs(view, results.cells.crs)


def _add_properties(root: Element) -> None:
    """Paths stay relative when the project is saved again; lengths and areas are measured in metres."""
    properties = put(root, "properties")
    put(put(properties, "Paths"), "Absolute", "false", type="bool")
    put(put(properties, "SpatialRefSys"), "ProjectionsEnabled", "1", type="int")
    measured = put(properties, "Measurement")
    put(measured, "DistanceUnits", "meters", type="QString")
    put(measured, "AreaUnits", "m2", type="QString")


def _add_metadata(root: Element, title: str, results: Results, lang: str) -> None:
    described = put(root, "projectMetadata")
    put(described, "identifier", "")
    put(described, "language", lang)
    put(described, "type", "dataset")
    put(described, "title", title)
    put(described, "abstract", say("handover.abstract", lang, date=results.study.study.day.isoformat()))
