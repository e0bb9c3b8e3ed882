"""Where the next facilities of a study go: its problem stated, solved, told and written."""
