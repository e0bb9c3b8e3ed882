"""What the index can carry: joint draws over everything that is not known, intervals, tiers, and which source matters.

``chance`` gives the random numbers, ``parameters`` what a draw holds, ``district`` the arrays it is worked out on,
``kernel`` the compiled pass over the cells, ``draws`` the design that runs them all. From the scores of all draws
follow ``ranks`` (intervals, pairs, tiers), ``sobol`` (shares of the variance) and ``removals``.
"""
