"""People from rasters and buildings, on the grid."""
