"""The invented county, written as the files an office would send."""
