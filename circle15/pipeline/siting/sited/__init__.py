"""What a siting found, as tables: who is reached, who cannot be, what each site does, and the curves."""
