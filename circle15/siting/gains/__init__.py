"""The most that cells gain by their best sites: least walking and most index, on the pairs themselves.

``most_gained`` is the way in, and goes this way: a ``good_choice``, ``prices`` that bound all choices (what both tell
together: ``bounds``), ``branches`` for what is left between them, and where these are too many the rows of
``siting.most_covered``. ``best_gains`` is what all of them ask: what each cell gains by the best of some sites.
"""
