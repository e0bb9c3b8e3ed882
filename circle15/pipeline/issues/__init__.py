"""Finished runs into the list of issues and the scoreboard."""
