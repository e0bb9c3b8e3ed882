"""Two periods of one place: how much of every change is due to what."""
