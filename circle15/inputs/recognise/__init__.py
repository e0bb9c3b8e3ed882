"""What the files of a folder are: looked at, never changed."""
