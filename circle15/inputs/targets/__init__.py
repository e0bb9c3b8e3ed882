"""Target tables as offices keep them, and values reported by hand."""
