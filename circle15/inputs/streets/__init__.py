"""Streets from OSM extracts, line layers and graphs."""
