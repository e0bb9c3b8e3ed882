"""What a cell of a list says: numbers, dates, coordinates."""
