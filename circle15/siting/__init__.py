"""Where the next facilities go, with proof: sites that reach most people, most index, or all, and what bounds them.

Every problem becomes rows that a set of candidates covers, each with a weight (``rows``), under rules about which sites
may stand together (``rules``). ``greedy`` and ``interchange`` find good sites, ``dual`` bounds what any sites could
reach, ``exact`` closes the gap between the two.
"""
