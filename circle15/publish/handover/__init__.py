"""What the GIS colleague gets: styles, a QGIS project, shapefiles, a geodatabase, and what their fields mean."""
