"""What the reader of a study's numbers should know about its data."""
