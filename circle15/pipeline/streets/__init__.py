"""The streets of a study: read, changed as it says, and kept between runs."""
