"""Open a project in QGIS itself, without a screen, and tell as JSON what it made of it.

Run by the Python that QGIS brings: ``python3 opened_in_qgis.py project.qgz picture.png``.
"""

import json
import os
import sys

from qgis.core import (
    QgsApplication,
    QgsExpression,
    QgsExpressionContext,
    QgsExpressionContextUtils,
    QgsMapRendererParallelJob,
    QgsMapSettings,
    QgsProject,
    QgsVectorLayer,
)
from qgis.PyQt.QtCore import QSize
from qgis.PyQt.QtGui import QColor

SIZE = 600


def main(project_file, picture):
    project = QgsProject.instance()
    read = project.read(project_file)
    layers = list(project.mapLayers().values())
    sites = project.mapLayer("circle15_sites")
    shown = [node.layer() for node in project.layerTreeRoot().findLayers() if node.isVisible()]
    told = {
        "read": read,
        "title": project.title(),
        "crs": project.crs().authid(),
        "layers": {layer.id(): layer_facts(layer) for layer in layers},
        "groups": [group.name() for group in project.layerTreeRoot().findGroups()],
        "colours": render(project, [layer for layer in shown if layer.isSpatial()], picture),
        "tips": tips(sites),
        "names": [
            feature["name"] for feature in next(each for each in layers if each.id() == "circle15_sites").getFeatures()
        ],
        "defaults": defaults(project_file.replace(".qgz", ".gpkg")),
    }
    sys.stdout.write(json.dumps(told))


def layer_facts(layer):
    return {
        "valid": layer.isValid(),
        "name": layer.name(),
        "renderer": layer.renderer().type() if layer.isSpatial() else "",
        "legend": [item.label() for item in layer.renderer().legendSymbolItems()] if layer.isSpatial() else [],
        "labels": layer.labelsEnabled(),
        "features": layer.featureCount(),
        "aliases": {field.name(): field.alias() for field in layer.fields()},
        "crs": layer.crs().authid() if layer.isSpatial() else "",
        "source": layer.source(),
    }


def render(project, layers, picture):
    """Draw what is shown when the project opens; gives how many colours the picture has."""
    settings = QgsMapSettings()
    settings.setLayers(layers)
    settings.setOutputSize(QSize(SIZE, SIZE))
    settings.setDestinationCrs(project.crs())
    settings.setBackgroundColor(QColor("white"))
    settings.setExtent(project.viewSettings().defaultViewExtent())
    job = QgsMapRendererParallelJob(settings)
    job.start()
    job.waitForFinished()
    image = job.renderedImage()
    image.save(picture)
    return len({image.pixel(x, y) for x in range(0, SIZE, 5) for y in range(0, SIZE, 5)})


def tips(layer):
    """What shows under the pointer, which QGIS takes for HTML."""
    template = layer.mapTipTemplate()
    found = []
    for feature in layer.getFeatures():
        context = QgsExpressionContext(QgsExpressionContextUtils.globalProjectLayerScopes(layer))
        context.setFeature(feature)
        found.append(QgsExpression.replaceExpressionText(template, context))
    return found


def defaults(geopackage):
    """The layers of the GeoPackage added by themselves."""
    told = {}
    for name in ("zones", "cells", "facilities", "underserved", "isochrones"):
        layer = QgsVectorLayer(f"{geopackage}|layername={name}", name, "ogr")
        told[name] = layer_facts(layer)
    return told


if __name__ == "__main__":
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    application = QgsApplication([], False)
    application.initQgis()
    main(*sys.argv[1:])
    sys.stdout.flush()
    os._exit(0)  # QGIS tears itself down slowly, and not always well
