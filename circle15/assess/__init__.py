"""What the distances mean: coverage, under-served places, the index."""
