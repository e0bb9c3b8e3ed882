"""The tasks: each module here holds one, as ``TASK``."""
