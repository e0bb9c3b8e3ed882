"""A study as it would be: scenarios run, planned projects, the page that tries them out."""
