"""Who cannot reach which public service within 15 minutes on foot, how unequal that is, and where."""
