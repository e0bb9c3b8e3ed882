"""Administrative units from polygon layers and OSM extracts."""
