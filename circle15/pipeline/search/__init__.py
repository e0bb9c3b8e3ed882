"""Who is how far from what: cells and facilities on the streets of each mode, and what has been searched kept."""
