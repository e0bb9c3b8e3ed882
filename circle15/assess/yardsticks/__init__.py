"""Yardsticks beside the index: presence, ratio, flagged shares, response; and where presence and access disagree."""
