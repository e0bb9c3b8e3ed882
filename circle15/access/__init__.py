"""The network search: who reaches what, in how many metres."""
