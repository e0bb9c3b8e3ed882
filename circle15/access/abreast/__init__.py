"""Bounded searches from facilities near each other, several side by side.

Facilities near each other come to the same streets at about the same time. So eight are searched at once: a node holds
eight metres, one in the lane of each facility, and what is read and decided for a street is read and decided once. A
node waits while a lane of it has become shorter, and passes on all eight when its turn comes; the metres in the end are
the exact minimum over all walks, whatever the turns.
"""
