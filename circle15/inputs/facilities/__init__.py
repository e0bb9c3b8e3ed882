"""Facilities from tables, layers and OSM tags."""
