"""Files to validated objects, with an account of every row."""
