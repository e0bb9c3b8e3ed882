"""Extracts in OpenStreetMap's binary format, read block by block."""
