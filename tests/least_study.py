"""A study that names no more than a study must."""

GOOD = """
[study]
place = "示例县"
id = "shili"
period = "2026"

[[zones]]
file = "zones.gpkg"
level = "town"

[network]
file = "streets.osm.pbf"

[population]
raster = "people.tif"

[[facilities]]
service = "childcare"
file = "list.xlsx"
datum = "gcj02"
"""
