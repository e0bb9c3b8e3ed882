"""Scenario files: read, and held against what they change."""
