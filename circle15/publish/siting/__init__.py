"""What a siting found, for people: sentences, a workbook, layers, a page with a map."""
