"""Contenders on the same work, in turns, each in a process of its own."""
