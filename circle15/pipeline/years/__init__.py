"""Two periods of a place: what changed, and what each change is due to."""
