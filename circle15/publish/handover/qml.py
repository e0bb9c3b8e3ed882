"""A look as the XML that QGIS keeps of a layer: in a style of its own (QML), and inside a project."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element, tostring

from circle15.publish.handover.signs import Dot, Fill, Stroke, quoted_column
from circle15.publish.handover.xml_text import put

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from circle15.publish.handover.attributes import Attribute
    from circle15.publish.handover.signs import Lettering, Look, Sign

# The oldest version of QGIS that this is written for; later ones read it too.
VERSION = "3.22.16"
CATEGORIES = "Symbology|Labeling|Fields|Forms|MapTips|Rendering"
KINDS = {Fill: "fill", Stroke: "line", Dot: "marker"}
CLASSES = {Fill: "SimpleFill", Stroke: "SimpleLine", Dot: "SimpleMarker"}
# The first that a computer has is taken: Windows, then macOS, then Linux.
FONTS = ("Microsoft YaHei", "PingFang SC", "Noto Sans CJK SC", "WenQuanYi Zen Hei")
OPAQUE = 255
OVER_POINT = "1"
AROUND_POINT = "6"


def style_document(look: Look, attributes: Iterable[Attribute], tip: str) -> str:
    """A style of its own: what QGIS keeps in ``layer_styles``."""
    root = Element("qgis", {"version": VERSION, "styleCategories": CATEGORIES, **flags(look)})
    add_style(root, look, attributes, tip)
    return "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n" + tostring(root, encoding="unicode")


def flags(look: Look | None) -> dict[str, str]:
    """What stands on the element that a style hangs on."""
    labels = look is not None and look.lettering is not None
    return {"labelsEnabled": "1" if labels else "0", "hasScaleBasedVisibilityFlag": "0", "readOnly": "0"}


def add_style(root: Element, look: Look | None, attributes: Iterable[Attribute], tip: str) -> None:
    """Hang legend, labels, the names of fields and what shows under the pointer on ``root``."""
    if look is not None:
        _add_renderer(root, look)
        if look.lettering is not None:
            _add_lettering(root, look.lettering, look.entries[0].sign)
        put(root, "blendMode", "0")
        put(root, "featureBlendMode", "0")
        put(root, "layerOpacity", f"{look.opacity:g}")
    _add_fields(root, tuple(attributes))
    put(root, "previewExpression", tip)
    if tip:
        put(root, "mapTip", f"[% {_as_markup(tip)} %]")


def _as_markup(expression: str) -> str:
    """The expression, with < and & of its value escaped: QGIS reads what shows under the pointer as HTML."""
    return f"replace(replace(to_string({expression}), '&', '&amp;'), '<', '&lt;')"


def _add_renderer(root: Element, look: Look) -> None:
    kind = _renderer_kind(look)
    ordered = "1" if look.least_on_top else "0"
    renderer = put(root, "renderer-v2", type=kind, symbollevels="0", forceraster="0", enableorderby=ordered)
    if kind == "categorizedSymbol":
        renderer.set("attr", look.by)
        categories = put(renderer, "categories")
        for number, entry in enumerate(look.entries):
            said = {"symbol": str(number), "value": entry.given, "label": entry.label}
            put(categories, "category", render="true", type="string" if entry.given else "NULL", **said)
    if kind == "RuleRenderer":
        rules = put(renderer, "rules", key="{rules}")
        for number, entry in enumerate(look.entries):
            rule = put(rules, "rule", key=f"{{rule-{number}}}", symbol=str(number), label=entry.label)
            rule.set("filter", entry.given or "ELSE")
    symbols = put(renderer, "symbols")
    for number, entry in enumerate(look.entries):
        _add_symbol(symbols, str(number), entry.sign)
    if look.least_on_top:
        order = put(renderer, "orderby")
        put(order, "orderByClause", quoted_column(look.least_on_top), asc="0", nullsFirst="0")


def _renderer_kind(look: Look) -> str:
    if look.by:
        return "categorizedSymbol"
    return "singleSymbol" if len(look.entries) == 1 and not look.entries[0].given else "RuleRenderer"


def _add_symbol(parent: Element, name: str, sign: Sign) -> None:
    alpha = f"{sign.opacity:g}" if isinstance(sign, Fill) else "1"
    symbol = put(parent, "symbol", name=name, type=KINDS[type(sign)], alpha=alpha, clip_to_extent="1", force_rhr="0")
    layer = put(symbol, "layer", locked="0", enabled="1", **{"class": CLASSES[type(sign)], "pass": "0"})
    options = put(layer, "Option", type="Map")
    properties = _properties(sign)
    for key, value in properties.items():
        put(options, "Option", type="QString", name=key, value=value)
    for key, value in properties.items():
        put(layer, "prop", k=key, v=value)


def _properties(sign: Sign) -> dict[str, str]:
    if isinstance(sign, Fill):
        return {
            "color": _colour(sign.colour or "#ffffff"),
            "style": "solid" if sign.colour else "no",
            "outline_color": _colour(sign.outline or "#ffffff"),
            "outline_style": _line_style(sign.dashed) if sign.outline else "no",
            "outline_width": f"{sign.outline_mm:g}",
            "outline_width_unit": "MM",
            "joinstyle": "round",
        }
    if isinstance(sign, Stroke):
        return {
            "line_color": _colour(sign.colour),
            "line_style": _line_style(sign.dashed),
            "line_width": f"{sign.width_mm:g}",
            "line_width_unit": "MM",
            "joinstyle": "round",
            "capstyle": "round",
        }
    return {
        "name": "circle",
        "color": _colour(sign.colour),
        "size": f"{sign.size_mm:g}",
        "size_unit": "MM",
        "outline_color": _colour(sign.rim),
        "outline_style": "solid",
        "outline_width": "0.3",
        "outline_width_unit": "MM",
    }


def _line_style(dashed: bool) -> str:
    return "dash" if dashed else "solid"


def _colour(code: str) -> str:
    """``#rrggbb`` as QGIS writes it.

    Examples
    --------
    >>> _colour("#ff8000")
    '255,128,0,255'
    """
    red, green, blue = bytes.fromhex(code.removeprefix("#"))
    return f"{red},{green},{blue},{OPAQUE}"


def _add_lettering(root: Element, lettering: Lettering, sign: Sign) -> None:
    labeling = put(root, "labeling", type="simple")
    settings = put(labeling, "settings", calloutType="simple")
    style = put(
        settings, "text-style", fieldName=lettering.expression, isExpression="1", fontFamily=FONTS[0],
        fontSize=f"{lettering.points:g}", fontSizeUnit="Point", textColor=_colour(lettering.colour), textOpacity="1",
        fontWeight="50", namedStyle="", multilineHeight="1", allowHtml="0", useSubstitutions="0", capitalization="0",
    )  # fmt: skip
    families = put(style, "families")
    for font in FONTS:
        put(families, "family", name=font)
    put(
        style, "text-buffer", bufferDraw="1", bufferSize="0.8", bufferSizeUnits="MM", bufferColor="255,255,255,255",
        bufferOpacity="0.9", bufferJoinStyle="128", bufferNoFill="1", bufferBlendMode="0",
    )  # fmt: skip
    point = isinstance(sign, Dot)
    put(
        settings, "placement", placement=AROUND_POINT if point else OVER_POINT, priority=str(lettering.priority),
        dist="1", distUnits="MM", offsetUnits="MM", centroidWhole="1", centroidInside="1", quadOffset="4",
        predefinedPositionOrder="TR,TL,BR,BL,R,L,TSR,BSR",
    )  # fmt: skip
    put(
        settings, "rendering", scaleVisibility="1" if lettering.nearer_than else "0", scaleMin="0",
        scaleMax=str(lettering.nearer_than), displayAll="0", obstacle="1", obstacleType="1", fontMinPixelSize="3",
        fontMaxPixelSize="10000", fontLimitPixelSize="0", upsidedownLabels="0", labelPerPart="0", mergeLines="0",
        drawLabels="1",
    )  # fmt: skip


def _add_fields(root: Element, attributes: tuple[Attribute, ...]) -> None:
    """Names of fields in words, and codes shown as what they stand for."""
    configuration = put(root, "fieldConfiguration")
    for attribute in attributes:
        field = put(configuration, "field", name=attribute.name, configurationFlags="None")
        if attribute.codes:
            _add_codes(field, attribute.codes)
    aliases = put(root, "aliases")
    for number, attribute in enumerate(attributes, start=1):  # 0 is the row's own number in a GeoPackage
        put(aliases, "alias", index=str(number), field=attribute.name, name=attribute.alias)


def _add_codes(field: Element, codes: Mapping[str, str]) -> None:
    config = put(put(field, "editWidget", type="ValueMap"), "config")
    listed = put(put(config, "Option", type="Map"), "Option", type="List", name="map")
    for code, label in codes.items():
        pair = put(listed, "Option", type="Map")
        put(pair, "Option", type="QString", name=label, value=code)
