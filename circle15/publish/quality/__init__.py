"""The report on what a study's files are like: a workbook and a page."""
