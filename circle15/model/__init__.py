"""The nouns: frozen objects, checked when they are made."""
