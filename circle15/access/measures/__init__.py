"""Measures of accessibility, under the field's names: functions on pairs, demand and supply.

Every measure takes ``pairs`` (a frame with ``origin, facility, cost``), ``demand`` (persons by origin) and ``supply``
(capacity by facility), and gives a Series on the index of ``demand``; its ``passive_`` twin, where there is one, looks
from the facilities and gives a Series on the index of ``supply``. Who reaches nothing has 0, or ``inf`` for a cost;
nothing is NaN, and nobody drops out. A pair that is not listed, or whose cost is ``inf``, is out of reach.

Costs are minutes, metres or any other unit; cutoffs and the parameters of decays are in the same unit, which the
caller holds together. Capacities must be known: drop facilities whose capacity is not, or fill it in. A capacity of 0
is known (a site that is closed) and counts as no facility.

Sums run in the order of ids, so that the order of rows leaves no trace in any bit. A measure checks what it is given
and numbers the ids, ``pair_table``; who evaluates often makes that table once and calls the functions on arrays,
which each module has beside the one on frames.
"""
