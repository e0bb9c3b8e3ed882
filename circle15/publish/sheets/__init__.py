"""Map sheets for the wall and the file: A4 and A3, with all that a map must say of itself."""
