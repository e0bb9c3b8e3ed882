"""How unequally something is spread over people: the field's standard measures, under their standard names."""
