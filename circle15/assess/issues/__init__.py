"""Under-served areas as issues of a list: ids that live on, states, evidence, the cheapest fix."""
